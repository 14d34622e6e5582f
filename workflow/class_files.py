"""Files with a list of classes of business, as the statistics agency publishes them."""

from hashlib import file_digest
from pathlib import Path

from workflow.domain.kbli import CLASS, AdoptClasses
from workflow.history.broken import BadFile
from workflow.history.rows import read_rows

COLUMNS = ("code", "title")


def read_classes(path: Path, edition: str, legal_basis: str) -> AdoptClasses:
    """The order that adopts the list in a file (.csv or .xlsx, columns `code` and `title`).

    Raises BadFile at the first row that holds no class, or one that stands in the file already.
    """
    titles: dict[str, str] = {}
    for number, row in read_rows(path):
        if missing := [name for name in COLUMNS if name not in row]:
            raise BadFile(f"{path.name}: has no column {' and no column '.join(missing)}; name them code and title")
        code, title = row["code"].strip(), row["title"].strip()
        if not CLASS.fullmatch(code):
            raise BadFile(f"{path.name}, row {number}: {code[:20]!r} is no class; a class has five digits, as 10399")
        if not title:
            raise BadFile(f"{path.name}, row {number}: {code} has no title")
        if code in titles:
            raise BadFile(f"{path.name}, row {number}: {code} stands in the file already")
        titles[code] = title
    with path.open("rb") as opened:
        sha256 = file_digest(opened, "sha256").hexdigest()
    return AdoptClasses(edition=edition, legal_basis=legal_basis, sha256=sha256, titles=titles)
