"""The screen of instructors; salaries and scans of documents only for those whose business they are."""

from functools import partial
from typing import Any, ClassVar
from uuid import UUID

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import BooleanRadioFilter, ChoicesDropdownFilter

from backoffice.shared.admin.figures import display

from ..models import Instructor
from .base import FURTHER_FIELDSET, NAMES, NUMBERS, PersonAdmin, show_picture
from .cards import CardButton
from .forms import DOCUMENTS, InstructorForm

SEES_SALARY = "users.view_salary"


@admin.register(Instructor)
class InstructorAdmin(CardButton, PersonAdmin):
    """Who teaches or supervises."""

    form = InstructorForm
    actions = ("print_qr_cards",)
    list_display = ("name", "kind", "number", "active")
    list_filter = (("type", ChoicesDropdownFilter), ("user__is_active", BooleanRadioFilter))
    search_fields = ("user__search_text", "fingerprint_id", "rfid_uid")
    readonly_fields = ("account",)
    guarded_fields: ClassVar[Any] = {"monthly_salary": SEES_SALARY}

    def get_list_display(self, request: HttpRequest) -> Any:
        """With the salary for those who may see it."""
        salary = ("monthly_salary",) if request.user.has_perm(SEES_SALARY) else ()
        return (*self.list_display, *salary)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Nobody is shown a field that isn't theirs to see."""
        work = ("type", "monthly_salary") if request.user.has_perm(SEES_SALARY) else ("type",)
        about = (NAMES, NUMBERS, "account") if obj else (NAMES, NUMBERS)
        fieldsets = [
            (None, {"fields": about}),
            (_("Work"), {"fields": (work, "bio", "image")}),
            FURTHER_FIELDSET,
            (_("At the devices"), {"fields": (("fingerprint_id", "rfid_uid"),)}),
        ]
        if self.has_change_permission(request, obj):
            fieldsets.append((_("Scans of the national ID"), {"fields": (tuple(DOCUMENTS),)}))
        return fieldsets

    def get_urls(self) -> list[Any]:
        """With a page for each scan, for they lie under no public address."""
        pages = [
            path(
                f"<uuid:object_id>/{field}/",
                self.admin_site.admin_view(partial(self.document_view, field=field)),
                name=name,
            )
            for field, name in DOCUMENTS.items()
        ]
        return [*pages, *super().get_urls()]

    def document_view(self, request: HttpRequest, object_id: UUID, *, field: str) -> HttpResponse:
        """A scan, for those who may change the instructor."""
        return show_picture(self, request, object_id, field, to_change=True)

    @display(
        description=_("kind"),
        ordering="type",
        label={Instructor.Type.NORMAL: "info", Instructor.Type.SUPERVISOR: "warning"},
    )
    def kind(self, instructor: Instructor) -> tuple[str, str]:
        """Instructor or supervisor."""
        return instructor.type, instructor.get_type_display()
