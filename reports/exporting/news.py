"""Telling people that an export of theirs is ready, on whatever page of the staff admin they are.

A page asks the database only in a session that has something to wait for: the session knows it, so other people's
pages and other days' cost nothing. The first page looks always, for whoever signed in elsewhere.
"""

from typing import Any, Final

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from backoffice.users.models import CustomUser

from ..models import Export
from .asking import visible_to

_WAITS: Final = "waits_for_exports"


def look_for_news(request: HttpRequest) -> None:
    """From now on this session's pages look for the person's exports, if there is one to look for."""
    if _open(request.user).exists():
        request.session[_WAITS] = True


def news_of(request: HttpRequest) -> list[Export]:
    """The person's exports that are on their way or that they haven't seen, the latest first."""
    if not request.user.is_authenticated or not request.session.get(_WAITS):
        return []
    exports = list(_open(request.user))
    if not exports:
        del request.session[_WAITS]
    return exports


def dismiss(*, by: CustomUser) -> None:
    """The person has seen how their exports ended."""
    Export.objects.of(by).news().update(seen_at=timezone.now())


def _open(user: Any) -> QuerySet[Export]:
    return visible_to(user).filter(Q(status__in=Export.AT_WORK) | Q(status__in=Export.TOLD, seen_at=None))
