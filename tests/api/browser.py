"""A browser for the page of a case: its HTML read, its script run by V8 on the few parts of a document that it uses."""

import json
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from py_mini_racer import MiniRacer

from tests.api.asking import Api

DOM = Path(__file__).parent / "dom.js"
VOID = frozenset({"meta", "link", "input", "br"})
Node = dict[str, Any]


class Reader(HTMLParser):
    """A page as a tree of `{tag, attributes, nodes}`, texts being strings."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self._open: list[Node] = [{"tag": "", "attributes": {}, "nodes": []}]
        self.feed(source)
        (self.tree,) = (node for node in self._open[0]["nodes"] if isinstance(node, dict))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = {"tag": tag, "attributes": {name: value or "" for name, value in attrs}, "nodes": []}
        self._open[-1]["nodes"].append(node)
        if tag not in VOID:
            self._open.append(node)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop()["tag"] == tag

    def handle_data(self, data: str) -> None:
        self._open[-1]["nodes"].append(data)


class Browser:
    """One tab on the page of one case."""

    def __init__(self, api: Api, ref: str, language: str = "id") -> None:
        self._api, self.page = api, api.get(f"//cases/{ref}")
        self.asked: list[dict[str, Any]] = []
        """Every request of the page, in order."""
        self._engine = MiniRacer()
        where = {"pathname": f"/cases/{ref}"}
        for name, value in (("location", where), ("navigator", {"language": language})):
            self._engine.eval(f"const {name} = {json.dumps(value)};")
        self._engine.eval(DOM.read_text(encoding="utf-8"))
        tree = json.dumps(Reader(self.page.text).tree)
        self._engine.eval(f"document.documentElement = built({tree}); undefined")
        self._run(api.get("//pages/case.js").text)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._engine.close()

    def sign_in(self, who: str | None) -> None:
        """Type a person's token and open; None: one that nobody has."""
        self.write("token", self._api.token(who) if who else "no-such-token")
        self.fire("enter", "submit")

    def write(self, id: str, text: str) -> None:
        self._run(f"document.getElementById({json.dumps(id)}).value = {json.dumps(text)}")

    def fire(self, id: str, kind: str) -> None:
        """Click on an element, or submit a form."""
        self._run(f"document.getElementById({json.dumps(id)}).fire({json.dumps(kind)})")

    def submit_answer(self) -> None:
        """Send the form of the first question that may be answered."""
        form = 'found(document.getElementById("questions"), (one) => one.tag === "form")'
        self._run(f'{form}.fire("submit")')

    def element(self, id: str) -> Node:
        return next(node for node in walk(self._tree()) if node["id"] == id)

    def text(self, id: str) -> str:
        """The text of an element as it reads; nothing of what is hidden."""
        return visible(self.element(id))

    def lines(self, id: str) -> list[str]:
        """The text of each item of a list, with what is nested in it."""
        return [visible(node) for node in self.element(id)["nodes"] if isinstance(node, dict)]

    def _tree(self) -> Node:
        return dict(json.loads(str(self._engine.eval("JSON.stringify(shown(document.documentElement))"))))

    def _run(self, script: str) -> None:
        """Run a script, then answer what it asks of the server until it asks no more."""
        self._engine.eval(f"{script}\n;undefined")
        while len(self.asked) < int(str(self._engine.eval("waiting.length"))):
            request = json.loads(str(self._engine.eval(f"JSON.stringify(waiting[{len(self.asked)}])")))
            self.asked.append(request)
            reply = self._api.session.request(
                request["method"],
                self._api.url + request["path"],
                headers=request["headers"],
                data=request["body"],
                timeout=30,
            )
            self._engine.eval(
                f"answered({request['number']}, {reply.status_code}, {json.dumps(reply.text)}); undefined"
            )


def walk(node: Node) -> Iterator[Node]:
    yield node
    for one in node["nodes"]:
        if isinstance(one, dict):
            yield from walk(one)


def visible(node: Node) -> str:
    if node["hidden"]:
        return ""
    parts = (one if isinstance(one, str) else visible(one) for one in node["nodes"])
    return " ".join(" ".join(part.split()) for part in parts if part.strip())
