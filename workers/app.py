"""The Celery application: `celery -A workers.app:app worker`, `… beat`.

Redis holds only work that can be derived again: no results, no delays kept in the broker, small JSON arguments.
"""

from functools import cached_property
from typing import Any

from celery import Celery, signals
from celery.schedules import crontab
from kombu import Exchange, Queue

from workers import queues
from workers.watch import Watch
from workflow.settings import Settings

SWEEP = 2.0
"""Seconds between two sweeps that make up for lost nudges."""
TICK = 5.0
"""Seconds between two looks at what is due."""
SENDING = 1.0
"""Seconds between two looks at what is to be sent."""
CANARY = 5.0
"""Seconds between two canaries through each queue."""
NIGHTLY = crontab(hour="18", minute="30")
"""UTC: after midnight anywhere in Indonesia."""
SETTING = {
    "accept_content": ["json"],
    "task_serializer": "json",
    "task_ignore_result": True,
    "result_backend": None,
    # A task is done when it is done: a worker that dies hands it on. Every task is idempotent by position.
    "task_acks_late": True,
    "task_reject_on_worker_lost": True,
    "worker_prefetch_multiplier": 1,
    "task_create_missing_queues": False,
    "task_default_queue": queues.PROJECT,
    "task_queues": [Queue(name, Exchange(name, type="direct"), routing_key=name) for name in queues.QUEUES],
    # For ever: a broker that comes back finds its workers waiting.
    "broker_connection_retry": True,
    "broker_connection_retry_on_startup": True,
    "broker_connection_max_retries": None,
    "broker_connection_timeout": 2,
    "worker_consumer": "workers.consumer:QuickConsumer",
    # With one message at a time there is nothing to reduce; reducing after a cut has left workers with none.
    "worker_enable_prefetch_count_reduction": False,
    "worker_cancel_long_running_tasks_on_connection_loss": False,
    "broker_transport_options": {
        # Unacknowledged tasks come again after this many seconds. Ours take two at most, or are acknowledged at
        # once, and none has an ETA or a countdown: nothing comes twice but after a worker's death, and then it
        # changes nothing.
        "visibility_timeout": 300,
        "socket_connect_timeout": 2,
        "socket_timeout": 10,
        "socket_keepalive": True,
        "health_check_interval": 5,
        "retry_on_timeout": True,
    },
    "broker_pool_limit": 2,
    "worker_enable_remote_control": False,
    "worker_send_task_events": False,
    "worker_hijack_root_logger": False,
    "timezone": "UTC",
    "imports": [
        "workers.project",
        "workers.push",
        "workers.keep",
        "workers.clock",
        "workers.mail",
        "workers.phone",
        "workers.canary",
        "workers.room",
    ],
    "beat_scheduler": "workers.beat:Schedule",
    "beat_max_loop_interval": 1,
    "beat_schedule": {
        "send mail": {
            "task": queues.SEND_MAIL,
            "schedule": SENDING,
            "options": {"queue": queues.MAIL, "expires": SENDING * 2},
        },
        "send to phones": {
            "task": queues.SEND_TO_PHONES,
            "schedule": SENDING,
            "options": {"queue": queues.PHONE, "expires": SENDING * 2},
        },
        "sweep documents": {
            "task": queues.SWEEP_DOCUMENTS,
            "schedule": NIGHTLY,
            "options": {"queue": queues.KEEP, "expires": 3600},
        },
        "sweep clock": {
            "task": queues.SWEEP_CLOCK,
            "schedule": TICK,
            "options": {"queue": queues.CLOCK, "expires": TICK * 2},
        },
        "push": {
            "task": queues.PUSH,
            "schedule": SWEEP,
            "options": {"queue": queues.WEBHOOK, "expires": SWEEP * 2},
        },
        "sweep": {
            "task": queues.CATCH_UP,
            "schedule": SWEEP,
            "options": {"queue": queues.PROJECT, "expires": SWEEP * 2},
        },
        **{
            f"canary {name}": {
                "task": queues.CANARY,
                "schedule": CANARY,
                "args": [name],
                "options": {"queue": name, "expires": CANARY * 2},
            }
            for name in queues.QUEUES
        },
    },
}


class _Conf:
    """Read at the first use, so that importing the tasks needs no running server."""

    def __init__(self) -> None:
        for name, value in SETTING.items():
            setattr(self, name, value)

    @cached_property
    def broker_url(self) -> str:
        return Settings.from_environment().broker_url


app = Celery("selaras")
app.config_from_object(_Conf())


@signals.celeryd_init.connect
def _listen_to_its_own_canary(sender: str, conf: Any, **rest: Any) -> None:
    """Give the worker a queue of its own besides those by purpose."""
    name = queues.own(sender)
    conf.task_queues = [*conf.task_queues, Queue(name, Exchange(name, type="direct"), routing_key=name)]


@signals.celeryd_after_setup.connect
def _serve_what_is_chosen(sender: str, instance: Any, **rest: Any) -> None:
    """Consume from the chosen queues and its own alone; what is sent may go to any."""
    instance.app.amqp.queues.select([*queues.CHOSEN, queues.own(sender)])


app.steps["worker"].add(Watch)
