"""Pages of a list: how many at once, where to go on, and the Link to it (RFC 8288)."""

from typing import Annotated
from urllib.parse import urlencode

from flask import Request, Response
from msgspec import Meta

PageSize = Annotated[int, Meta(ge=1, le=200, description="Items a page")]
Cursor = Annotated[str, Meta(max_length=1000, description="Where the next page begins; from the Link of the last one")]
Position = Annotated[int, Meta(ge=0, le=(1 << 53) - 1)]


def link_next(request: Request, reply: Response, cursor: str | None) -> None:
    """Name the next page in `Link`, relative to the server, with the same filters."""
    if cursor is not None:
        query = [(key, value) for key, value in request.args.items(multi=True) if key != "cursor"]
        reply.headers["Link"] = f'<{request.path}?{urlencode([*query, ("cursor", cursor)])}>; rel="next"'
