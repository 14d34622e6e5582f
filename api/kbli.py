"""Classes of business by code or words: for whoever fills in a form, or wonders what a code means."""

from itertools import islice
from typing import Annotated

from flask import Response
from msgspec import Meta, Struct

from api.operations import Call, Room
from api.presenting import json_reply

room = Room("kbli")
MOST = 50


class ClassesQuery(Struct, frozen=True, kw_only=True):
    q: Annotated[str, Meta(max_length=100, description="The first digits of a code, or words of a title")] = ""


class ClassItem(Struct, frozen=True, kw_only=True):
    code: str
    title: str


class ClassList(Struct, frozen=True, kw_only=True):
    edition: str | None
    """Of the newest list; null before the first is adopted: then five digits under a known division count."""
    legal_basis: str | None
    items: list[ClassItem]
    """By code, at most 50."""
    position: int


@room("GET", "/kbli", {200: ClassList}, query=ClassesQuery)
def list_classes(call: Call) -> Response:
    """The classes of business (KBLI) that facts and leading potentials are checked against."""
    position = call.engine.log.head()
    newest = call.engine.kbli.current().newest
    titles = sorted(newest.titles.items()) if newest else []
    words = call.query.q.casefold().split()
    found = (
        ClassItem(code=code, title=title)
        for code, title in titles
        if all(code.startswith(word) or word in title.casefold() for word in words)
    )
    shape = ClassList(
        edition=newest.edition if newest else None,
        legal_basis=newest.legal_basis if newest else None,
        items=list(islice(found, MOST)),
        position=position,
    )
    return json_reply(shape)
