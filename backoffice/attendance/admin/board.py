"""The live board: a day at the centre at one look."""

import datetime as dt
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ..selectors import Phase, board_of, last_cursor
from .pages import page, require

# Days that a calendar can name; beyond them even "the day before" is none.
_FIRST: Final, _LAST = dt.date(2000, 1, 1), dt.date(2100, 1, 1)


@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """A day's lectures, who is missing, the staff and the readers: as far as the person may see them."""
    require(request, "attendance.view_lectureattendance")
    day = _day(request.GET.get("day", ""))
    cursor = last_cursor()
    shown = board_of(request.user, day)  # type: ignore[arg-type]
    context = {
        "cursor": cursor,
        "board": shown,
        "running": shown.in_phase(Phase.RUNNING),
        "next": shown.in_phase(Phase.NEXT),
        "over": shown.in_phase(Phase.OVER),
        "cancelled": shown.in_phase(Phase.CANCELLED),
        "today": timezone.localdate(),
        "before": day - dt.timedelta(days=1),
        "after": day + dt.timedelta(days=1),
    }
    return page(request, "board", context, title=_("Live board"))


def _day(typed: str) -> dt.date:
    """The day that was asked for; today for none, and for what is none."""
    try:
        day = dt.date.fromisoformat(typed)
    except ValueError:
        return timezone.localdate()
    return day if _FIRST < day < _LAST else timezone.localdate()
