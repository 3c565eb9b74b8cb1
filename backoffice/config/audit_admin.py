"""The screen of the audit trail: to read, by nobody to write."""

from typing import Any

from django.apps import apps
from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html, format_html_join
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter, DropdownFilter, RangeDateTimeFilter

from backoffice.shared.admin import ReadOnly, StaffAdmin
from backoffice.shared.admin.figures import display
from backoffice.shared.history import readable
from backoffice.shared.models import AuditEntry

# Tables of the domain, which the trail is about.
AUDITED_APPS = ("users", "courses", "enrollments", "payments", "attendance", "shared", "cms")


class KindFilter(DropdownFilter):
    """By table; the choices come from the code, for asking the trail itself would read it through."""

    title = _("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The tables that can be in the trail."""
        kinds = [
            (model._meta.label_lower, str(capfirst(model._meta.verbose_name)))
            for label in AUDITED_APPS
            if label in apps.app_configs
            for model in apps.get_app_config(label).get_models()
        ]
        return sorted(kinds, key=lambda pair: pair[1])

    def queryset(self, request: HttpRequest, queryset: QuerySet[AuditEntry]) -> QuerySet[AuditEntry]:
        """Entries of the chosen table."""
        return queryset.filter(model=self.value()) if self.value() else queryset


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnly, StaffAdmin):
    """Who did what, when, from what to what."""

    list_display = ("when", "who", "action_shown", "kind", "object_shown", "source_shown")
    list_filter = (
        ("at", RangeDateTimeFilter),
        KindFilter,
        ("action", ChoicesDropdownFilter),
        ("source", ChoicesDropdownFilter),
    )
    search_fields = ("object_name",)
    search_help_text = _("Who, or what it was done to, as it is written there; or a row's number")
    fields = (("at", "who"), ("action", "source"), ("kind", "object_shown"), "reason", "changes_shown")
    readonly_fields = ("at", "who", "action", "source", "kind", "object_shown", "reason", "changes_shown")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[AuditEntry], search_term: str
    ) -> tuple[QuerySet[AuditEntry], bool]:
        """By names as they were then: the trail keeps no folded column."""
        typed = search_term.strip()
        if not typed:
            return queryset, False
        names = Q(object_name__icontains=typed) | Q(actor_name__icontains=typed)
        return queryset.filter(names | Q(object_id=typed.lower())), False

    @display(description=_("when"), ordering="id")
    def when(self, entry: AuditEntry) -> Any:
        """The moment."""
        return entry.at

    @display(description=_("who"))
    def who(self, entry: AuditEntry) -> Any:
        """Who did it, by the name they had then."""
        return entry.actor_name or _("the system")

    @display(
        description=_("action"),
        label={"create": "success", "delete": "danger", "transition": "warning", "update": "info"},
    )
    def action_shown(self, entry: AuditEntry) -> tuple[str, str]:
        """What was done, in its colour."""
        return entry.action, entry.get_action_display()

    @display(description=_("kind"))
    def kind(self, entry: AuditEntry) -> str:
        """The table, in its word."""
        try:
            return str(capfirst(apps.get_model(entry.model)._meta.verbose_name))
        except LookupError:
            return entry.model

    @display(description=_("what"))
    def object_shown(self, entry: AuditEntry) -> Any:
        """The way to the row, where it has a page."""
        name = entry.object_name or entry.object_id
        try:
            address = reverse(f"admin:{entry.model.replace('.', '_')}_change", args=[entry.object_id])
        except NoReverseMatch:
            return name
        return format_html('<a href="{}" class="text-link">{}</a>', address, name)

    @display(description=_("by way of"))
    def source_shown(self, entry: AuditEntry) -> str:
        """The door."""
        return entry.get_source_display()

    @display(description=_("From → to"))
    def changes_shown(self, entry: AuditEntry) -> Any:
        """Each change on a line."""
        lines = (
            (
                change.label,
                "—" if change.old is None else change.old,
                "—" if change.new is None else change.new,
            )
            for change in readable([entry])[0].changes
        )
        return format_html_join("", "<div>{}: <bdi>{}</bdi> ← <bdi>{}</bdi></div>", lines) or "—"
