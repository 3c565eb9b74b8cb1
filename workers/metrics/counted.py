"""What a process counts while it works. Labels are names of ours: no path with an id, no person, no address."""

from typing import Final

from prometheus_client import Counter, Histogram

_SECONDS: Final = (0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_TASK_SECONDS: Final = (0.1, 0.5, 1.0, 5.0, 15.0, 60.0, 300.0, 600.0)

REQUESTS: Final = Counter(
    "redwan_requests_total", "Requests answered, by the route's name.", ["method", "route", "status"]
)
REQUEST_SECONDS: Final = Histogram(
    "redwan_request_duration_seconds", "How long a request took to answer.", ["route"], buckets=_SECONDS
)
FAILED_SIGN_INS: Final = Counter("redwan_failed_sign_ins_total", "Sign-ins with a wrong number or password.")
LOCKED_SIGN_INS: Final = Counter("redwan_locked_sign_ins_total", "Sign-ins that met a locked number, or locked it.")
TASKS: Final = Counter("redwan_tasks_total", "Tasks that the worker has done.", ["task", "outcome"])
TASK_SECONDS: Final = Histogram(
    "redwan_task_duration_seconds", "How long a task took.", ["task"], buckets=_TASK_SECONDS
)
