"""Who of the staff is late, or isn't here."""

import datetime as dt

from django.db.models import Count, Q
from django.utils import timezone

from backoffice.shared.figures import Figured

from ..models import InstructorAttendance
from ..querysets import due_and_not_here


def staff_behind_time(now: dt.datetime) -> Figured:
    """Those of the staff who came late today, or are due at this moment and haven't come; `part` counts the latter."""
    awaited = due_and_not_here(now)
    behind = InstructorAttendance.objects.filter(awaited | Q(day=timezone.localtime(now).date(), status="late"))
    return Figured(behind, part=Count("pk", filter=awaited))
