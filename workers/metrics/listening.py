"""Counting what others tell by signals: sign-ins that failed, tasks that were done."""

import time
from typing import Any, Final

from axes.signals import user_locked_out
from django.contrib.auth.signals import user_login_failed
from django_q.signals import post_execute_in_worker, pre_execute

from .counted import FAILED_SIGN_INS, LOCKED_SIGN_INS, TASK_SECONDS, TASKS

_BEGUN: Final = "_begun"


def listen() -> None:
    """Once at the start of each process."""
    user_login_failed.connect(_count_failed, dispatch_uid="metrics_failed_sign_in")
    user_locked_out.connect(_count_locked, dispatch_uid="metrics_locked_sign_in")
    pre_execute.connect(_begin, dispatch_uid="metrics_task_begins")
    post_execute_in_worker.connect(_end, dispatch_uid="metrics_task_ends")


def stop_listening() -> None:
    """For tests that listened."""
    user_login_failed.disconnect(dispatch_uid="metrics_failed_sign_in")
    user_locked_out.disconnect(dispatch_uid="metrics_locked_sign_in")
    pre_execute.disconnect(dispatch_uid="metrics_task_begins")
    post_execute_in_worker.disconnect(dispatch_uid="metrics_task_ends")


def _count_failed(**_sent: Any) -> None:
    FAILED_SIGN_INS.inc()


def _count_locked(**_sent: Any) -> None:
    LOCKED_SIGN_INS.inc()


def _begin(task: dict[str, Any], **_sent: Any) -> None:
    task[_BEGUN] = time.monotonic()


def _end(task: dict[str, Any], **_sent: Any) -> None:
    # A task that is done at once, without the worker, has no result yet when it fails.
    seconds, name = time.monotonic() - task.pop(_BEGUN, time.monotonic()), _name_of(task)
    TASKS.labels(name, "done" if task.get("success") else "failed").inc()
    TASK_SECONDS.labels(name).observe(seconds)


def _name_of(task: dict[str, Any]) -> str:
    """A schedule's name, else the function's: both are of the code, and few."""
    function = task["func"]
    return str(task.get("group") or (function if isinstance(function, str) else function.__qualname__))
