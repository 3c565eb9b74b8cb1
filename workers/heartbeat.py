"""A worker whose heart stands still is started anew.

A killed idle worker can leave django-q's pool dead-locked: the processes are there, the sentinel is content, and
nothing is done any more. Every task that is finished is a sign of life; each minute there is a heartbeat to finish.
"""

import datetime as dt
import logging
import sys
import time
from typing import Final

from django.conf import settings
from django.db import DatabaseError, connections
from django.utils import timezone

from .processes import Part, Running
from .queue_state import SILENT_AT_MOST, last_sign_of_life
from .set_back import WallClock

_log = logging.getLogger(__name__)

_LOOKS_EVERY: Final = 30.0  # seconds


def worker_part() -> Part:
    """What the pages hand over, and the schedules."""
    return Part("worker", [sys.executable, str(settings.BASE_DIR / "manage.py"), "qcluster"])


class Watch:
    """Starts a part anew when its heart has stood still for too long; `look` may be called as often as one likes."""

    def __init__(self, running: Running, part: Part) -> None:
        self._running, self._part = running, part
        self._begun = timezone.now()
        self._next_look = time.monotonic() + _LOOKS_EVERY
        self._clock = WallClock()

    def look(self) -> bool:
        """Twice a minute, or when the clock was set back, ask the database.

        Always False: there is nothing that a `wait_until` would wait for.
        """
        if self._clock.was_just_set_back():
            self._next_look = 0.0
        if time.monotonic() >= self._next_look:
            self._next_look = time.monotonic() + _LOOKS_EVERY
            self._look_now()
        return False

    def _look_now(self) -> None:
        try:
            if back := self._clock.set_back():
                self._clock.put_right(back)
            sign = last_sign_of_life()
        except DatabaseError:
            # Without its database no worker works, and a new one wouldn't either.
            _log.warning("the worker's heartbeat couldn't be read", exc_info=True)
            return
        finally:
            # Whoever watches holds no connection meanwhile.
            connections.close_all()
        silent = timezone.now() - max(sign or self._begun, self._begun)
        if silent > SILENT_AT_MOST:
            self._start_anew(silent)

    def _start_anew(self, silent: dt.timedelta) -> None:
        _log.error("the worker has finished nothing for %s: it is started anew", silent)
        self._running.restart(self._part)
        self._begun = timezone.now()
