"""What an app may say to a socket, read strictly: whoever sends anything else is a mistake or an attack."""

import json
import time
from typing import Any, Final
from uuid import UUID

from .codes import Code
from .passes import Refused

# Characters of a message; all that may be said is shorter.
LONGEST: Final = 2_000
# Messages that are taken in a second.
IN_A_SECOND: Final = 40
# PostgreSQL's own limit for a cursor.
_LARGEST: Final = 2**63 - 1


def read_message(message: dict[str, Any]) -> dict[str, Any]:
    """What was said; raises Refused."""
    text = message.get("text")
    if text is None:
        raise Refused(Code.NOT_UNDERSTOOD)
    if len(text) > LONGEST:
        raise Refused(Code.TOO_BIG)
    try:
        said = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Refused(Code.NOT_UNDERSTOOD) from error
    if not isinstance(said, dict):
        raise Refused(Code.NOT_UNDERSTOOD)
    return said


def read_cursor(value: Any) -> int:
    """A cursor as it was told; raises Refused."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 20:
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _LARGEST:
        raise Refused(Code.NOT_UNDERSTOOD)
    return value


def read_lecture(value: Any) -> UUID | None:
    """A lecture's id, None for what can't be one; raises Refused for what isn't even a text."""
    if not isinstance(value, str):
        raise Refused(Code.NOT_UNDERSTOOD)
    try:
        return UUID(value)
    except ValueError:
        return None


class Pace:
    """Counts what is said in each second."""

    def __init__(self) -> None:
        self._second, self._said = 0, 0

    def count(self) -> None:
        """One more; raises Refused when it is too much."""
        now = int(time.monotonic())
        if now != self._second:
            self._second, self._said = now, 0
        self._said += 1
        if self._said > IN_A_SECOND:
            raise Refused(Code.TOO_MANY)
