"""The queues by purpose, and the names of the tasks that go through them. A queue is here once it has a user."""

import os

PROJECT = "project"
"""Read models and reactions catch up."""
KEEP = "keep"
"""What may take long and can wait: housekeeping."""
CLOCK = "clock"
"""What is due is done; a day that moves ten thousand deadlines keeps no list waiting."""
MAIL = "mail"
"""E-mail goes out."""
PHONE = "phone"
"""Messages to phones go out, by way of a gateway."""
WEBHOOK = "webhook"
"""The feed goes out to other systems; like mail by a worker of its own, for a receiver may keep it waiting."""
QUEUES = (PROJECT, KEEP, CLOCK, MAIL, PHONE, WEBHOOK)
CHOSEN = tuple(name for name in QUEUES if name in (os.environ.get("SELARAS_QUEUES") or ",".join(QUEUES)).split(","))
"""Those that the workers of this process serve."""
CATCH_UP = "selaras.catch_up"
PUSH = "selaras.push"
SEND_MAIL = "selaras.send_mail"
SEND_TO_PHONES = "selaras.send_to_phones"
OF_TASK = {CATCH_UP: PROJECT, PUSH: WEBHOOK, SEND_MAIL: MAIL, SEND_TO_PHONES: PHONE}
"""Where the tasks go that are nudged."""
SWEEP_CLOCK = "selaras.sweep_clock"
SWEEP_DOCUMENTS = "selaras.sweep_documents"
CANARY = "selaras.canary"


def own(hostname: str) -> str:
    """The queue of one worker alone, for its canary."""
    return f"own.{hostname}"
