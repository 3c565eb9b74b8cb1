"""How an entry of the log is written: under the request's id, and without anybody's number."""

import datetime as dt
import logging
import re
import time
from typing import Any, Final

from pythonjsonlogger.json import JsonFormatter

from backoffice.shared.request_ids import current_request_id

# A telephone number or a national id; ids of ours are shorter, or have letters in them.
_NUMBER: Final = re.compile(r"(?<!\w)\+?\d{10,14}(?!\w)")
# The address of a private file opens it.
_OPENS: Final = re.compile(r"(/files/)[^/\s\"']+")
# As long as nothing was heard of an outage, it is over.
_OVER_AFTER: Final = 30.0  # seconds

#: What stands in each JSON line.
FIELDS: Final = ("levelname", "name", "message", "request_id")


def without_numbers(text: str) -> str:
    """A text that may be kept: numbers of people and keys of files are taken out."""
    return _OPENS.sub(r"\1…", _NUMBER.sub("…", text))


class RequestId(logging.Filter):
    """Write the request's or the task's id into each entry."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Nothing is held back."""
        record.request_id = current_request_id()
        return True


class OnceAnOutage(logging.Filter):
    """Let one line through, without its traceback, and no other until nothing was said for half a minute."""

    def __init__(self, name: str = "") -> None:
        super().__init__(name)
        self._last: float | None = None

    def filter(self, record: logging.LogRecord) -> bool:
        """Only errors are held back."""
        if record.levelno < logging.ERROR:
            return True
        now, last = time.monotonic(), self._last
        self._last = now
        if record.exc_info and record.exc_info[1] is not None:
            record.msg, record.args = f"{record.getMessage()}: {record.exc_info[1]}", ()
            record.exc_info = record.exc_text = None
        return last is None or now - last > _OVER_AFTER


class Line(logging.Formatter):
    """For eyes."""

    def __init__(self) -> None:
        super().__init__("{asctime} {levelname} {name}: {message}", style="{")

    def format(self, record: logging.LogRecord) -> str:
        """The line, with an access entry's numbers at its end."""
        told = {key: getattr(record, key) for key in ("method", "path", "status", "duration_ms") if key in vars(record)}
        return without_numbers(" ".join([super().format(record), *map(str, told.values())]))


class JsonLine(JsonFormatter):
    """For programs: time in UTC, level, logger, message, request id, what else was given, an exception as a text."""

    def __init__(self) -> None:
        super().__init__(
            list(FIELDS),
            rename_fields={"levelname": "level", "name": "logger", "exc_info": "exception"},
            json_ensure_ascii=False,
        )

    def add_fields(self, log_data: dict[str, Any], record: logging.LogRecord, message_dict: dict[str, Any]) -> None:
        """With the time first, and every text without numbers of people."""
        log_data["time"] = dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(timespec="milliseconds")
        super().add_fields(log_data, record, message_dict)
        # Server objects that Django hangs onto its entries would show addresses and headers.
        log_data.pop("request", None)
        for key, told in log_data.items():
            if isinstance(told, str) and key not in {"time", "request_id"}:
                log_data[key] = without_numbers(told)
