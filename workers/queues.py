"""The queues by purpose, and the names of the tasks that go through them. A queue is here once it has a user."""

PROJECT = "project"
"""Read models and reactions catch up."""
KEEP = "keep"
"""What may take long and can wait: housekeeping."""
CLOCK = "clock"
"""What is due is done; a day that moves ten thousand deadlines keeps no list waiting."""
MAIL = "mail"
"""E-mail goes out."""
QUEUES = (PROJECT, KEEP, CLOCK, MAIL)
CATCH_UP = "selaras.catch_up"
SWEEP_CLOCK = "selaras.sweep_clock"
SWEEP_DOCUMENTS = "selaras.sweep_documents"
SEND_MAIL = "selaras.send_mail"
CANARY = "selaras.canary"


def own(hostname: str) -> str:
    """The queue of one worker alone, for its canary."""
    return f"own.{hostname}"
