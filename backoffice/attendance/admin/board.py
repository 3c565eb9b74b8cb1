"""The live board: a day at the centre at one look."""

import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from backoffice.shared.dates import parse_date
from backoffice.shared.errors import DomainError

from ..selectors import Phase, Presence, board_of, last_cursor
from .pages import page, require


@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """A day's lectures, who is missing, the staff and the readers: as far as the person may see them."""
    require(request, "attendance.view_lectureattendance")
    day, unread = _day(request.GET.get("day", ""))
    cursor = last_cursor()
    shown = board_of(request.user, day)  # type: ignore[arg-type]
    context = {
        "cursor": cursor,
        "board": shown,
        "running": shown.in_phase(Phase.RUNNING),
        "next": shown.in_phase(Phase.NEXT),
        "over": shown.in_phase(Phase.OVER),
        "cancelled": shown.in_phase(Phase.CANCELLED),
        "unread": unread,
        "presences": list(Presence),
        "today": timezone.localdate(),
        "before": day - dt.timedelta(days=1),
        "after": day + dt.timedelta(days=1),
    }
    return page(request, "board", context, title=_("Live board"))


def _day(typed: str) -> tuple[dt.date, str]:
    """The day that was asked for, and what is wrong with one that can't be read; today for none."""
    try:
        return (parse_date(typed), "") if typed.strip() else (timezone.localdate(), "")
    except DomainError as error:
        return timezone.localdate(), str(error)
