"""The base of every staff screen."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar

from django.contrib import messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import SEARCH_VAR
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from unfold.admin import ModelAdmin, StackedInline, TabularInline
from unfold.checks import UnfoldModelAdminChecks

from ..audit import SECRET_FIELDS
from ..errors import DomainError
from ..history import readable
from ..models import AuditEntry
from .refusals import refusal
from .search import folded_search, folded_search_of_few
from .writes import AuditedWrites

# Neither shown nor found piece by piece: a whole number of a document is found by the search alone.
NEVER_FILTERED = SECRET_FIELDS | {"document_hash", "secret", "code_hash"}


class StaffAdminChecks(UnfoldModelAdminChecks):
    """Unfold's checks without the one that asks the database.

    It looks each button's permission up in a table that isn't there before the first migrate, which itself runs the
    checks. A test walks all buttons instead.
    """

    def _check_unfold_action_permission_methods(self, obj: Any) -> list[Any]:
        return []


class StaffAdmin(AuditedWrites, ModelAdmin):
    """The base of every staff screen.

    `search_fields` name folded columns (`search_text`, `child__search_text`, …) or plain ones that hold no letters.
    A queryset with `visible_to(user)` shows each person only what is theirs.
    """

    checks_class = StaffAdminChecks

    # For tables of some dozens of rows that keep no folded column.
    has_few_rows = False
    # Fields whose values, and what those were, are only for who holds the permission.
    guarded_fields: ClassVar[Mapping[str, str]] = {}

    list_filter_submit = True
    list_per_page = 50
    show_full_result_count = False
    warn_unsaved_form = True
    compressed_fields = True
    object_history_template = "admin/audit_history.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Rows that this person may see."""
        queryset = super().get_queryset(request)
        visible_to = getattr(queryset, "visible_to", None)
        mine: QuerySet[Any] = visible_to(request.user) if visible_to else queryset
        return mine

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """The row, or None; a key that PostgreSQL can't even be asked about is nobody's."""
        return None if "\x00" in object_id else super().get_object(request, object_id, from_field)

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """The list; the whole one for a filter that PostgreSQL can't even be asked, as for others that mean nothing."""
        if any("\x00" in value for name, values in request.GET.lists() if name != SEARCH_VAR for value in values):
            raise IncorrectLookupParameters
        return super().get_changelist_instance(request)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Whether an address may filter by it. Django lets it by every column of the row, a password's hash as well,
        and who filters letter by letter reads what no page shows."""
        name = lookup.partition("__")[0]
        guarded = self.guarded_fields.get(name)
        if name in NEVER_FILTERED or (guarded is not None and not request.user.has_perm(guarded)):
            return False
        allowed: bool = super().lookup_allowed(lookup, value, request)
        return allowed

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Rows found by the folded words; every form of a letter, a digit or a number finds the same."""
        if not search_term.strip():
            return queryset, False
        search = folded_search_of_few if self.has_few_rows else folded_search
        return search(queryset, search_term, self.get_search_fields(request)), False

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The form; what a service refuses while saving undoes the whole save and becomes a message."""
        try:
            response: HttpResponse = super().changeform_view(request, object_id, form_url, extra_context)
            return response
        except (DomainError, OperationalError) as error:
            messages.error(request, refusal(error))
            return HttpResponseRedirect(request.get_full_path())

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The object's page of the audit trail."""
        obj = self.get_object(request, object_id)
        if obj is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[no-any-return]
        if not self.has_view_or_change_permission(request, obj):
            raise PermissionDenied
        entries = AuditEntry.objects.filter(model=self.opts.label_lower, object_id=str(obj.pk)).select_related("actor")
        context = {
            **self.admin_site.each_context(request),
            "title": _("History: %(name)s") % {"name": obj},
            "subtitle": None,
            "entries": readable(self._shown(request, entries[:500])),
            "module_name": str(self.opts.verbose_name_plural),
            "object": obj,
            "opts": self.opts,
            "preserved_filters": self.get_preserved_filters(request),
            **(extra_context or {}),
        }
        return TemplateResponse(request, self.object_history_template, context)

    def _shown(self, request: HttpRequest, entries: Iterable[AuditEntry]) -> Iterator[AuditEntry]:
        """The entries, without what guarded fields were for those who may not see what they are."""
        hidden = {name for name, permission in self.guarded_fields.items() if not request.user.has_perm(permission)}
        for entry in entries:
            entry.changes = {name: pair for name, pair in entry.changes.items() if name not in hidden}
            yield entry


class ReadOnly:
    """A screen to look at; its rows are written by services alone."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False


class ReadOnlyInline(ReadOnly, TabularInline):
    """Rows of another table beneath an object, to look at."""

    extra = 0
    can_delete = False
    show_change_link = True
    # The row's own columns say what it is; its name above them would double each row's height.
    show_title = False


class StaffTabularInline(TabularInline):
    """An inline of the house."""

    extra = 0


class StaffStackedInline(StackedInline):
    """An inline of the house, one row a block."""

    extra = 0
