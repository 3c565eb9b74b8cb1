"""The staff's first page put together: twelve queries at most, with what the admin's frame asks."""

from typing import Any, Final, cast

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.courses.models import Lecture
from backoffice.enrollments.models import EnrollmentRequest
from backoffice.payments.selectors.drawers import own_drawer
from backoffice.shared.figures import figures_of
from backoffice.users.models import CustomUser

from ..exporting import look_for_news
from .card import Shown, Viewer
from .charts import drawings_of
from .season import bands_of
from .today import CARDS

NOON: Final = 12
ROWS: Final = 6


def staff_home(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Fill the admin's first page (`UNFOLD["DASHBOARD_CALLBACK"]`)."""
    user = cast(CustomUser, request.user)  # the admin lets nobody else in
    look_for_news(request)
    viewer, cards = _day(Viewer(user, timezone.localtime()))
    greeting = _("Good morning, %(name)s") if viewer.now.hour < NOON else _("Good evening, %(name)s")
    return context | {
        "greeting": greeting % {"name": user.get_short_name()},
        "today": viewer.today,
        "made_at": f"{viewer.now:%Y-%m-%d %H:%M}",
        "cards": cards,
        "seasons": bands_of(viewer),
        "drawings": drawings_of(viewer),
        "lectures": _lectures(viewer) if viewer.may("courses.view_lecture") else None,
        "requests": _requests() if viewer.may("enrollments.view_enrollmentrequest") else None,
    }


def _day(viewer: Viewer) -> tuple[Viewer, list[Shown]]:
    """The day's cards by one query, and the viewer with what it said of their drawer."""
    mine = {type(card).__name__: card for card in CARDS if viewer.may(card.permission)}
    asked = {name: card.asks(viewer) for name, card in mine.items()}
    if not asked:
        return viewer, []
    figures = figures_of({"drawer": own_drawer(viewer.user), **asked})
    viewer = Viewer(viewer.user, viewer.now, figures["drawer"])
    return viewer, [card.shown(figures[name], viewer) for name, card in mine.items()]


def _lectures(viewer: Viewer) -> QuerySet[Lecture]:
    today = Lecture.objects.visible_to(viewer.user).on(viewer.today)
    return today.select_related("course", "room", "instructor__user").order_by("start_time", "course__name")


def _requests() -> QuerySet[EnrollmentRequest]:
    waiting = EnrollmentRequest.objects.filter(status__in=["pending", "processing"])
    return waiting.select_related("course", "child", "student__user").order_by("created_at")[:ROWS]
