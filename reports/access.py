"""Who may have a report: its permission, and a drawer that was counted first. Asked each time anew."""

from typing import Any

from django.utils.translation import gettext as _

from backoffice.payments.selectors.drawers import has_to_count
from backoffice.shared.errors import DomainError
from backoffice.users.models import CustomUser

from .definition import Report
from .registry import reports


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
