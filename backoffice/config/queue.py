"""The worker's queue."""

from typing import Any

from django.utils.translation import gettext_lazy as _


def queue() -> dict[str, Any]:
    """django-q's settings; times in seconds."""
    return {
        "name": "redwan",
        # The database as broker: a task whose worker is killed comes again; with Redis it would be gone.
        "orm": "default",
        "workers": 2,
        # The lock starts when a task is taken from the broker, so nothing may wait in the cluster's own queue.
        "queue_limit": 2,
        "timeout": 600,
        "retry": 2000,
        "max_attempts": 5,
        "catch_up": False,
        "poll": 1,
        # In Cairo's time cron meets an hour that comes twice, and the scheduler turns in a circle (workers.schedules).
        "time_zone": "UTC",
        # So many results of each function: what comes every minute doesn't push out what comes once a day.
        "save_limit": 100,
        "save_limit_per": "func",
        "label": _("Queue"),
    }
