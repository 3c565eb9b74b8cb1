"""Who may see, keep and be sent what of the reports; asked each time anew, for in between things change."""

from typing import Any, Final

from django.contrib.auth.models import Group, Permission
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from backoffice.payments.selectors.drawers import has_to_count
from backoffice.shared.errors import DomainError
from backoffice.users.models import CustomUser

from .definition import Report
from .models import Letter
from .querysets import MANAGE_VIEWS
from .registry import reports

SCHEDULE: Final = "reports.schedule_reports"


def report_for(user: CustomUser | Any, slug: str) -> Report | None:
    """The report of this address with the columns this person may see; to who may not see it there is none."""
    report = reports().get(slug)
    return report.seen_by(user) if report is not None and user.has_perm(report.permission) else None


def has_open_drawer(report: Report, user: CustomUser | Any) -> bool:
    """A drawer is counted blind: nothing adds up for its cashier what should lie in it."""
    return report.counts_drawers and has_to_count(user)


def asked_for(slug: str, by: CustomUser) -> Report:
    """The report as a file for this person. Raises DomainError `not_allowed`, `drawer_open`.

    Asked when an export is asked for, when it is made and when it is taken: in between things change.
    """
    report = report_for(by, slug) if by.is_active and by.is_staff else None
    if report is None:
        raise DomainError("not_allowed", _("You may not see this report any more."))
    if has_open_drawer(report, by):
        message = _("Close your cash session first: sums are shown once the drawer is counted.")
        raise DomainError("drawer_open", message)
    return report


def groups_for(user: CustomUser) -> QuerySet[Group]:
    """The groups that somebody may share a view with: their own; of a manager all."""
    every = Group.objects.order_by("name")
    return every if user.has_perm(MANAGE_VIEWS) else every.filter(user=user)


def may_receive(report: Report) -> QuerySet[CustomUser]:
    """Who of the staff a report may be sent to: who may see all its columns, and has an address in their account.

    A letter has the whole report, whichever columns the person who schedules it sees.
    """
    staff = CustomUser.objects.filter(is_staff=True, is_active=True, email__isnull=False)
    for needed in sorted(reports()[report.slug].all_permissions):
        app, codename = needed.split(".")
        permission = Permission.objects.filter(content_type__app_label=app, codename=codename)
        allowed = (
            Q(is_superuser=True)
            | Q(user_permissions__in=permission)
            | Q(groups__in=Group.objects.filter(permissions__in=permission))
        )
        staff = staff.filter(pk__in=CustomUser.objects.filter(allowed).values("pk"))
    return staff


def why_not(person: CustomUser, report: Report) -> Letter.State | None:
    """Why somebody is sent nothing now, as things stand in the database; none if nothing speaks against it."""
    now = CustomUser.objects.get(pk=person.pk)
    if not (now.is_active and now.is_staff):
        return Letter.State.CLOSED
    if not now.has_perms(report.all_permissions):
        return Letter.State.FORBIDDEN
    if not now.email:
        return Letter.State.NO_ADDRESS
    return Letter.State.DRAWER if has_open_drawer(report, now) else None
