"""The task that sends messages to phones; what is due stands in a table, so that a lost message costs only time."""

import logging
import time

from workers import nudge, queues, room
from workers.app import app

TURN = 2.0
"""Seconds a task may work before it makes room for others; what is left is asked for anew."""

log = logging.getLogger(__name__)


@app.task(name=queues.SEND_TO_PHONES, queue=queues.PHONE, acks_late=False)
def send_to_phones() -> None:
    """Acknowledged at once: what a worker's death cuts short is taken again when its lease has run out."""
    nudge.taken(queues.SEND_TO_PHONES)
    engine = room.parts().engine
    if engine is None:
        return
    from workflow.delivery.gateway import BadGateway, Gateway, access_of
    from workflow.delivery.receipts import Receipts
    from workflow.delivery.sending import sender

    try:
        access = access_of(engine.settings)
    except BadGateway as error:
        log.error("nothing goes to phones: %s", error)
        return
    if access is not None:
        carrier = Gateway(access, Receipts(engine.pool).id_of)
        began = time.monotonic()
        sender(engine, carrier, engine.settings.gateway_per_second).turn(TURN)
        if time.monotonic() - began >= TURN:
            nudge.send(queues.SEND_TO_PHONES)
