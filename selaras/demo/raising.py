"""The demo's last act: the ministry raises Palu's places, so that who waited goes on and newcomers find room.

Everything before it is the state in which the meeting of city and ministry begins; it is read with `as_of`.
"""

from typing import TYPE_CHECKING

from selaras.demo.past import Past
from selaras.demo.places import TKM
from workflow.domain.definition.model import SYSTEM
from workflow.domain.publishing import SetQuota
from workflow.promotion import Promotion
from workflow.store.log import CommandKey

if TYPE_CHECKING:
    from workflow.engine import Engine

REGION, PLACES = "72.71", 120
BASIS = "Keputusan Contoh {year}/KUOTA-TAMBAHAN/DEMO (sintetis)"
_KEY = CommandKey(actor="demo", key=f"demo/raise/{REGION}", request="demo")


def raise_places(engine: "Engine", past: Past) -> None:
    """Raise the places, and take up everybody who waits for one now: no newcomer may find them waiting still."""
    order = SetQuota(region=REGION, year=past.year, places=PLACES, legal_basis=BASIS.format(year=past.year))
    engine.registry.set_quota(TKM, order, by=_KEY.actor, command=_KEY, at=past.now)
    known = engine.log.command(_KEY.actor, _KEY.key)
    assert known is not None
    (raised,) = engine.log.select(known.position - 1, 1)
    promotion = Promotion()
    for one in promotion.react(engine, raised):
        key = f"{promotion.name}/{raised.position}/{one.suffix}"
        engine.casework.handle(one.ref, one.ask, SYSTEM, key=key, cause=raised.position, at=past.now)


def before(engine: "Engine") -> int | None:
    """The position up to which the places of Palu were not raised yet; None where the demo never came so far."""
    raised = engine.log.command(_KEY.actor, _KEY.key)
    return raised.position - 1 if raised else None
