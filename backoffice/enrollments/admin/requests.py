"""The screen of requests: entered, accepted, refused, wait-listed, one by one or many at once."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Greatest
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import display
from unfold.enums import ActionVariant

from backoffice.shared.admin import ReadOnly, StaffAdmin, dialog_button
from backoffice.shared.admin.figures import badge, left_to_right, money, two_lines
from backoffice.shared.admin.service_pages import AddedByService, Page, Submit, service_page
from backoffice.shared.admin.steps import OnlyPossibleSteps
from backoffice.users.admin.fields import number_of

from .. import services
from ..models import EnrollmentRequest
from ..querysets import OPEN_REQUESTS
from ..selectors import free_seats, offer_ends
from .bulk import BulkDecisions
from .dialogs import SEES_MONEY, AcceptDialog, OptionalReasonDialog, ReasonDialog, RequestForm
from .filters import ImportFilter, OfferFilter
from .places import PEOPLE, SEARCH

DECIDE = "enrollments.decide_enrollmentrequest"
Status = EnrollmentRequest.Status
# Cancelled and expired ones stay grey: nobody has to do anything about them.
COLOURS = {
    "pending": "warning",
    "processing": "info",
    "accepted": "success",
    "rejected": "danger",
    "waitlisted": "primary",
}


def _earlier() -> Any:
    """How many wait before a request for the same course."""
    before = Q(created_at__lt=OuterRef("created_at")) | Q(created_at=OuterRef("created_at"), pk__lt=OuterRef("pk"))
    rows = EnrollmentRequest.objects.waitlisted().filter(before, course=OuterRef("course")).order_by()
    count = rows.values("course").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(count, output_field=IntegerField()), Value(0))


def _standing(row: Any) -> str:
    if row.status == Status.WAITLISTED:
        return str(_("No. %(place)s on the list") % {"place": row.earlier + 1})
    ends = offer_ends(row)
    if ends is None:
        return ""
    left = int((ends - timezone.now()).total_seconds() // 3600)
    if left < 0:
        return str(_("The offer of the seat is over"))
    until = date_format(timezone.localtime(ends), "SHORT_DATETIME_FORMAT")
    return ngettext(
        "Seat kept until %(until)s, %(hours)s hour left", "Seat kept until %(until)s, %(hours)s hours left", left
    ) % {"until": until, "hours": left}


@admin.register(EnrollmentRequest)
class EnrollmentRequestAdmin(BulkDecisions, OnlyPossibleSteps, AddedByService, ReadOnly, StaffAdmin):
    """Who asks for a place; decided by the buttons and by the actions of the list."""

    add_permission = "enrollments.add_enrollmentrequest"

    list_filter = (
        "status",
        OfferFilter,
        ("course", AutocompleteSelectFilter),
        "course__season",
        "payment_method",
        ImportFilter,
    )
    search_fields = SEARCH
    search_help_text = _("A child, a parent, a number, a code or a course")
    ordering = ("-created_at", "id")
    list_select_related = False
    actions_detail = ("accept", "overbook", "start", "put_on_list", "refuse", "cancel")
    steps: ClassVar[dict[str, str]] = {
        "accept": Status.ACCEPTED,
        "start": Status.PROCESSING,
        "put_on_list": Status.WAITLISTED,
        "refuse": Status.REJECTED,
        "cancel": Status.CANCELLED,
    }

    def get_queryset(self, request: HttpRequest) -> QuerySet[EnrollmentRequest]:
        """Requests with their people and the seats that their course has left."""
        called = EnrollmentRequest.objects.called().filter(course=OuterRef("course")).order_by()
        claims = Subquery(called.values("course").annotate(n=Count("pk")).values("n"), output_field=IntegerField())
        left = F("course__capacity") - F("course__enrolled_count") - Coalesce(claims, Value(0))
        rows = super().get_queryset(request).select_related(*PEOPLE, "course__season", "requested_by", "decided_by")
        return rows.annotate(seats=Greatest(left, Value(0)), earlier=_earlier())

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        """Money is for those who work with it."""
        columns = ("who", "course", "state", "seats_left", "created_at")
        return (*columns, "paid_by_sheet") if request.user.has_perm(SEES_MONEY) else columns

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list[tuple[Any, dict[str, Any]]]:
        """The request, what it says of money for those who may see it, and the decision."""
        asked = [("who", "code"), ("course", "seats_left"), ("state", "place_in_queue"), ("created_at", "requested_by")]
        fieldsets: list[tuple[Any, dict[str, Any]]] = [(None, {"fields": [*asked, "notes"]})]
        if request.user.has_perm(SEES_MONEY):
            paid = [("payment_method", "paid_by_sheet"), ("reference_number", "import_batch")]
            fieldsets.append((_("Money"), {"fields": paid}))
        fieldsets.append((_("Decision"), {"fields": [("decided_by", "decided_at"), "decision_reason"]}))
        return fieldsets

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Everything that isn't a column of its own."""
        return ("who", "code", "seats_left", "state", "place_in_queue", "paid_by_sheet")

    def may_step(self, request: HttpRequest, button: str, obj: Any) -> bool:
        """A place above the capacity is given where there is no other."""
        if button == "overbook":
            return obj.status in OPEN_REQUESTS and not free_seats(obj.course, besides=obj.pk)
        return super().may_step(request, button, obj)

    def add_page(self, request: HttpRequest) -> HttpResponse:
        """A new request."""
        submits = [Submit(_("Enter the request"))]
        if request.user.has_perm(DECIDE):
            submits.append(Submit(_("Enter and give the seat"), "_accept"))
        page = Page(title=_("New enrolment request"), submits=submits)
        chosen = {name: request.GET[name] for name in ("child", "student", "course") if name in request.GET}
        return service_page(self, request, page, lambda data: RequestForm(data, initial=chosen))

    @display(description=_("participant"), ordering="child__name")
    def who(self, row: EnrollmentRequest) -> SafeString:
        """The participant and the family's number, with a word where it isn't known to be theirs."""
        user = row.child.primary_parent.user if row.child else row.student.user  # type: ignore[union-attr]
        return two_lines(row.participant, number_of(user))

    @display(description=_("code"))
    def code(self, row: EnrollmentRequest) -> SafeString | str:
        """The participant's code."""
        return left_to_right(row.participant.unique_code)  # type: ignore[attr-defined]

    @display(description=_("status"), ordering="status")
    def state(self, row: Any) -> SafeString:
        """The status in its colour; below it until when a seat is kept, or the place on the waiting list."""
        return two_lines(badge(row.get_status_display(), COLOURS.get(row.status, "")), _standing(row))

    @display(description=_("seats left"))
    def seats_left(self, row: Any) -> int:
        """Seats of the course that nobody has and none is kept for."""
        return int(row.seats)

    @display(description=_("place on the waiting list"))
    def place_in_queue(self, row: Any) -> str:
        """From 1; a dash for who doesn't wait."""
        return str(row.earlier + 1) if row.status == Status.WAITLISTED else "—"

    @display(description=_("paid, by the sheet (EGP)"), ordering="paid_before")
    def paid_by_sheet(self, row: EnrollmentRequest) -> SafeString | str:
        """What the imported sheet says was paid."""
        return money(row.paid_before) or "—"

    @dialog_button(
        title=_("Accept"), permission=DECIDE, form=AcceptDialog, icon="check_circle", variant=ActionVariant.PRIMARY
    )
    def accept(self, request: HttpRequest, form: Any, row: EnrollmentRequest) -> str:
        """Give the seat."""
        place = services.accept_request(row.pk, by=request.user, discount=form.given)  # type: ignore[arg-type]
        names = {"name": place.participant, "course": place.course}
        return str(_("%(name)s has a place in “%(course)s”.") % names)

    @dialog_button(
        title=_("Accept above the capacity"),
        description=_("One more place than the course has, whoever waits; it is listed with its reason."),
        permission="enrollments.overbook_course",
        form=ReasonDialog,
        icon="person_add",
        variant=ActionVariant.WARNING,
    )
    def overbook(self, request: HttpRequest, form: Any, row: EnrollmentRequest) -> str:
        """Give a place that the course doesn't have."""
        reason = form.cleaned_data["reason"]
        place = services.accept_request(row.pk, by=request.user, overbook_reason=reason)  # type: ignore[arg-type]
        names = {"name": place.participant, "course": place.course}
        return str(_("%(name)s has a place in “%(course)s”, above its capacity.") % names)

    @dialog_button(
        title=_("Start looking at it"),
        description=_("Others see that somebody is at it."),
        permission=DECIDE,
        icon="visibility",
    )
    def start(self, request: HttpRequest, form: Any, row: EnrollmentRequest) -> str:
        """Say that somebody is at it."""
        services.start_processing(row.pk, by=request.user)  # type: ignore[arg-type]
        return str(_("The request is being looked at."))

    @dialog_button(
        title=_("Put on the waiting list"),
        description=_("In its place by the time it was asked for; a free seat is offered to who waits longest."),
        permission=DECIDE,
        icon="hourglass_top",
    )
    def put_on_list(self, request: HttpRequest, form: Any, row: EnrollmentRequest) -> str:
        """Let it wait for a seat."""
        services.put_on_waiting_list(row.pk, by=request.user)  # type: ignore[arg-type]
        return str(_("The request is on the waiting list."))

    @dialog_button(title=_("Refuse"), permission=DECIDE, form=ReasonDialog, icon="cancel", variant=ActionVariant.DANGER)
    def refuse(self, request: HttpRequest, form: Any, row: EnrollmentRequest) -> str:
        """Say no, with the reason."""
        services.refuse_request(row.pk, by=request.user, reason=form.cleaned_data["reason"])  # type: ignore[arg-type]
        return str(_("The request is refused."))

    @dialog_button(
        title=_("Take back"),
        description=_("The family doesn't want the place any more."),
        permission="enrollments.change_enrollmentrequest",
        form=OptionalReasonDialog,
        icon="undo",
    )
    def cancel(self, request: HttpRequest, form: Any, row: EnrollmentRequest) -> str:
        """The family doesn't want it any more."""
        services.cancel_request(row.pk, by=request.user, reason=form.cleaned_data["reason"])  # type: ignore[arg-type]
        return str(_("The request is taken back."))
