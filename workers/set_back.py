"""The machine's clock is set back: what was due at an hour that came once is done now, not when that comes again.

django-q keeps moments in its tables. After a step back of an hour the schedules would be due an hour from now, and a
task that waits would be given out then: no heartbeat, no sweeps, no sheet read. A step forward needs nothing: what is
overdue is done at once, and the jobs of a day know by their day whether they were done.
"""

import datetime as dt
import logging
import time
from typing import Final

from django.utils import timezone
from django_q.models import OrmQ

from .schedules import sync_schedules

_log = logging.getLogger(__name__)

# Less is caught up by the next minute.
_NOTICED: Final = 60.0  # seconds


class WallClock:
    """The wall's clock beside one that only goes forward."""

    def __init__(self) -> None:
        self._ahead = _ahead()
        self._told = False

    def was_just_set_back(self) -> bool:
        """Once for each time: whoever can't put it right at once tries again at leisure."""
        told, self._told = self._told, self.set_back() is not None
        return self._told and not told

    def set_back(self) -> dt.timedelta | None:
        """By how much it was set back since it was last put right; None when it wasn't."""
        back = self._ahead - _ahead()
        if back < -_NOTICED:
            # Forward: from here on this is the hour.
            self._ahead = _ahead()
        return dt.timedelta(seconds=back) if back >= _NOTICED else None

    def put_right(self, back: dt.timedelta) -> None:
        """Have the schedules and what waits in the queue meant for the hour that it is now."""
        now = timezone.now()
        # A task that was taken is locked for longer than the clock had ever shown: it stays so, it may be running.
        waiting = OrmQ.objects.filter(lock__gt=now, lock__lte=now + back).update(lock=now)
        sync_schedules()
        self._ahead = _ahead()
        _log.warning("the clock was set back by %s: schedules and %d waiting tasks were put right", back, waiting)


def _ahead() -> float:
    return time.time() - time.monotonic()
