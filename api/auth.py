"""Who is asking: Bearer tokens (RFC 6750)."""

from datetime import UTC, datetime

from flask import Request

from api.problems import Problem
from workflow.domain import sentences
from workflow.domain.authority import ADMIN, in_force
from workflow.domain.calendar import HOME_ZONE
from workflow.domain.refusal import Refused
from workflow.domain.words import Text
from workflow.engine import Engine

REALM = 'Bearer realm="selaras"'
LONGEST = 512


def person(request: Request, engine: Engine) -> str:
    """The person whose token came with the request. Raises Problem 401."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Problem("unknown", headers={"WWW-Authenticate": REALM})
    who = engine.tokens.person(token.strip()) if len(token) <= LONGEST else None
    if who is None:
        raise Problem("token", headers={"WWW-Authenticate": f'{REALM}, error="invalid_token"'})
    return who


def check_official(who: str, engine: Engine) -> None:
    """Figures over many cases are for those who serve in an office, whatever agency's. Raises Refused."""
    now = datetime.now(UTC)
    if not any(in_force(a, now, HOME_ZONE) for a in engine.directory.current().appointments(who)):
        said = Text("Angka gabungan hanya untuk pejabat yang masih bertugas", "Figures are for officials who serve now")
        how = Text("Mintalah kepada kantor di wilayah Anda", "Ask an office of your region")
        raise Refused((sentences.say("role", said, how),))


def check_admin(who: str, engine: Engine) -> None:
    """Registry writes are for holders of the role `admin` in the directory. Raises Refused."""
    if not is_admin(who, engine):
        raise Refused((sentences.no_role((), (ADMIN,), ()),))


def is_admin(who: str, engine: Engine) -> bool:
    now = datetime.now(UTC)
    return any(a.role == ADMIN and in_force(a, now, HOME_ZONE) for a in engine.directory.current().appointments(who))
