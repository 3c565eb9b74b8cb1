"""Reads of leads, requests and places, chainable."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Self
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce, Round

from backoffice.shared.search import SearchQuerySet

if TYPE_CHECKING:
    from backoffice.courses.models import Course
    from backoffice.users.models import CustomUser

    from .models import Enrollment, EnrollmentRequest, Lead

OPEN_REQUESTS = ("pending", "processing", "waitlisted")
# Requests that a registrar can decide on now; those on the waiting list come up when a seat frees.
UNDECIDED_REQUESTS = ("pending", "processing")
# Numbers that somebody of the office still has to do something about.
OPEN_LEADS = ("new", "contacted")
SEAT_HOLDING = ("active", "suspended", "completed")


def of_family(user: CustomUser) -> Q:
    """Rows of the user as a student, or of a child whose parent the user is."""
    return Q(student__user=user) | Q(child__primary_parent__user=user) | Q(child__further_parent__parent__user=user)


def offer_lasts() -> dt.timedelta:
    """How long a freed seat is kept for who was called."""
    return dt.timedelta(hours=settings.WAITING_LIST_OFFER_HOURS)


def with_charged(rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
    """Places with `charged`: the price agreed and its later changes, in EGP."""
    changes = (
        apps.get_model("enrollments", "PriceChange")
        .objects.filter(enrollment=OuterRef("pk"))
        .order_by()
        .values("enrollment")
        .annotate(sum=Sum("amount"))
        .values("sum")
    )
    money = models.DecimalField(max_digits=12, decimal_places=2)
    changed = Coalesce(Subquery(changes, output_field=money), Decimal(0), output_field=money)
    return rows.annotate(charged=Round(F("price") + changed, precision=2, output_field=money))


class EnrollmentRequestQuerySet(models.QuerySet["EnrollmentRequest"]):
    """Requests for a place."""

    def lock(self, request_id: UUID) -> EnrollmentRequest:
        """The request, held until the transaction ends."""
        # FOR NO KEY UPDATE: others may go on pointing at the row, but nobody else may change it.
        return self.select_for_update(of=("self",), no_key=True).get(pk=request_id)

    def open(self) -> Self:
        """Requests that still wait for an answer."""
        return self.filter(status__in=OPEN_REQUESTS)

    def waitlisted(self) -> Self:
        """The waiting list, first come first."""
        return self.filter(status="waitlisted").order_by("created_at", "id")

    def called(self) -> Self:
        """Requests from the waiting list for which a freed seat is kept until they are decided."""
        return self.filter(status__in=UNDECIDED_REQUESTS, called_at__isnull=False)

    def lapsed(self, now: dt.datetime) -> Self:
        """Offers of a seat that nobody took in time (settings.WAITING_LIST_OFFER_HOURS)."""
        return self.called().filter(called_at__lte=now - offer_lasts())

    def unanswered_since(self, moment: dt.datetime) -> Self:
        """Requests, or calls from the waiting list, that nobody decided on since the moment."""
        asked = Q(called_at__isnull=True, created_at__lt=moment) | Q(called_at__lt=moment)
        return self.filter(asked, status__in=UNDECIDED_REQUESTS)

    def of_family(self, user: CustomUser) -> Self:
        """The user's own and their children's."""
        return self.filter(of_family(user))


class EnrollmentQuerySet(models.QuerySet["Enrollment"]):
    """Places in courses."""

    def lock(self, enrollment_id: UUID) -> Enrollment:
        """The enrolment, held until the transaction ends."""
        return self.select_for_update(of=("self",), no_key=True).get(pk=enrollment_id)

    def holding_seat(self) -> Self:
        """Enrolments that hold a seat of their course."""
        return self.filter(status__in=SEAT_HOLDING)

    def of_course(self, course: Course) -> Self:
        """Enrolments in one course."""
        return self.filter(course=course)

    def of_family(self, user: CustomUser) -> Self:
        """The user's own and their children's."""
        return self.filter(of_family(user))

    def with_charged(self) -> Self:
        """Places with `charged`, see the function."""
        return with_charged(self)  # type: ignore[return-value]


class LeadQuerySet(SearchQuerySet["Lead"]):
    """Numbers that visitors left."""

    def lock(self, lead_id: UUID) -> Lead:
        """The lead, held until the transaction ends."""
        return self.select_for_update(of=("self",), no_key=True).get(pk=lead_id)

    def open(self) -> Self:
        """Those that wait for a call, or were called and nothing came of it yet."""
        return self.filter(status__in=OPEN_LEADS)

    def new(self) -> Self:
        """Those that nobody has called."""
        return self.filter(status="new")

    def open_of(self, phone_number: str, course: Course | None) -> Self:
        """The one open lead of a number for a course, or for none."""
        return self.open().filter(phone_number=phone_number, course=course)

    def oldest_open_first(self) -> Self:
        """The order in which they are worked off; behind them what is done, the latest first."""
        waits = models.Case(
            models.When(status__in=OPEN_LEADS, then=F("created_at")), output_field=models.DateTimeField()
        )
        return self.order_by(waits.asc(nulls_last=True), "-created_at", "pk")
