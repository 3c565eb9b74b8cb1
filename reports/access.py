"""Who may see, keep and be sent what of the reports."""

from django.contrib.auth.models import Group, Permission
from django.db.models import Q, QuerySet

from backoffice.payments.models import CashSession
from backoffice.users.models import CustomUser

from .definition import Report
from .models import Letter
from .querysets import MANAGE_VIEWS

SCHEDULE = "reports.schedule_reports"


def has_open_drawer(report: Report, user: CustomUser) -> bool:
    """A drawer is counted blind: nothing adds up for its cashier what should lie in it."""
    return report.counts_drawers and CashSession.objects.open().of_cashier(user).exists()


def groups_for(user: CustomUser) -> QuerySet[Group]:
    """The groups that somebody may share a view with: their own; of a manager all."""
    every = Group.objects.order_by("name")
    return every if user.has_perm(MANAGE_VIEWS) else every.filter(user=user)


def may_receive(report: Report) -> QuerySet[CustomUser]:
    """Who of the staff a report may be sent to: who may open it, and has an address in their account."""
    permission = Permission.objects.filter(content_type__app_label="reports", codename=report.codename)
    allowed = (
        Q(is_superuser=True)
        | Q(user_permissions__in=permission)
        | Q(groups__in=Group.objects.filter(permissions__in=permission))
    )
    staff = CustomUser.objects.filter(is_staff=True, is_active=True, email__isnull=False)
    return staff.filter(pk__in=CustomUser.objects.filter(allowed).values("pk"))


def why_not(person: CustomUser, report: Report) -> Letter.State | None:
    """Why somebody is sent nothing now, as things stand in the database; none if nothing speaks against it."""
    now = CustomUser.objects.get(pk=person.pk)
    if not (now.is_active and now.is_staff):
        return Letter.State.CLOSED
    if not now.has_perm(report.permission):
        return Letter.State.FORBIDDEN
    if not now.email:
        return Letter.State.NO_ADDRESS
    return Letter.State.DRAWER if has_open_drawer(report, now) else None
