"""The calendar feed, and the link by which a calendar program reads it."""

import hashlib
from typing import Any, Final

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import quote_etag, urlencode
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions, status
from rest_framework.request import Request
from rest_framework.response import Response

from backoffice.users.models import CalendarLink
from backoffice.users.services import make_calendar_link, revoke_calendar_link, whose_calendar

from .. import values
from ..contract import Operation, Parameter, Tag
from ..idempotency import key_of
from ..permissions import IsParentOrStudent
from ..views import ApiView, OpenView
from . import examples, serializers

# Calendars ask again after an hour at the earliest.
_FRESH = "private, max-age=3600"
_LONGEST_TOKEN = 100
_TOKEN: Final = {"type": "string", "minLength": 1, "maxLength": _LONGEST_TOKEN}


class CalendarView(ApiView):
    """GET, POST, DELETE /api/v1/calendar/"""

    permission_classes = [IsParentOrStudent]
    operations = {
        "GET": Operation(
            id="getCalendarLink",
            tag=Tag.TIMETABLE,
            summary="Whether I have a calendar link",
            answer=serializers.CalendarLinkShape,
            example=examples.CALENDAR_LINK,
        ),
        "POST": Operation(
            id="makeCalendarLink",
            tag=Tag.TIMETABLE,
            summary="A new calendar link",
            description="Shown this once, also with an Idempotency-Key; the link before it dies.",
            answer=serializers.NewCalendarLinkShape,
            status=status.HTTP_201_CREATED,
            example=examples.NEW_CALENDAR_LINK,
        ),
        "DELETE": Operation(
            id="revokeCalendarLink",
            tag=Tag.TIMETABLE,
            summary="End my calendar link",
            status=status.HTTP_204_NO_CONTENT,
        ),
    }

    def get(self, request: Request) -> Response:
        """The link's state."""
        link = CalendarLink.objects.filter(user=self.person.pk).first()
        return Response({"exists": link is not None, "made_at": values.moment(link.made_at) if link else None})

    def post(self, request: Request) -> Response:
        """Make, or renew."""
        token = make_calendar_link(by=self.person)
        url = request.build_absolute_uri(f"{reverse('calendar-feed')}?{urlencode({'token': token})}")
        answer = {"url": url, "token": token}
        return Response(answer, status=status.HTTP_201_CREATED)

    def delete(self, request: Request) -> Response:
        """Revoke."""
        revoke_calendar_link(by=self.person)
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _repeatable(self, handler: Any) -> None:
        """A token that is shown once isn't kept with the answers to repeated posts; a key has its form all the same."""
        key_of(self.request)


class FeedView(OpenView):
    """GET /api/v1/calendar.ics"""

    operations = {
        "GET": Operation(
            id="readCalendar",
            tag=Tag.TIMETABLE,
            summary="My timetable as a calendar",
            description="For calendar programs, with the link's token: the last 90 days and all that is to come.",
            answer={"type": "string"},
            media_type="text/calendar",
            errors=(304, 404),
            parameters={"token": Parameter(schema=_TOKEN, required=True)},
            example=examples.FEED,
        )
    }

    def get(self, request: Request) -> HttpResponseBase:
        """The feed, or 304 while it is as it was."""
        token = request.query_params.get("token", "")
        if not token or len(token) > _LONGEST_TOKEN:
            raise exceptions.ValidationError({"token": [_("The link's token is missing or too long.")]})
        person = whose_calendar(token)
        if person is None:
            raise exceptions.NotFound(_("This calendar link is not good, or no longer."))
        # Loaded here: icalendar costs every process some megabytes, and few ask for a calendar.
        from .feed import timetable_feed

        body = timetable_feed(person)
        etag = quote_etag(hashlib.sha256(body).hexdigest()[:32])
        answer = HttpResponse(body, content_type="text/calendar; charset=utf-8")
        answer.headers["ETag"], answer.headers["Cache-Control"] = etag, _FRESH
        answer.headers["Content-Disposition"] = 'inline; filename="timetable.ics"'
        patch_vary_headers(answer, ["Accept-Language"])
        return get_conditional_response(request._request, etag=etag, response=answer) or answer
