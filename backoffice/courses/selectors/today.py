"""The day's lectures."""

import datetime as dt
from typing import Any

from django.db.models import Count, Q

from backoffice.shared.figures import Figured

from ..models import Lecture


def lectures_on(day: dt.date, user: Any) -> Figured:
    """The day's lectures that the person may see and that weren't cancelled; among them those with attendance taken."""
    lectures = Lecture.objects.visible_to(user).on(day).held()
    return Figured(lectures, part=Count("pk", filter=Q(attendance_taken=True)))
