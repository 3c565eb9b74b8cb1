"""What a family asked for and has, and taking a request back."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar, Final
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.db import OperationalError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.generic.base import TemplateResponseMixin

from backoffice.enrollments.models import Enrollment, EnrollmentRequest
from backoffice.enrollments.querysets import OPEN_REQUESTS
from backoffice.enrollments.selectors import FamilyPlace, offer_ends, places_of_family, waiting_positions
from backoffice.enrollments.services import cancel_request
from backoffice.enrollments.services.requests import UNANSWERED_FOR
from backoffice.payments.selectors import balances_of
from backoffice.shared.errors import DomainError
from backoffice.users.models import CustomUser
from backoffice.users.selectors import family_of

from ..frame import readable
from ..models import CourseIndexPage
from .pages import BUSY, OwnRoom

#: As many of the requests that came to nothing are shown; the centre knows the rest.
EARLIER: Final = 10


@dataclass(frozen=True)
class Asked:
    """A request as its family sees it: the place on the waiting list, and until when a freed seat is kept."""

    request: EnrollmentRequest
    position: int | None
    offer_until: dt.datetime | None

    #: How long a request waits for an answer, and how long a freed seat is kept.
    days: ClassVar[int] = UNANSWERED_FOR.days
    hours: ClassVar[int] = settings.WAITING_LIST_OFFER_HOURS

    @property
    def is_open(self) -> bool:
        """Whether it still waits for an answer."""
        return self.request.status in OPEN_REQUESTS


@dataclass(frozen=True)
class Held:
    """A place with what is still owed for it, in EGP."""

    place: FamilyPlace
    owed: Decimal

    @property
    def status_words(self) -> str:
        """The state in words."""
        return str(Enrollment.Status(self.place.status).label)


class MyPlaces(OwnRoom, TemplateResponseMixin):
    """/account/"""

    template_name = "cms/account/places.html"
    title = gettext_lazy("My places")

    def get(self, request: HttpRequest) -> HttpResponse:
        """Requests that wait, places, and what came to nothing."""
        # What was accepted is a place. A family asks for few enough to be parted here.
        asked = _told(_requests_of(self.person).exclude(status="accepted"))
        places = places_of_family(self.person.pk)
        money = balances_of([place.id for place in places])
        context = self.get_context_data(
            waiting=[one for one in asked if one.is_open],
            places=[Held(place, money[place.id].balance) for place in places],
            earlier=[one for one in asked if not one.is_open][:EARLIER],
            is_staff_only=not (asked or places) and family_of(self.person).is_none,
            courses=_index_of_courses(),
        )
        return self.render_to_response(context)


class RequestRoom(OwnRoom):
    """About one request of the family; another's looks like none."""

    def asked(self, request_id: UUID) -> Asked:
        """The request as it is now."""
        found = _told(_requests_of(self.person).filter(pk=request_id))
        if not found:
            raise Http404
        return found[0]


class WasAsked(RequestRoom, TemplateResponseMixin):
    """/account/requests/<request>/: what became of it, and what comes next."""

    template_name = "cms/ask/asked.html"

    def get(self, request: HttpRequest, request_id: UUID) -> HttpResponse:
        """Reloading it asks for nothing again."""
        asked = self.asked(request_id)
        title = _("We have your request") if asked.is_open else _("Your request")
        return self.render_to_response(
            self.get_context_data(title=title, asked=asked, again="again" in request.GET, courses=_index_of_courses())
        )


class CancelRequest(RequestRoom):
    """POST /account/requests/<request>/cancel/"""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, request_id: UUID) -> HttpResponse:
        """Take it back while it is open; whoever waits moves up."""
        try:
            cancel_request(self.asked(request_id).request.pk, by=self.person)
        except DomainError as error:
            messages.error(request, str(error))
        except OperationalError:
            messages.error(request, BUSY)
        else:
            messages.success(request, _("Your request was taken back."))
        return redirect("account")


def _requests_of(person: CustomUser) -> QuerySet[Any]:
    # By keys: a child with two parents would come twice from the join.
    mine = EnrollmentRequest.objects.of_family(person).order_by().values("pk")
    rows: QuerySet[Any] = EnrollmentRequest.objects.filter(pk__in=mine)
    return rows.select_related("course", "child", "student__user").order_by("-created_at", "pk")


def _told(rows: QuerySet[Any]) -> list[Asked]:
    requests = list(rows)
    positions = waiting_positions(requests)
    return [Asked(one, positions.get(one.pk), offer_ends(one)) for one in requests]


def _index_of_courses() -> Any:
    """The page with all courses in the language that is spoken, or none."""
    return readable(CourseIndexPage.objects.filter(locale__language_code=get_language())).first()
