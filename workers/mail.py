"""The task that sends mail; what is due stands in a table, so that a lost message costs only time."""

import logging
import time

from workers import nudge, queues, room
from workers.app import app

TURN = 2.0
"""Seconds a task may work before it makes room for others; what is left is asked for anew."""

log = logging.getLogger(__name__)


@app.task(name=queues.SEND_MAIL, queue=queues.MAIL, acks_late=False)
def send_mail() -> None:
    """Acknowledged at once: what a worker's death cuts short is taken again when its lease has run out."""
    nudge.taken(queues.SEND_MAIL)
    engine = room.parts().engine
    if engine is None or engine.settings.smtp_url is None:
        return
    from workflow.delivery.mail import BadAddress, Mail, relay_of
    from workflow.delivery.sending import sender

    try:
        relay = relay_of(engine.settings.smtp_url, engine.settings.mail_from)
    except BadAddress as error:
        log.error("no mail goes out: %s", error)
        return
    began = time.monotonic()
    sender(engine, Mail(relay), engine.settings.mail_per_second).turn(TURN)
    if time.monotonic() - began >= TURN:
        nudge.send(queues.SEND_MAIL)
