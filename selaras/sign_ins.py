"""The demo's people as the launcher shows them: each office with those who may sign in for it."""

from selaras.demo import offices, people
from selaras.demo.people import LEADERS
from selaras.demo.regions import REGIONS

WIDTH = 48
GROUPS = 500


def sign_ins(few: bool, as_of: int | None) -> list[str]:
    """One line an office, and one for the group leaders; the demo asks for no password. `few`: of its small cast.

    `as_of`: the position at which the story of harmonisation begins, where there is one.
    """
    last = LEADERS[-1] if few else f"leader.{GROUPS}"
    lines = [_line("Group leaders", [LEADERS[0], f"{LEADERS[1]} … {last}"])]
    posts = people.POSTS if few else (*people.POSTS, *offices.POSTS)
    for office in people.OFFICES:
        lines.append(_line(office.title.en, [post.person for post in posts if post.office == office.office]))
    if not few:
        labour = next(office for office in offices.OFFICES if office.office == offices.LABOUR)
        lines.append(_line(labour.title.en, [post.person for post in posts if post.office == offices.LABOUR]))
        others = " ".join(region.slug for region in REGIONS if region.slug not in ("palu", "sigi"))
        lines.append(_line("Other regencies: officer.X and head.X, X one of", [others]))
    if as_of is not None:
        lines.append(_line("City and ministry before their meeting (docs/demo.md)", [f"?as_of={as_of}"]))
    return lines


def _line(office: str, names: list[str]) -> str:
    return f"  {office:<{WIDTH}} {' '.join(_short(dict.fromkeys(names)))}"


def _short(names: dict[str, None]) -> list[str]:
    """Names that count on, as `panel1 … panel5`."""
    short: list[str] = []
    runs: dict[str, list[str]] = {}
    for name in names:
        runs.setdefault(name.rstrip("0123456789"), []).append(name)
    for run in runs.values():
        short += run if len(run) < 3 else [f"{run[0]} … {run[-1]}"]
    return short
