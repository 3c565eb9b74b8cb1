"""The screen of places; the app of money registers it with what was paid."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import display
from unfold.enums import ActionVariant

from backoffice.shared.admin import ReadOnly, StaffAdmin, dialog_button
from backoffice.shared.admin.figures import badge, left_to_right, phone, two_lines
from backoffice.shared.admin.service_pages import AddedByService, Page, Submit, service_page
from backoffice.shared.admin.steps import OnlyPossibleSteps

from .. import services
from ..models import Enrollment
from ..pricing import DISCOUNT, LIST_PRICE
from ..selectors import price_steps
from .dialogs import SEES_MONEY, OptionalReasonDialog, ReasonDialog
from .filters import OverbookedFilter
from .place_forms import EnrolForm, PriceDialog, TransferDialog

CHANGE = "enrollments.change_enrollment"
PEOPLE = ("child__primary_parent__user", "student__user")
STATE_COLOURS = {
    "active": "success",
    "suspended": "warning",
    "completed": "info",
    "dropped": "danger",
    "refunded": "danger",
}
SEARCH = (
    "child__search_text",
    "child__primary_parent__user__search_text",
    "student__user__search_text",
    "student__unique_code",
    "course__search_text",
)


def participant_cell(row: Any) -> SafeString:
    """The participant, and below the number the family is called at; the row has its people at hand."""
    user = row.child.primary_parent.user if row.child_id else row.student.user
    return two_lines(row.participant, phone(user.phone_number1))


class EnrollmentAdmin(OnlyPossibleSteps, AddedByService, ReadOnly, StaffAdmin):
    """Places in courses, to look at; the buttons move their state."""

    add_permission = "enrollments.add_enrollment"

    list_display: ClassVar[Any] = ("who", "course", "state", "enrolled_at")
    list_filter: ClassVar[Any] = ("status", ("course", AutocompleteSelectFilter), "course__season", OverbookedFilter)
    search_fields = SEARCH
    search_help_text = _("A child, a parent, a number, a code or a course")
    ordering = ("-enrolled_at", "id")
    list_select_related = False
    fields: ClassVar[Any] = (
        ("who", "code"),
        ("course", "state"),
        ("enrolled_at", "accepted_by"),
        ("ended_at", "status_reason"),
        "overbook_reason",
        "price_in_steps",
    )
    readonly_fields: ClassVar[Any] = ("who", "code", "state", "price_in_steps", "above_capacity")
    actions_detail: ClassVar[Any] = ("suspend", "resume", "complete", "reactivate", "move", "reprice", "drop")
    steps: ClassVar[dict[str, str]] = {
        "suspend": Enrollment.Status.SUSPENDED,
        "resume": Enrollment.Status.ACTIVE,
        "complete": Enrollment.Status.COMPLETED,
        "reactivate": Enrollment.Status.ACTIVE,
        "drop": Enrollment.Status.DROPPED,
    }

    def may_step(self, request: HttpRequest, button: str, obj: Any) -> bool:
        """Back from a rest and back after leaving are two things; who is done, or gone, doesn't move."""
        dropped = obj.status == Enrollment.Status.DROPPED
        match button:
            case "resume" | "reactivate":
                return (button == "reactivate") == dropped and super().may_step(request, button, obj)
            case "move":
                return obj.status in (Enrollment.Status.ACTIVE, Enrollment.Status.SUSPENDED)
            case "reprice":
                return obj.status != Enrollment.Status.REFUNDED
            case _:
                return super().may_step(request, button, obj)

    def add_page(self, request: HttpRequest) -> HttpResponse:
        """A new place, given at once."""
        page = Page(title=_("New enrolment"), submits=[Submit(_("Give the place"))])
        chosen = {name: request.GET[name] for name in ("child", "student", "course") if name in request.GET}

        def form(data: Any) -> EnrolForm:
            made = EnrolForm(data, initial=chosen)
            if not request.user.has_perm("enrollments.give_discount"):
                made.fields["discount"].disabled = made.fields["discount_reason"].disabled = True
            return made

        return service_page(self, request, page, form)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Prices are for who works with money."""
        shows = request.user.has_perm(SEES_MONEY)
        hidden = {"price_in_steps"} if not shows else set()
        hidden |= {"overbook_reason"} if obj is None or not obj.overbook_reason else set()
        return [one for one in self.fields if one not in hidden]

    def get_list_display(self, request: HttpRequest) -> Any:
        """Why places are above the capacity stands in the list of those."""
        columns = tuple(super().get_list_display(request))
        return (*columns, "above_capacity") if request.GET.get("overbooked") == "yes" else columns

    @display(description=_("why above the capacity"))
    def above_capacity(self, row: Enrollment) -> str:
        """The reason that was given."""
        return row.overbook_reason

    @display(description=_("price, step by step (EGP)"))
    def price_in_steps(self, row: Enrollment) -> SafeString:
        """The course's price, the discount and later changes, with their reasons."""
        words = {LIST_PRICE: _("Course price"), DISCOUNT: _("Discount"), "change": _("Change")}
        lines = [
            (words[step.kind], left_to_right(f"{step.amount:+,.2f}"), f"({step.reason})" if step.reason else "")
            for step in price_steps(row)
        ]
        return format_html_join("", "<div>{}: {} {}</div>", lines)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Enrollment]:
        """Places with their people; those who choose one by its name need them as much as the list."""
        return super().get_queryset(request).select_related(*PEOPLE, "course__season")

    @display(description=_("participant"), ordering="child__name")
    def who(self, row: Enrollment) -> SafeString:
        """The participant and the family's number."""
        return participant_cell(row)

    @display(description=_("code"))
    def code(self, row: Enrollment) -> SafeString | str:
        """The participant's code."""
        return left_to_right(row.participant.unique_code)  # type: ignore[attr-defined]

    @display(description=_("status"), ordering="status")
    def state(self, row: Enrollment) -> SafeString:
        """The status in its colour."""
        return badge(row.get_status_display(), STATE_COLOURS[row.status])

    @dialog_button(title=_("Suspend"), permission=CHANGE, form=OptionalReasonDialog, icon="pause_circle")
    def suspend(self, request: HttpRequest, form: Any, row: Enrollment) -> str:
        """Let the place rest."""
        services.suspend_enrollment(row.pk, by=request.user, reason=form.cleaned_data["reason"])  # type: ignore[arg-type]
        return str(_("The place is suspended; its seat stays taken."))

    @dialog_button(title=_("Resume"), permission=CHANGE, form=OptionalReasonDialog, icon="play_circle")
    def resume(self, request: HttpRequest, form: Any, row: Enrollment) -> str:
        """Go on with it."""
        services.resume_enrollment(row.pk, by=request.user, reason=form.cleaned_data["reason"])  # type: ignore[arg-type]
        return str(_("The place is active again."))

    @dialog_button(title=_("Complete"), permission=CHANGE, form=OptionalReasonDialog, icon="task_alt")
    def complete(self, request: HttpRequest, form: Any, row: Enrollment) -> str:
        """The course is done."""
        services.complete_enrollment(row.pk, by=request.user, reason=form.cleaned_data["reason"])  # type: ignore[arg-type]
        return str(_("The course is completed."))

    @dialog_button(title=_("Give the place back"), permission=CHANGE, form=ReasonDialog, icon="undo")
    def reactivate(self, request: HttpRequest, form: Any, row: Enrollment) -> str:
        """Who left comes back."""
        services.reactivate_enrollment(row.pk, by=request.user, reason=form.cleaned_data["reason"])  # type: ignore[arg-type]
        return str(_("The place is active again."))

    @dialog_button(
        title=_("Move to another course"),
        description=_("At the other course's price of today; the seat here is offered to whoever waits longest."),
        permission=CHANGE,
        form=TransferDialog,
        icon="swap_horiz",
    )
    def move(self, request: HttpRequest, form: Any, row: Enrollment) -> str:
        """The participant goes on in another course."""
        data = form.cleaned_data
        new = services.transfer_enrollment(
            row.pk,
            course_id=data["course"].pk,
            by=request.user,  # type: ignore[arg-type]
            reason=data["reason"],
        )
        return str(_("%(name)s moved to “%(course)s”.") % {"name": new.participant, "course": new.course})

    @dialog_button(
        title=_("Change the price"), permission="enrollments.change_price", form=PriceDialog, icon="price_change"
    )
    def reprice(self, request: HttpRequest, form: Any, row: Enrollment) -> str:
        """The place costs more, or less, from now on."""
        data = form.cleaned_data
        services.change_price(
            row.pk,
            amount=form.change,
            reason=data["reason"],
            by=request.user,  # type: ignore[arg-type]
            idempotency_key=data["key"],
        )
        return str(_("The price is changed."))

    @dialog_button(
        title=_("Drop"),
        description=_("The seat becomes free, and whoever waits longest is called. Money stays until it is refunded."),
        permission=CHANGE,
        form=ReasonDialog,
        icon="person_remove",
        variant=ActionVariant.DANGER,
    )
    def drop(self, request: HttpRequest, form: Any, row: Enrollment) -> str:
        """The participant leaves."""
        services.drop_enrollment(row.pk, by=request.user, reason=form.cleaned_data["reason"])  # type: ignore[arg-type]
        return str(_("The place is given up; its seat is free."))
