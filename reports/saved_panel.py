"""The saved views beside a report's filters, and the form that keeps these filters as one."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib.auth.models import Group
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldBooleanWidget

from backoffice.shared.form_fields import LineField
from backoffice.users.groups import group_name
from backoffice.users.models import CustomUser

from .access import SCHEDULE, groups_for
from .definition import Report
from .filters import Filters
from .models import SavedView
from .registry import reports
from .services import may_change_view


class GroupField(forms.ModelChoiceField):
    """A group to share with, by its Arabic name."""

    def label_from_instance(self, obj: Any) -> str:
        """The group's name as the table of roles has it."""
        return group_name(obj)


class SaveForm(forms.Form):
    """A view's name and with whom it is shared."""

    name = LineField(label=_("Name"), max_length=None)
    group = GroupField(
        Group.objects.none(), label=_("Shared with"), required=False, empty_label=_("Nobody: mine alone"),
        widget=UnfoldAdminSelectWidget,
    )  # fmt: skip
    exactly = forms.BooleanField(
        label=_("Keep the days exactly as they are now"), required=False, widget=UnfoldBooleanWidget
    )

    use_required_attribute = False

    def __init__(
        self, *args: Any, user: CustomUser, has_days: bool, view: SavedView | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **{"auto_id": "id_save_%s"} | kwargs)
        groups = groups_for(user)
        if view is not None and view.group_id:
            groups = (groups | Group.objects.filter(pk=view.group_id)).distinct()
        self.fields["group"].queryset = groups  # type: ignore[attr-defined]
        if not has_days:
            del self.fields["exactly"]


@dataclass(frozen=True)
class Shown:
    """A view as the pages show it."""

    view: SavedView
    report: Report
    is_mine: bool
    may_change: bool
    is_open: bool = False

    @property
    def shared_with(self) -> str:
        """The group's name; nothing where it is its owner's alone."""
        return group_name(self.view.group) if self.view.group else ""

    @property
    def url(self) -> str:
        """The report with the view's filters: the link is all there is to opening it."""
        return f"{reverse('report', args=[self.report.slug])}?{self.view.filters}"


def views_of(user: Any, report: Report | None = None, open_filters: str | None = None) -> list[Shown]:
    """The views that somebody sees, of one report or of all."""
    rows = SavedView.objects.visible_to(user).select_related("owner", "group").order_by("name", "pk")
    if report is not None:
        rows = rows.filter(report=report.slug)
    known = reports()
    return [
        Shown(one, known[one.report], one.owner_id == user.pk, may_change_view(one, user), one.filters == open_filters)
        for one in rows
    ]


def views_panel(user: Any, report: Report, filters: Filters) -> dict[str, Any]:
    """What the report's page needs for them; wrong filters can't be kept."""
    now = filters.kept() if filters.is_valid() else None
    return {
        "views": views_of(user, report, now),
        "kept": now,
        "may_schedule": user.has_perm(SCHEDULE),
    }
