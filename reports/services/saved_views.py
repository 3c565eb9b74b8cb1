"""Filters kept under a name."""

from typing import Final

from django.contrib.auth.models import Group
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from backoffice.shared import audit
from backoffice.shared.errors import DomainError
from backoffice.users.models import CustomUser

from ..access import groups_for
from ..definition import Report
from ..models import SavedView
from ..querysets import MANAGE_VIEWS
from .names import cleaned_name

#: Of one person, over all reports.
MOST_VIEWS: Final = 50


@transaction.atomic
def save_view(report: Report, *, name: str, filters: str, group: Group | None = None, by: CustomUser) -> SavedView:
    """Keep a report's filters (`Filters.kept`) under a name, for oneself or a group.

    Raises DomainError `report_not_yours`, `name_missing`, `name_too_long`, `name_taken`, `too_many_views`,
    `group_not_yours`.
    """
    if not by.has_perm(report.permission):
        raise DomainError("report_not_yours", _("You may not see this report."))
    name = cleaned_name(name)
    # Two at once would both count themselves below the limit.
    CustomUser.objects.select_for_update(no_key=True).get(pk=by.pk)
    if SavedView.objects.filter(owner=by).count() >= MOST_VIEWS:
        sentence = _("You keep %(most)s views already: delete one that you no longer need.")
        raise DomainError("too_many_views", sentence % {"most": MOST_VIEWS}, field="name")
    view = SavedView(owner=by, report=report.slug, name=name, filters=filters, group=group)
    _check(view, by=by)
    view.save(force_insert=True)
    audit.record_created(view, by=by)
    return view


@transaction.atomic
def change_view(view_id: int, *, name: str, group: Group | None, by: CustomUser) -> SavedView:
    """Rename a view, share it or take it back for its owner alone.

    Raises DomainError `view_gone`, `view_not_yours`, `name_missing`, `name_too_long`, `name_taken`, `group_not_yours`.
    """
    view = _locked(view_id, by=by)
    before, group_before = audit.snapshot(view), view.group_id
    view.name, view.group = cleaned_name(name), group
    # Who left a group may still rename what is shared with it.
    _check(view, by=by, is_shared_anew=view.group_id != group_before)
    view.save(update_fields=["name", "group"])
    audit.record_changed(view, before, by=by)
    return view


@transaction.atomic
def delete_view(view_id: int, *, by: CustomUser) -> None:
    """Forget a view. Raises DomainError `view_gone`, `view_not_yours`."""
    view = _locked(view_id, by=by)
    audit.record_deleted(view, by=by)
    view.delete()


def may_change_view(view: SavedView, user: CustomUser) -> bool:
    """Its owner; where it is shared, managers too."""
    return view.owner_id == user.pk or (view.group_id is not None and user.has_perm(MANAGE_VIEWS))


def _locked(view_id: int, *, by: CustomUser) -> SavedView:
    view = SavedView.objects.visible_to(by).select_for_update().filter(pk=view_id).first()
    if view is None:
        raise DomainError("view_gone", _("This view isn't there any more."))
    if not may_change_view(view, by):
        raise DomainError("view_not_yours", _("Only its owner and managers may change a view."))
    return view


def _check(view: SavedView, *, by: CustomUser, is_shared_anew: bool = True) -> None:
    others = SavedView.objects.filter(owner=view.owner_id, report=view.report, name=view.name).exclude(pk=view.pk)
    if others.exists():
        sentence = _("You have a view of this name already: choose another name.")
        raise DomainError("name_taken", sentence, field="name")
    if view.group_id and is_shared_anew and not groups_for(by).filter(pk=view.group_id).exists():
        raise DomainError("group_not_yours", _("Share it with a group that you are in."), field="group")
