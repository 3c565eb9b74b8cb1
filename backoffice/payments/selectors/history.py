"""The story of an enrolment: every row with who, when and why."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext as _

from backoffice.enrollments.models import Enrollment
from backoffice.shared.models import AuditEntry
from backoffice.shared.text import isolated
from backoffice.users.models import CustomUser

from ..models import Allocation, Payment, RefundRequest

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class HistoryRow:
    """One thing that happened: when, what in words, the amount in EGP if money moved, who, and the state it has now.

    `code` is for styling: `asked`, `accepted`, `moved`, `promised`, `paid`, `void`, `refund_asked`,
    `refund_approved`, `refund_rejected`, `refund_cancelled`, `refund_processed`, `price_changed`, `moved_money`.
    """

    when: dt.datetime
    what: "StrOrPromise"
    who: str
    code: str
    amount: Decimal | None = None
    status: "StrOrPromise" = ""
    reason: str = ""


def enrollment_history(enrollment: Enrollment) -> list[HistoryRow]:
    """Everything that happened to an enrolment and its money, the oldest first; a constant number of queries."""
    rows = [*_place(enrollment), *_steps(enrollment), *_payments(enrollment), *_refunds(enrollment)]
    rows += [*_price_changes(enrollment), *_movements(enrollment)]
    return sorted(rows, key=lambda row: row.when)


def _place(enrollment: Enrollment) -> Iterator[HistoryRow]:
    request = enrollment.request
    if request is not None:
        yield HistoryRow(request.created_at, _("A place was asked for"), _name(request.requested_by), "asked")
    what = _("Accepted at %(price)s EGP") % {"price": enrollment.price}
    if enrollment.discount:
        what = _("Accepted at %(price)s EGP: %(list_price)s less a discount of %(discount)s") % {
            "price": enrollment.price,
            "list_price": enrollment.list_price,
            "discount": enrollment.discount,
        }
    by = _name(enrollment.accepted_by)
    yield HistoryRow(enrollment.enrolled_at, what, by, "accepted", reason=enrollment.discount_reason)


def _steps(enrollment: Enrollment) -> Iterator[HistoryRow]:
    """Suspended, resumed, dropped, …: the row keeps its last state only, the trail has them all."""
    labels = dict(Enrollment.Status.choices)
    entries = AuditEntry.objects.filter(
        model=Enrollment._meta.label_lower, object_id=str(enrollment.pk), action=AuditEntry.Action.TRANSITION
    )
    for entry in entries:
        if "status" in entry.changes:
            status = entry.changes["status"][1]
            label = labels.get(status, status)
            yield HistoryRow(entry.at, label, entry.actor_name, "moved", status=label, reason=entry.reason)


def _payments(enrollment: Enrollment) -> Iterator[HistoryRow]:
    for payment in Payment.objects.filter(enrollment=enrollment).select_related("receipt", "recorded_by"):
        method, status = payment.get_method_display(), payment.get_status_display()
        if payment.reference_number:
            method = f"{method} {isolated(payment.reference_number)}"
        receipt = getattr(payment, "receipt", None)
        if receipt is not None:
            what = _("Paid by %(method)s, receipt %(number)s") % {"method": method, "number": isolated(receipt.number)}
            code, reason = "paid", payment.notes
        elif payment.status == Payment.Status.VOID:
            what = _("Promised by %(method)s and struck out") % {"method": method}
            code, reason = "void", payment.void_reason
        else:
            what, code, reason = _("Promised by %(method)s") % {"method": method}, "promised", payment.notes
        yield HistoryRow(
            when=payment.paid_at or payment.recorded_at,
            what=what,
            who=_name(payment.recorded_by),
            code=code,
            amount=payment.amount,
            status=status,
            reason=reason,
        )


def _price_changes(enrollment: Enrollment) -> Iterator[HistoryRow]:
    for change in enrollment.price_changes.select_related("by"):
        what, by = _("Price changed"), _name(change.by)
        yield HistoryRow(change.at, what, by, "price_changed", change.amount, reason=change.reason)


def _movements(enrollment: Enrollment) -> Iterator[HistoryRow]:
    """Money of the family's account, or of another place, that was moved here or away."""
    rows = Allocation.objects.filter(Q(source=enrollment) | Q(target=enrollment)).select_related("by")
    for row in rows:
        came = row.target_id == enrollment.pk
        what = _("Money moved to this place") if came else _("Money moved away from this place")
        amount = row.amount if came else -row.amount
        yield HistoryRow(row.at, what, _name(row.by), "moved_money", amount, reason=row.reason)


def _refunds(enrollment: Enrollment) -> Iterator[HistoryRow]:
    refunds = RefundRequest.objects.filter(enrollment=enrollment)
    for refund in refunds.select_related("requested_by", "decided_by", "processed_by"):
        status, amount = refund.get_status_display(), refund.amount
        asked = _("A refund was asked for")
        by = _name(refund.requested_by)
        yield HistoryRow(refund.requested_at, asked, by, "refund_asked", amount, status, refund.reason)
        if refund.decided_at is not None:
            rejected = refund.status == RefundRequest.Status.REJECTED
            what = _("The refund was refused") if rejected else _("The refund was approved")
            code = "refund_rejected" if rejected else "refund_approved"
            by = _name(refund.decided_by)
            yield HistoryRow(refund.decided_at, what, by, code, amount, status, refund.decision_reason)
        if refund.cancelled_at is not None:
            what, code = _("The refund request was taken back"), "refund_cancelled"
            yield HistoryRow(refund.cancelled_at, what, by, code, amount, status, refund.decision_reason)
        if refund.processed_at is not None:
            what = _("Paid back, %(number)s") % {"number": isolated(refund.number)}
            by = _name(refund.processed_by)
            yield HistoryRow(refund.processed_at, what, by, "refund_processed", -amount, status)


def _name(user: CustomUser | None) -> str:
    return str(user) if user else ""
