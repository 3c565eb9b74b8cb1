"""The screen of requests to join a child."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RangeDateFilter
from unfold.enums import ActionVariant

from backoffice.shared.admin import ReadOnly, StaffAdmin, dialog_button
from backoffice.shared.admin.figures import display

from .. import services
from ..models import ParentLinkRequest
from .fields import number_of


@admin.register(ParentLinkRequest)
class ParentLinkRequestAdmin(ReadOnly, StaffAdmin):
    """Second parents who ask; the primary parent answers in the app, or staff for them."""

    list_display = ("child", "parent", "number", "standing", "created_at", "decided_by")
    list_filter = (("status", ChoicesDropdownFilter), ("created_at", RangeDateFilter))
    list_select_related = ("child", "parent__user", "decided_by")
    search_fields = ("child__search_text", "parent__user__search_text")
    search_help_text = _("A child, a code, or the name or number of who asks")
    fields = (("child", "primary"), ("parent", "number"), ("status", "created_at"), ("decided_by", "decided_at"))
    readonly_fields = ("child", "primary", "parent", "number", "status", "created_at", "decided_by", "decided_at")
    actions_detail = ("approve", "reject")
    actions_row = ("approve", "reject")

    def get_queryset(self, request: HttpRequest) -> QuerySet[ParentLinkRequest]:
        """Those that met a child."""
        return super().get_queryset(request).answerable()  # type: ignore[attr-defined]

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        """No buttons once it is decided."""
        request_of = self.get_object(request, str(object_id))
        waiting = request_of is not None and request_of.status == ParentLinkRequest.Status.PENDING
        return super().get_actions_detail(request, object_id) if waiting else []

    @dialog_button(
        title=_("Approve"),
        description=_("Who asks becomes the child's further parent and sees all that is the child's."),
        permission=services.DECIDES_LINKS,
        icon="check",
        variant=ActionVariant.SUCCESS,
    )
    def approve(self, request: HttpRequest, form: Any, obj: ParentLinkRequest) -> str:
        """Let the asker in."""
        services.approve_link(obj.pk, by=request.user)  # type: ignore[arg-type]
        return str(_("%(parent)s is a parent of %(child)s now.") % {"parent": obj.parent, "child": obj.child})

    @dialog_button(title=_("Reject"), permission=services.DECIDES_LINKS, icon="close", variant=ActionVariant.DANGER)
    def reject(self, request: HttpRequest, form: Any, obj: ParentLinkRequest) -> str:
        """Don't let the asker in."""
        services.reject_link(obj.pk, by=request.user)  # type: ignore[arg-type]
        return str(_("The request of %(parent)s is rejected.") % {"parent": obj.parent})

    @display(description=_("number of who asks"))
    def number(self, obj: ParentLinkRequest) -> Any:
        """The number to call."""
        return number_of(obj.parent.user)

    @display(description=_("primary parent"))
    def primary(self, obj: ParentLinkRequest) -> Any:
        """Whose child it is."""
        return obj.child and obj.child.primary_parent

    @display(
        description=_("status"),
        ordering="status",
        label={"pending": "warning", "approved": "success", "rejected": "danger"},
    )
    def standing(self, obj: ParentLinkRequest) -> tuple[str, str]:
        """The status in its colour."""
        return obj.status, obj.get_status_display()
