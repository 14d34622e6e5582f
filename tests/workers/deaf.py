"""A worker as celery/celery #8030 tells it: connected, alive, and taking no message any more."""

from celery import signals

from tests.workers.small import app

__all__ = ["app"]


@signals.worker_ready.connect
def go_deaf(sender, **rest):
    sender.controller.consumer.task_consumer.cancel()
