"""The texts beside a definition, letters and messages: templates that name what is filled in, and nothing else."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path

from jinja2 import StrictUndefined, Template, TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from workflow.domain.definition.model import Definition

Texts = Mapping[str, str]
"""`letters/NAME.id` or `messages/NAME.LANGUAGE` to the template's source."""

ENDING = ".j2"
LANGUAGES = ("id", "en")
LETTERS = "letters/"
"""Letters are in Indonesian alone, as UU 24/2009 article 27 wants official papers."""
MESSAGES = "messages/"
MOST_BYTES = 16 * 1024
MOST_TEXTS = 200
PLACEHOLDERS = frozenset(["ref", "programme", "group", "region", "state", "due", "reason", "inquiry", "link"])
"""What a message may name; none of it is personal. `due`, `reason` and `inquiry` may be empty."""
LETTER_PLACEHOLDERS = frozenset(["ref", "programme", "group", "region", "date", "reason", "signed_by", "office"])

_SHAPES = (nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.If)
"""No loop, call, filter or import: a text always ends, and reaches nothing but what it was given."""
_JINJA = ImmutableSandboxedEnvironment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


def texts_beside(file: Path) -> dict[str, str]:
    """The texts that lie in `letters/` and `messages/` beside a definition's file. Raises OSError, UnicodeDecodeError.

    One that is too long is cut a byte past the limit, for the check to find it so.
    """
    found = sorted(path for folder in (LETTERS, MESSAGES) for path in (file.parent / folder).glob(f"*{ENDING}"))
    return {
        f"{path.parent.name}/{path.name.removesuffix(ENDING)}": path.read_bytes()[: MOST_BYTES + 1].decode("utf-8-sig")
        for path in found[: MOST_TEXTS + 1]
    }


def letter_text(template: str) -> str:
    """The key of a letter's text; `template` as the definition names it, with or without its folder."""
    return f"{LETTERS}{template.removeprefix(LETTERS)}.id"


def message_text(template: str, language: str) -> str:
    """The key of a message's text in one language."""
    return f"{MESSAGES}{template.removeprefix(MESSAGES)}.{language}"


def named_texts(definition: Definition) -> Iterator[tuple[tuple[str | int, ...], str, str]]:
    """Every text that a definition names: where it does so, the name it gives, the text's key."""
    for name, letter in definition.letters.items():
        yield ("letters", name, "template"), letter.template, letter_text(letter.template)
    for index, rule in enumerate(definition.notify):
        for language in LANGUAGES:
            yield ("notify", index, "template"), rule.template, message_text(rule.template, language)


def faults(key: str, source: str) -> Iterator[tuple[int, str]]:
    """What is wrong with one text: the line from 1, and a sentence."""
    if len(source.encode("utf-8", "surrogatepass")) > MOST_BYTES:
        yield 1, f"a text has at most {MOST_BYTES // 1024} KiB"
        return
    try:
        tree = _JINJA.parse(source)
    except (TemplateSyntaxError, RecursionError) as error:
        yield getattr(error, "lineno", 1), f"is no template: {error}"
        return
    allowed = LETTER_PLACEHOLDERS if key.startswith(LETTERS) else PLACEHOLDERS
    strange = False
    for node in tree.find_all(nodes.Node):
        if isinstance(node, nodes.Name) and node.name not in allowed:
            yield node.lineno, f"there is no placeholder `{node.name}`; there are {', '.join(sorted(allowed))}"
        elif not isinstance(node, _SHAPES) and not strange:
            strange = True
            yield node.lineno, "a text holds `{{ placeholder }}` and `{% if placeholder %}` only"
    if key.startswith(MESSAGES) and not source.lstrip("\n").split("\n", 1)[0].strip():
        yield 1, "the first line of a message is its title"


def fill(source: str, values: Mapping[str, str]) -> str:
    """A text with its placeholders filled in. Raises jinja2.UndefinedError where one is not given."""
    return _compiled(source).render(values)


@lru_cache(maxsize=512)
def _compiled(source: str) -> Template:
    """Compiling takes longer than filling in."""
    return _JINJA.from_string(source)
