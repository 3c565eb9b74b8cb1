"""The screen of numbers that visitors left: called, closed with a reason, turned into a family."""

from typing import Any, ClassVar
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.defaultfilters import linebreaksbr, truncatechars
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import action, display
from unfold.enums import ActionVariant

from backoffice.shared.admin import ReadOnly, StaffAdmin, dialog_button
from backoffice.shared.admin.figures import badge, phone, two_lines
from backoffice.shared.admin.refusals import refusal
from backoffice.shared.admin.service_pages import Page, Submit, service_page
from backoffice.shared.admin.steps import OnlyPossibleSteps
from backoffice.shared.errors import DomainError
from backoffice.shared.states import may_advance
from backoffice.users.selectors import owner_of_number

from .. import services
from ..models import Lead
from .dialogs import ReasonDialog
from .lead_forms import CalledDialog, FamilyForm

CHANGE = "enrollments.change_lead"
Status = Lead.Status
# What is closed stays grey.
COLOURS = {"new": "warning", "contacted": "info", "converted": "success"}
SHORT_MESSAGE = 90
# A request says whose it is.
BECAME = ("child", "student__user", "request__course", "request__child", "request__student__user")


def new_leads(request: HttpRequest) -> str:
    """How many numbers nobody has called yet, for the menu; nothing for none."""
    return str(Lead.objects.new().count() or "")


@admin.register(Lead)
class LeadAdmin(OnlyPossibleSteps, ReadOnly, StaffAdmin):
    """Who left a number on the site; those who wait longest come first."""

    list_display = ("who", "state", "course", "said", "created_at", "handled_by")
    list_filter = ("status", ("course", AutocompleteSelectFilter), "source")
    search_fields = ("search_text", "course__search_text")
    search_help_text = _("A name, a number or a course")
    list_select_related = False
    fields = (
        ("name", "number"),
        ("course", "child_age"),
        "words",
        "state",
        ("created_at", "asked_again_at"),
        ("source", "language"),
        ("handled_by", "handled_at"),
        "notes",
        "close_reason",
        ("participant_link", "request_link"),
    )
    readonly_fields = ("number", "words", "state", "participant_link", "request_link")
    actions_detail = ("called", "family", "close")
    steps: ClassVar[dict[str, str]] = {
        "called": Status.CONTACTED,
        "family": Status.CONVERTED,
        "close": Status.CLOSED,
    }

    def get_queryset(self, request: HttpRequest) -> QuerySet[Lead]:
        """With what they are about, who works on them and what they became."""
        return super().get_queryset(request).select_related("course", "handled_by", *BECAME)

    def get_ordering(self, request: HttpRequest) -> Any:
        """Those who wait longest first."""
        return Lead.objects.oldest_open_first().query.order_by

    def get_urls(self) -> list[Any]:
        """With the page that turns a number into a family."""
        name = "enrollments_lead_turn_into_family"
        view = self.admin_site.admin_view(self.family_view)
        return [path("<uuid:object_id>/turn-into-family/", view, name=name), *super().get_urls()]

    @display(description=_("name"), ordering="name")
    def who(self, row: Lead) -> SafeString:
        """The name, and the number to call."""
        return two_lines(row.name, phone(row.phone_number))

    @display(description=_("phone number"))
    def number(self, row: Lead) -> SafeString:
        """The number, which a telephone dials when it is touched."""
        return format_html('<a class="text-link" href="tel:{}">{}</a>', row.phone_number, phone(row.phone_number))

    @display(description=_("message"))
    def said(self, row: Lead) -> str:
        """How the message begins."""
        return truncatechars(row.message, SHORT_MESSAGE)

    @display(description=_("message"))
    def words(self, row: Lead) -> SafeString | str:
        """The whole message, in its own direction."""
        return format_html('<div dir="auto">{}</div>', linebreaksbr(row.message)) if row.message else "—"

    @display(description=_("status"), ordering="status")
    def state(self, row: Lead) -> SafeString:
        """The status in its colour, and how often the visitor asked."""
        times = ngettext("asked %(count)s time", "asked %(count)s times", row.times_asked) % {"count": row.times_asked}
        return two_lines(
            badge(row.get_status_display(), COLOURS.get(row.status, "")), times if row.times_asked > 1 else ""
        )

    @display(description=_("became"))
    def participant_link(self, row: Lead) -> SafeString | str:
        """The way to the child or the adult student."""
        return _link(row.participant) if row.status == Status.CONVERTED else "—"

    @display(description=_("request"))
    def request_link(self, row: Lead) -> SafeString | str:
        """The way to the request for a place."""
        return _link(row.request) if row.request else "—"

    @dialog_button(
        title=_("Called"),
        description=_("Say what came of it, or that nobody answered; the number stays in the list."),
        permission=CHANGE,
        form=CalledDialog,
        icon="call",
    )
    def called(self, request: HttpRequest, form: Any, row: Lead) -> str:
        """Somebody called."""
        services.contact_lead(row.pk, by=request.user, notes=form.cleaned_data["notes"])  # type: ignore[arg-type]
        return str(_("The call is noted."))

    @action(
        description=_("Turn into a family"),
        permissions=[CHANGE],
        icon="family_restroom",
        variant=ActionVariant.PRIMARY,
    )
    def family(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """To the page that asks who takes part."""
        return HttpResponseRedirect(reverse("admin:enrollments_lead_turn_into_family", args=[object_id]))

    @dialog_button(
        title=_("Close"),
        description=_("Nothing will come of it; with its reason it stays in the list's end."),
        permission=CHANGE,
        form=ReasonDialog,
        icon="block",
        variant=ActionVariant.DANGER,
    )
    def close(self, request: HttpRequest, form: Any, row: Lead) -> str:
        """Nothing will come of it."""
        services.close_lead(row.pk, by=request.user, reason=form.cleaned_data["reason"])  # type: ignore[arg-type]
        return str(_("The number is closed."))

    def family_view(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        """Asks who takes part, and makes what isn't there yet."""
        if not request.user.has_perm(CHANGE):
            raise PermissionDenied
        lead = self.get_object(request, str(object_id))
        if lead is None:
            raise Http404
        try:
            if not may_advance(lead, Status.CONVERTED):
                raise DomainError("illegal_step", _("This number was dealt with already."))
            owner = owner_of_number(str(lead.phone_number))
        except DomainError as error:
            messages.error(request, refusal(error))
            return HttpResponseRedirect(reverse("admin:enrollments_lead_change", args=[lead.pk]))
        page = Page(
            title=_("Turn into a family"),
            submits=[Submit(_("Turn into a family"))],
            template="admin/enrollments/lead_family.html",
            context={"lead": lead, "owner": owner, "number": phone(lead.phone_number)},
        )
        return service_page(self, request, page, lambda data: FamilyForm(data, lead=lead, owner=owner))


def _link(row: Any) -> SafeString:
    opts = row._meta
    address = reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[row.pk])
    return format_html('<a class="text-link" href="{}">{}</a>', address, row)
