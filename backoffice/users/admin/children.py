"""The screen of children."""

from typing import Any
from uuid import UUID

from django.contrib import admin
from django.db.models import QuerySet
from django.forms import BaseInlineFormSet
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RangeDateFilter

from backoffice.shared.admin import StaffTabularInline
from backoffice.shared.admin.figures import display
from backoffice.shared.dates import cairo_today

from .. import services
from ..models import Child, ChildParent
from ..selectors import age_on
from .base import PeopleAdmin, links, show_picture
from .cards import CardButton
from .fields import number_of
from .forms import ChildForm
from .parents import enrollments_address

# Whoever may not see a parent sees no number of one either, nor finds a child by it.
SEES_PARENTS = "users.view_parent"


class FurtherParentFormSet(BaseInlineFormSet):
    """The one further parent, who is another than the primary one."""

    def clean(self) -> None:
        """Refuse the primary parent."""
        super().clean()
        for form in self.forms:
            parent = getattr(form, "cleaned_data", {}).get("parent")
            if parent is not None and parent.pk == self.instance.primary_parent_id:
                form.add_error("parent", _("The further parent is the primary parent."))


class FurtherParentInline(StaffTabularInline):
    """A second parent, entered by staff."""

    model = ChildParent
    formset = FurtherParentFormSet
    autocomplete_fields = ("parent",)
    fields = ("parent",)
    max_num = 1

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        """One line while there is none."""
        return 1

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Who may enter the link may end it."""
        return self.has_change_permission(request, obj)


@admin.register(Child)
class ChildAdmin(CardButton, PeopleAdmin):
    """Participants without an account."""

    form = ChildForm
    actions = ("print_qr_cards",)
    list_display = ("name", "unique_code", "age", "gender_shown", "parent", "parents_number")
    list_filter = (("gender", ChoicesDropdownFilter), ("dob", RangeDateFilter), ("created_at", RangeDateFilter))
    list_select_related = ("primary_parent__user",)
    search_fields = ("search_text", "primary_parent__user__search_text")
    search_help_text = _("A name, a code, or the parent's name or phone number")
    autocomplete_fields = ("primary_parent",)
    readonly_fields = ("unique_code", "age", "photo_shown", "enrolments", "created_at")
    inlines = (FurtherParentInline,)

    def get_search_fields(self, request: HttpRequest) -> Any:
        """The parent's words only for those who may see parents."""
        return self.search_fields if _sees_parents(request) else self.search_fields[:1]

    def get_list_display(self, request: HttpRequest) -> Any:
        """The parent only for those who may see parents."""
        return self.list_display if _sees_parents(request) else self.list_display[:-2]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Child]:
        """Children by name; the key breaks ties, so that pages don't repeat one."""
        return super().get_queryset(request).order_by("name", "pk")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """What a new child needs, and what an old one has."""
        about: tuple[Any, ...] = ("name", ("gender", "dob"))
        if _sees_parents(request):
            about = (*about, ("primary_parent", "phone_number"))
        if obj is None:
            return ((None, {"fields": (*about, "photo", "notes")}),)
        photo = "photo" if self.has_change_permission(request, obj) else "photo_shown"
        return (
            (None, {"fields": (("unique_code", "age", "enrolments"), *about, photo, "notes")}),
            (_("Entered"), {"fields": ("created_at",), "classes": ("collapse",)}),
        )

    def get_urls(self) -> list[Any]:
        """With a page for the photo, for it lies under no public address."""
        photo = path("<uuid:object_id>/photo/", self.admin_site.admin_view(self.photo_view), name="users_child_photo")
        return [photo, *super().get_urls()]

    def photo_view(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        """The photo, for those who may see the child."""
        return show_picture(self, request, object_id, "photo", to_change=False)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:  # noqa: FBT001
        """Let the service link and unlink the further parent."""
        formset.new_objects, formset.changed_objects, formset.deleted_objects = [], [], []
        for link in formset.forms:
            if not link.has_changed():
                continue
            if link.initial.get("parent"):
                services.remove_further_parent(form.instance.pk, by=request.user)  # type: ignore[arg-type]
            parent = link.cleaned_data.get("parent")
            if parent is not None and not link.cleaned_data.get("DELETE"):
                services.add_further_parent(form.instance.pk, parent=parent, by=request.user)  # type: ignore[arg-type]

    @display(description=_("age"), ordering="-dob")
    def age(self, child: Child) -> Any:
        """Full years today."""
        years = age_on(cairo_today(), child.dob) if child and child.pk else None
        return "—" if years is None else years

    @display(description=_("gender"), ordering="gender", label={"boy": "info", "girl": "warning"})
    def gender_shown(self, child: Child) -> tuple[str, str]:
        """Boy or girl."""
        return child.gender, child.get_gender_display()

    @display(description=_("primary parent"), ordering="primary_parent__user__first_name")
    def parent(self, child: Child) -> Any:
        """The way to the family."""
        address = reverse("admin:users_parent_change", args=[child.primary_parent_id])
        return format_html('<a href="{}" class="text-link">{}</a>', address, child.primary_parent)

    @display(description=_("parent's number"), ordering="primary_parent__user__phone_number1")
    def parents_number(self, child: Child) -> Any:
        """The number to call."""
        return number_of(child.primary_parent.user)

    @display(description=_("photo"))
    def photo_shown(self, child: Child) -> Any:
        """The photo, for those who may only look."""
        if not child or not child.photo:
            return "—"
        address = reverse("admin:users_child_photo", args=[child.pk])
        return format_html('<img src="{}" alt="{}" class="max-w-48 rounded-default">', address, child.name)

    @display(description=_("enrolments"))
    def enrolments(self, child: Child) -> Any:
        """The way to the child's enrolments."""
        address = enrollments_address(child.unique_code) if child and child.pk else None
        return links([(address, _("Show"))] if address else [])


def _sees_parents(request: HttpRequest) -> bool:
    return request.user.has_perm(SEES_PARENTS)
