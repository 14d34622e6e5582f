"""Who signs instead of showing a token: the messaging gateway, by a secret that it and we hold."""

import time

from api.operations import Call
from api.problems import Problem
from workflow.delivery.gateway import BadGateway, access_of
from workflow.webhooks import signing

SCHEME = 'StandardWebhooks realm="selaras"'
GATEWAY = "gateway"


def check(call: Call, body: bytes) -> None:
    """Raises Problem 401 where the body is not the gateway's, or no longer; 404 where there is no gateway; 429."""
    try:
        access = access_of(call.engine.settings)
    except BadGateway:
        access = None
    if access is None:
        raise Problem("not-found")
    try:
        signing.check(call.request.headers, body, access.secrets, time.time())
    except signing.BadSignature as error:
        # Whoever guesses is counted by address; the gateway is not held up by them.
        call.limits.knock(call.request.remote_addr or "")
        kind = "out-of-time" if isinstance(error, signing.OutOfTime) else "signature"
        raise Problem(kind, headers={"WWW-Authenticate": SCHEME}) from None
    call.limits.count(GATEWAY)
