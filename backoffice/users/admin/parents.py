"""The screen of parents: a family on one page."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.forms import BaseInlineFormSet
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import BooleanRadioFilter, RangeDateFilter
from unfold.decorators import display

from backoffice.shared.admin import StaffTabularInline

from ..models import Child, Parent
from .base import FURTHER_FIELDSET, NAMES, NUMBERS, PeopleFields, PersonAdmin, links
from .codes import CodeButton
from .forms import ChildOfParentForm, ParentForm

# A new family is entered on one page.
CHILDREN_OF_A_NEW_FAMILY = 4


class FamilyFormSet(BaseInlineFormSet):
    """The children of one parent, twice the same refused before anything is saved."""

    def clean(self) -> None:
        """No two new children of one name and birthday."""
        super().clean()
        seen = set()
        for form in self.forms:
            data = getattr(form, "cleaned_data", {})
            who = (data.get("name"), data.get("dob"))
            if data.get("name") and who in seen:
                form.add_error("name", _("This child stands here twice."))
            seen.add(who)


class ChildInline(PeopleFields, StaffTabularInline):
    """The children of the parent."""

    model = Child
    form = ChildOfParentForm
    formset = FamilyFormSet
    fields = ("name", "gender", "dob", "phone_number", "unique_code")
    readonly_fields = ("unique_code",)
    show_change_link = True
    can_delete = False
    max_num = 30

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        """Empty lines for a new family only."""
        return 0 if obj else CHILDREN_OF_A_NEW_FAMILY


def enrollments_address(words: str) -> str | None:
    """The list of enrolments that the words find; None where there is no such screen."""
    try:
        return f"{reverse('admin:enrollments_enrollment_changelist')}?q={words}"
    except NoReverseMatch:
        return None


@admin.register(Parent)
class ParentAdmin(CodeButton, PersonAdmin):
    """Parents with their children."""

    form = ParentForm
    list_display = ("name", "number", "children_count", "active")
    list_filter = (
        ("user__is_verified", BooleanRadioFilter),
        ("user__is_active", BooleanRadioFilter),
        ("user__date_joined", RangeDateFilter),
    )
    search_fields = ("user__search_text",)
    readonly_fields = ("standing", "account", "further_children_shown", "enrolments")
    add_fieldsets = ((None, {"fields": (NAMES, NUMBERS)}), FURTHER_FIELDSET)
    fieldsets = (
        (None, {"fields": (NAMES, NUMBERS, ("standing", "account"), ("enrolments", "further_children_shown"))}),
        FURTHER_FIELDSET,
    )
    inlines = (ChildInline,)
    actions_detail = ("give_code",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With the number of children, primary and further ones."""
        primary = Child.objects.order_by().filter(primary_parent=OuterRef("pk")).values("primary_parent")
        further = (
            Child.objects.order_by().filter(further_parent__parent=OuterRef("pk")).values("further_parent__parent")
        )
        count = Coalesce(Subquery(primary.annotate(n=Count("pk")).values("n")), 0) + Coalesce(
            Subquery(further.annotate(n=Count("pk")).values("n")), 0
        )
        return super().get_queryset(request).annotate(_children=count)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:  # noqa: FBT001
        """Let the service enter and change the children: each gets a code, and the trail its entry."""
        formset.new_objects, formset.changed_objects, formset.deleted_objects = [], [], []
        for child_form in formset.forms:
            if child_form.has_changed():
                child_form.instance.primary_parent = form.instance
                child_form.save_by(request.user)

    @display(description=_("children"))
    def children_count(self, parent: Any) -> int:
        """How many children the parent has."""
        return int(parent._children)

    @display(description=_("further parent of"))
    def further_children_shown(self, parent: Parent) -> Any:
        """Children whose primary parent is somebody else."""
        if not parent or not parent.pk:
            return "—"
        children = Child.objects.filter(further_parent__parent=parent)
        return links([(reverse("admin:users_child_change", args=[child.pk]), child.name) for child in children])

    @display(description=_("enrolments"))
    def enrolments(self, parent: Parent) -> Any:
        """The way to the enrolments of each child."""
        if not parent or not parent.pk:
            return "—"
        children = Child.objects.of_parent(parent.user)
        found = [(enrollments_address(child.unique_code), child.name) for child in children]
        return links([(address, name) for address, name in found if address])
