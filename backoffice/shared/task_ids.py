"""A task keeps the id of the request that asked for it, beside its function and arguments: neither is changed by it.

A task that comes a second time has the same id; one from before there were ids, or from the clock, is known by its own.
"""

import logging
from typing import Any

from django_q import conf
from django_q.signals import post_execute_in_worker, pre_enqueue, pre_execute

from .request_ids import current_request_id, set_request_id, well_formed

_log = logging.getLogger(__name__)

_KEY = "request_id"


class TaskErrors:
    """Writes what a task raised into the log while its place in the code and the request's id are known.

    The queue itself tells it later, as a text, in a process of its own.
    """

    def report(self) -> None:
        """Where the error is being handled."""
        _log.exception("a task failed")


def give_id(task: dict[str, Any], **_sent: Any) -> None:
    """Before a task is written into the queue."""
    if request_id := current_request_id():
        task[_KEY] = request_id


def take_id(task: dict[str, Any], **_sent: Any) -> None:
    """Before the worker does a task."""
    set_request_id(well_formed(task.get(_KEY)) or str(task["id"]))


def put_id_down(task: dict[str, Any], **_sent: Any) -> None:
    """After it; work that is done at once, without a queue, goes on under the id of who asked."""
    set_request_id(well_formed(task.get(_KEY)) or "" if task.get("sync") else "")


def carry_ids() -> None:
    """Listen to the queue; once at the start of each process, before a worker is loaded."""
    # The queue's settings take reporters from installed packages alone.
    conf.error_reporter = TaskErrors()
    pre_enqueue.connect(give_id, dispatch_uid="give_id")
    pre_execute.connect(take_id, dispatch_uid="take_id")
    post_execute_in_worker.connect(put_id_down, dispatch_uid="put_id_down")
