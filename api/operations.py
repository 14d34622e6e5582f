"""What the API offers: each operation once, as the router, the checks before it and /openapi.json read it."""

from collections.abc import Callable
from copy import copy
from functools import cached_property
from typing import Any

from flask import Request, Response
from msgspec import Struct

from api.bodies import JSON_TYPES
from api.limits import Limits
from api.opening import Opener
from api.preconditions import Fingerprint, Need
from workflow.engine import Engine
from workflow.projections.models import ReadModels

PREFIX = "/api/v1"


class Operation(Struct, frozen=True, kw_only=True):
    """One method on one address."""

    name: str
    method: str
    path: str
    """As Flask writes it: `/api/v1/cases/<ref>`."""
    summary: str
    room: str
    run: Callable[..., Response]
    answers: dict[int, Any]
    """Status to the shape of the body; a `str` is a media type of bytes."""
    also: tuple[str, ...] = ()
    """Media types of bytes that a success can be asked for beside its shape."""
    body: Any = None
    """The shape of the JSON body."""
    media_types: tuple[str, ...] = JSON_TYPES
    """What Content-Type may say; empty: the operation reads the body itself."""
    query: type[Struct] | None = None
    key: Need = "none"
    if_match: Need = "none"
    refuses: tuple[int, ...] = ()
    """Statuses beside those that follow from the rest."""
    public: bool = False
    """True where nobody has to say who they are."""
    signed: bool = False
    """True where the body is signed, by whom `api.signatures` knows, instead of somebody showing a token."""
    headers: tuple[str, ...] = ()
    """Headers of the answer worth naming: ETag, Location, Link."""

    @property
    def writes(self) -> bool:
        return self.method != "GET"


class Call:
    """A request that passed the door: who asks, what for, on which conditions."""

    def __init__(
        self,
        request: Request,
        opener: Opener,
        limits: Limits,
        who: str,
        *,
        body: Any,
        query: Any,
        key: str | None,
        if_match: frozenset[str] | None,
    ) -> None:
        self.request = request
        self.opener = opener
        self.limits = limits
        self.who = who
        self.body = body
        self.query = query
        self.key = key
        self.if_match = if_match

    @property
    def engine(self) -> Engine:
        return self.opener.engine

    @property
    def read_models(self) -> ReadModels:
        return self.opener.read_models

    @cached_property
    def fingerprint(self) -> Fingerprint:
        return Fingerprint(self.engine.settings.master_key, self.request.method, self.request.path)

    def part(self, key: str | None, if_match: frozenset[str] | None) -> "Call":
        """One of several commands in the same request, on conditions of its own."""
        one = copy(self)
        one.key, one.if_match = key, if_match
        return one


class Room:
    """Collects the operations of one resource."""

    def __init__(self, name: str, prefix: str = PREFIX) -> None:
        self.name = name
        self.prefix = prefix
        self.operations: list[Operation] = []

    def __call__(
        self, method: str, path: str, answers: dict[int, Any], **rest: Any
    ) -> Callable[[Callable[..., Response]], Callable[..., Response]]:
        """Offer a function at an address; its docstring's first line is the summary."""

        def offer(run: Callable[..., Response]) -> Callable[..., Response]:
            self.operations.append(
                Operation(
                    name=run.__name__,
                    method=method,
                    path=self.prefix + path,
                    summary=(run.__doc__ or "").strip().partition("\n")[0],
                    room=self.name,
                    run=run,
                    answers=answers,
                    **rest,
                )
            )
            return run

        return offer
