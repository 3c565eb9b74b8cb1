"""Errors as Sentry is told them: what was logged as one, where in the code, and the request's id; nothing of a person.

One way for pages, tasks, sockets and commands: whatever reaches the log as an error. None of Sentry's own integrations
with Django and Redis, which look at requests, people and queries. What was asked for, and by whom, is found in our own
log under the id.
"""

import re
from typing import Any, Final

from backoffice.shared.request_ids import current_request_id
from backoffice.shared.version import version

from .log_lines import without_numbers
from .watching import Watching

# From here on PostgreSQL tells the row's values; and a mail address is somebody's.
_ROW: Final = re.compile(r"\n(DETAIL|CONTEXT|LINE \d+).*", re.DOTALL)
_MAIL: Final = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
_LONGEST: Final = 300
# Of an event nothing else is kept.
_KEPT: Final = frozenset(
    {"event_id", "timestamp", "platform", "level", "logger", "release", "environment", "server_name", "sdk", "type"}
)
_KEPT_OF_A_FRAME: Final = frozenset(
    {"filename", "module", "function", "lineno", "in_app", "context_line", "pre_context", "post_context"}
)


def start(watching: Watching, transport: Any = None) -> None:
    """Send errors from now on; each process once. `transport` is for tests, which send nothing."""
    import sentry_sdk
    from sentry_sdk.integrations.atexit import AtexitIntegration
    from sentry_sdk.integrations.dedupe import DedupeIntegration
    from sentry_sdk.integrations.excepthook import ExcepthookIntegration
    from sentry_sdk.integrations.logging import LoggingIntegration
    from sentry_sdk.integrations.threading import ThreadingIntegration

    sentry_sdk.init(
        dsn=watching.sentry_dsn,
        release=version(),
        environment=watching.sentry_environment,
        default_integrations=False,
        auto_enabling_integrations=False,
        integrations=[
            LoggingIntegration(level=None, sentry_logs_level=None),
            ExcepthookIntegration(),
            ThreadingIntegration(propagate_scope=False),
            DedupeIntegration(),
            AtexitIntegration(callback=lambda *_: None),
        ],
        before_send=told,
        transport=transport,
        max_breadcrumbs=0,
        include_local_variables=False,
        max_request_body_size="never",
        traces_sample_rate=None,
        shutdown_timeout=2,
    )


def told(event: Any, hint: dict[str, Any]) -> Any:
    """An event with what may leave the house; None for one that was told already."""
    record = hint.get("log_record")
    # The queue's monitor repeats, as a text, what the worker told with its place in the code.
    if record is not None and record.name == "django-q" and record.funcName == "monitor":
        return None
    kept = {key: value for key, value in event.items() if key in _KEPT}
    kept["tags"] = {"request_id": current_request_id() or "none"}
    if record is not None:
        # As it stands in the code, before paths and names are put into it.
        kept["logentry"] = {"message": said(str(record.msg))}
    if "exception" in event:
        kept["exception"] = {"values": [_of_exception(one) for one in event["exception"].get("values", ())]}
    return kept


def said(words: str) -> str:
    """An error's words without numbers of people, rows and addresses."""
    return _MAIL.sub("…", without_numbers(_ROW.sub("", words)))[:_LONGEST]


def _of_exception(one: dict[str, Any]) -> dict[str, Any]:
    kept: dict[str, Any] = {key: one[key] for key in ("type", "module") if key in one}
    frames = (one.get("stacktrace") or {}).get("frames", ())
    kept["value"] = said(str(one.get("value", "")))
    kept["stacktrace"] = {
        "frames": [{key: value for key, value in frame.items() if key in _KEPT_OF_A_FRAME} for frame in frames]
    }
    return kept
