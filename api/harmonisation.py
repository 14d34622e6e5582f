"""Harmonisation: places and groups by programme and region, and what is not in tune, as of any moment."""

from typing import Literal

from flask import Response

from api.findings import Shower
from api.harmonisation_shapes import HarmonisationShape, MatrixCell
from api.operations import Call, Room
from api.picture import (
    Asked,
    CaseRefs,
    CasesQuery,
    HarmonisationQuery,
    address,
    ask,
    may_compare,
    places_address,
    refs,
    seen,
)
from api.presenting import json_reply
from api.workbooks import XLSX, workbook
from workflow.domain.findings.figures import Key
from workflow.domain.findings.finding_rules import free
from workflow.regions import regions

room = Room("harmonisation")
STANDINGS = ("waiting", "held", "used")
"""Figures of the account of places."""
MATRIX = (*STANDINGS, "groups", "quota")


class FormatQuery(HarmonisationQuery, frozen=True, kw_only=True):
    format: Literal["json", "xlsx"] = "json"
    """In the address, so that a link to the workbook can be kept and sent."""


@room("GET", "/harmonisation", {200: HarmonisationShape}, query=FormatQuery, also=(XLSX,))
def read_harmonisation(call: Call) -> Response:
    """Programmes by region with places and groups, and every finding, for who may see them; also as a workbook."""
    query: FormatQuery = call.query
    asked = ask(call, query)
    cells, hidden_cells = matrix(asked, query)
    found, hidden_findings = seen(asked, query.region)
    shape = HarmonisationShape(
        period=asked.picture.period,
        region=query.region,
        as_of=query.as_of,
        at=asked.picture.at,
        matrix=cells,
        findings=Shower(call, asked).all(found),
        hidden=hidden_cells + hidden_findings,
        position=asked.position,
    )
    if query.format == "json":
        return json_reply(shape)
    reply = Response(workbook(shape), content_type=XLSX)
    reply.headers["Content-Disposition"] = f'attachment; filename="harmonisasi-{shape.period}.xlsx"'
    return reply


@room("GET", "/harmonisation/groups/<programme>", {200: CaseRefs}, query=CasesQuery, headers=("Link",))
def list_groups(call: Call, programme: str) -> Response:
    """The cases of a programme's groups in a region and year, in pages."""
    query: CasesQuery = call.query
    asked = ask(call, query)
    keys = [
        key
        for key in sorted(asked.picture.figures)
        if key[:2] == ("groups", programme)
        and key.year == asked.picture.period
        and may_compare(asked.sight, key.region)
        and regions().within(query.region, key.region)
    ]
    return refs(call, asked, keys)


def matrix(asked: Asked, query: HarmonisationQuery) -> tuple[list[MatrixCell], int]:
    """The cells that the caller may see, and how many more there are."""
    picture = asked.picture
    cells = {
        (key.a, key.region)
        for key, value in picture.figures.items()
        if key.kind in MATRIX
        and (value or key.kind == "quota")
        and key.year == picture.period
        and key.region
        and regions().within(query.region, key.region)
    }
    shown = [(programme, region) for programme, region in sorted(cells) if may_compare(asked.sight, region)]
    return [_cell(asked, *one) for one in shown], len(cells) - len(shown)


def _cell(asked: Asked, programme: str, region: str) -> MatrixCell:
    picture = asked.picture

    def of(kind: str) -> int:
        return picture.figures.get(Key(kind, programme, "", region, picture.period), 0)

    return MatrixCell(
        programme=programme,
        region=region,
        quota=picture.figures.get(Key("quota", programme, "", region, picture.period)),
        held=of("held"),
        used=of("used"),
        waiting=of("waiting"),
        groups=of("groups"),
        free=free(picture, programme, region),
        made_of={
            "groups": address(f"/harmonisation/groups/{programme}", asked, region),
            **{kind: places_address(asked, programme, region, kind) for kind in STANDINGS},
        },
    )
