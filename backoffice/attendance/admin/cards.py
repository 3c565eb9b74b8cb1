"""Cards that were handed out, codes that nobody has yet, and the sheet of QR cards."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RangeDateFilter, RelatedDropdownFilter
from unfold.decorators import action
from unfold.enums import ActionVariant
from unfold.widgets import UnfoldAdminSelectWidget

from backoffice.shared.admin import ReadOnly, StaffAdmin, dialog_button
from backoffice.shared.admin.figures import display, left_to_right
from backoffice.shared.admin.service_pages import AddedByService, FoundField, Page, ServiceForm, Submit, service_page
from backoffice.shared.form_fields import LineField
from backoffice.users.models import Child, Instructor, StudentUser

from .. import services
from ..models import Card, Scan, WaitingCode
from ..selectors.devices import waiting_codes
from .card_sheet import card_sheet_page
from .devices import ReasonDialog


class IssueCardForm(ServiceForm):
    """A code, and whose it is from now on."""

    code = LineField(
        label=_("code"), direction="ltr", help_text=_("Hold the card to the reader, or type what it says.")
    )
    method = forms.ChoiceField(label=_("How it is read"), choices=Scan.Method.choices, widget=UnfoldAdminSelectWidget)
    child = FoundField(Card._meta.get_field("child"), Child.objects.all(), admin.site, label=_("Child"), required=False)
    student = FoundField(
        Card._meta.get_field("student"),
        StudentUser.objects.select_related("user"),
        admin.site,
        label=_("Adult student"),
        required=False,
    )
    # Found in a list, not by typing: supervisors hand out cards and don't see the screen of instructors.
    instructor = forms.ModelChoiceField(
        label=_("Instructor or supervisor"),
        queryset=Instructor.objects.select_related("user").filter(user__is_active=True).order_by("user__first_name"),
        required=False,
        empty_label="—",
        widget=UnfoldAdminSelectWidget,
        help_text=_("Choose a child, an adult student, or one of the staff: one of the three."),
    )

    def clean(self) -> dict[str, Any]:
        """Exactly one of the three."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if sum(data.get(name) is not None for name in ("child", "student", "instructor")) != 1:
            raise ValidationError(_("Choose a child, an adult student, or one of the staff: one of the three."))
        return data

    def step(self, request: HttpRequest) -> tuple[Model, str]:
        """Hand it out; the scans that wait with it count."""
        data = self.cleaned_data
        holder = data["child"] or data["student"] or data["instructor"]
        card, waited = services.issue_card(
            code=data["code"],
            method=data["method"],
            holder=holder,
            by=request.user,  # type: ignore[arg-type]
        )
        said = [str(_("The card is %(name)s's.") % {"name": holder})]
        if waited:
            counted = ngettext("%(n)s scan that waited counts now.", "%(n)s scans that waited count now.", waited)
            said.append(counted % {"n": waited})
        return card, " ".join(said)


@admin.register(Card)
class CardAdmin(AddedByService, ReadOnly, StaffAdmin):
    """Cards that were handed out."""

    add_permission = "attendance.add_card"

    list_display = ("shown_code", "method", "whose", "issued_at", "issued_by", "state")
    list_filter = (
        ("method", ChoicesDropdownFilter),
        ("issued_at", RangeDateFilter),
        ("revoked_at", admin.EmptyFieldListFilter),
    )
    search_fields = ("code", "child__search_text", "student__user__search_text", "instructor__user__search_text")
    search_help_text = _("A name or a code")
    ordering = ("-issued_at", "-pk")
    list_select_related = ("child", "student__user", "instructor__user", "issued_by")
    fields = (
        ("shown_code", "method"),
        ("whose", "state"),
        ("issued_at", "issued_by"),
        ("revoked_at", "revoked_by"),
        "reason",
    )
    readonly_fields = ("shown_code", "whose", "state", "issued_at", "revoked_at")
    actions_list = ("print_cards",)
    actions_detail = ("revoke",)

    def get_urls(self) -> list[Any]:
        """With the page that prints."""
        page = self.admin_site.admin_view(self.print_page)
        return [path("print/", page, name="attendance_card_print"), *super().get_urls()]

    def add_page(self, request: HttpRequest) -> HttpResponse:
        """A card for somebody; the code may come from the list of unknown ones."""
        known = {name: request.GET[name] for name in ("code", "method") if name in request.GET}
        page = Page(title=_("Hand out a card"), submits=[Submit(_("Hand it out"))])
        return service_page(self, request, page, lambda data: IssueCardForm(data, initial=known))

    def print_page(self, request: HttpRequest) -> HttpResponse:
        """The sheet of QR cards: who is on it, then the sheet."""
        return card_sheet_page(self, request)

    @action(description=_("Print QR cards"), permissions=["attendance.add_card"], icon="qr_code_2")
    def print_cards(self, request: HttpRequest) -> HttpResponse:
        """The page that prints."""
        return HttpResponseRedirect(reverse("admin:attendance_card_print"))

    def get_actions_detail(self, request: HttpRequest, object_id: int | str) -> list[Any]:
        """A card is revoked once."""
        card = self.get_object(request, str(object_id))
        return super().get_actions_detail(request, object_id) if card and card.revoked_at is None else []

    @dialog_button(
        title=_("Revoke"),
        description=_("From this moment on the card is nobody's. What it said before stays."),
        permission="attendance.change_card",
        form=ReasonDialog,
        icon="block",
        variant=ActionVariant.DANGER,
    )
    def revoke(self, request: HttpRequest, form: Any, card: Card) -> str:
        """The card was lost or handed back."""
        services.revoke_card(card.pk, reason=form.cleaned_data["reason"], by=request.user)  # type: ignore[arg-type]
        return str(_("The card is revoked."))

    @display(description=_("code"), ordering="code")
    def shown_code(self, card: Card) -> Any:
        """The code, left to right."""
        return left_to_right(card.code)

    @display(description=_("whose"))
    def whose(self, card: Card) -> str:
        """Whose it is, or was."""
        return str(card.holder)

    @display(description=_("state"), label={"valid": "success", "revoked": "danger"})
    def state(self, card: Card) -> tuple[str, Any]:
        """Whether it is good."""
        return ("valid", _("Valid")) if card.revoked_at is None else ("revoked", _("Revoked"))


@admin.register(WaitingCode)
class WaitingCodeAdmin(ReadOnly, StaffAdmin):
    """Codes that were read and are nobody's yet: assigned, their scans count."""

    list_display = ("shown_code", "method", "device", "at", "times")
    list_filter = (("method", ChoicesDropdownFilter), ("device", RelatedDropdownFilter))
    search_fields = ("code",)
    ordering = ("-at", "-pk")
    fields = (("shown_code", "method"), ("device", "at"), "times")
    readonly_fields = ("shown_code", "times")
    actions_row = ("assign",)
    actions_detail = ("assign",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[WaitingCode]:
        """Each code by its last scan."""
        return waiting_codes()

    @action(
        description=_("Assign to…"),
        permissions=["attendance.view_waitingcode", "attendance.add_card"],
        icon="person_add",
    )
    def assign(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Say whose it is, on the page of a new card."""
        code = self.get_object(request, object_id)
        if code is None:
            return HttpResponseRedirect(reverse("admin:attendance_waitingcode_changelist"))
        known = urlencode({"code": code.code, "method": code.method})
        return HttpResponseRedirect(f"{reverse('admin:attendance_card_add')}?{known}")

    @display(description=_("code"), ordering="code")
    def shown_code(self, code: WaitingCode) -> Any:
        """The code, left to right."""
        return left_to_right(code.code)

    @display(description=_("how often"))
    def times(self, code: Any) -> int:
        """How many scans wait with it."""
        return int(code.times)
