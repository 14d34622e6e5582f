"""The queues by purpose, and the names of the tasks that go through them. A queue is here once it has a user."""

PROJECT = "project"
"""Read models and reactions catch up."""
KEEP = "keep"
"""What may take long and can wait: housekeeping."""
QUEUES = (PROJECT, KEEP)
CATCH_UP = "selaras.catch_up"
SWEEP_DOCUMENTS = "selaras.sweep_documents"
CANARY = "selaras.canary"


def own(hostname: str) -> str:
    """The queue of one worker alone, for its canary."""
    return f"own.{hostname}"
