"""The screen of adult students."""

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import BooleanRadioFilter, ChoicesDropdownFilter, RangeDateFilter
from unfold.decorators import display

from backoffice.shared.phones import local_form

from ..models import StudentUser
from .base import FURTHER_FIELDSET, NAMES, NUMBERS, PersonAdmin, links
from .cards import CardButton
from .codes import CodeButton
from .forms import StudentForm
from .parents import enrollments_address


@admin.register(StudentUser)
class StudentUserAdmin(CardButton, CodeButton, PersonAdmin):
    """Adults who study."""

    form = StudentForm
    list_display = ("name", "unique_code", "number", "active")
    list_filter = (
        ("user__gender", ChoicesDropdownFilter),
        ("user__is_verified", BooleanRadioFilter),
        ("user__is_active", BooleanRadioFilter),
        ("user__date_joined", RangeDateFilter),
    )
    search_fields = ("user__search_text", "unique_code")
    search_help_text = _("A name, a code, a phone number or a whole national number")
    readonly_fields = ("unique_code", "standing", "account", "enrolments")
    add_fieldsets = ((None, {"fields": (NAMES, NUMBERS)}), FURTHER_FIELDSET)
    fieldsets = (
        (None, {"fields": (NAMES, NUMBERS, ("unique_code", "standing"), ("account", "enrolments"))}),
        FURTHER_FIELDSET,
    )
    actions = ("print_codes", "print_qr_cards")
    actions_detail = ("give_code",)

    @display(description=_("enrolments"))
    def enrolments(self, student: StudentUser) -> Any:
        """The way to the student's enrolments."""
        if not student or not student.pk:
            return "—"
        address = enrollments_address(local_form(str(student.user.phone_number1)))
        return links([(address, _("Show"))] if address else [])
