"""Keeping the live events: sending again what was not sent, forgetting what nobody asks for any more."""

import datetime as dt
from typing import Final

from django.utils import timezone

from .. import events
from ..models import AttendanceEvent

# Who was away longer than this is told to read anew.
KEPT_FOR: Final = dt.timedelta(hours=24)
# What was written a moment ago is about to be sent by whoever wrote it.
_LEFT_TO_THE_WRITER: Final = dt.timedelta(seconds=5)
_AT_ONCE: Final = 500


def sweep_events() -> int:
    """Send the events whose sending failed or was cut off by a kill; returns how many. Sent twice does no harm."""
    settled, swept = timezone.now() - _LEFT_TO_THE_WRITER, 0
    while unsent := list(AttendanceEvent.objects.unsent().filter(at__lt=settled)[:_AT_ONCE]):
        events.send(unsent)
        swept += len(unsent)
    return swept


def forget_events() -> int:
    """Delete the events that are older than what anybody may resume from; returns how many."""
    count, _by_model = AttendanceEvent.objects.filter(at__lt=timezone.now() - KEPT_FOR).delete()
    return count
