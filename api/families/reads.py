"""Rows of a family's requests, places and money, as the apps get them."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from backoffice.attendance.selectors import progress_of
from backoffice.enrollments.models import EnrollmentRequest
from backoffice.enrollments.selectors import FamilyPlace, offer_ends, waiting_positions
from backoffice.payments.models import RefundRequest
from backoffice.payments.selectors import balances_of
from backoffice.users.models import CustomUser

from ..values import amount, moment


def requests(rows: Sequence[EnrollmentRequest]) -> list[dict[str, Any]]:
    """Requests with their place on the waiting list; one query more when somebody waits."""
    positions = waiting_positions(rows)
    return [_request(row, positions.get(row.pk)) for row in rows]


def _request(row: EnrollmentRequest, position: int | None) -> dict[str, Any]:
    return {
        "id": row.pk,
        "course": {"id": row.course_id, "slug": row.course.slug, "name": row.course.name},
        "child": {"id": row.child_id, "name": row.child.name} if row.child else None,
        "status": row.status,
        "position": position,
        "offer_until": moment(offer_ends(row)),
        "payment_method": row.payment_method,
        "notes": row.notes,
        "created_at": moment(row.created_at),
        "decided_at": moment(row.decided_at),
        "decision_reason": row.decision_reason,
    }


def places(rows: Sequence[FamilyPlace]) -> list[dict[str, Any]]:
    """Places with what they cost and how they go; two queries."""
    keys = [place.id for place in rows]
    money, progress = balances_of(keys), progress_of(keys)
    return [_place(place, money[place.id], progress[place.id]) for place in rows]


def _place(place: FamilyPlace, money: Any, progress: Any) -> dict[str, Any]:
    rate = progress.rate
    return {
        "id": place.id,
        "course": {"id": place.course_id, "slug": place.course_slug, "name": place.course_name},
        "child": {"id": place.child_id, "name": place.child_name} if place.child_id else None,
        "status": place.status,
        "enrolled_at": moment(place.enrolled_at),
        "ended_at": moment(place.ended_at),
        "price": amount(money.price),
        "paid": amount(money.paid),
        "refunded": amount(money.refunded),
        "balance": amount(money.balance),
        "progress": {
            "lectures": progress.lectures,
            "held": progress.held,
            "present": progress.present,
            "absent": progress.absent,
            "rate": None if rate is None else amount(rate),
        },
    }


PAYMENT_COLUMNS = (
    "id", "receipt__number", "enrollment_id", "enrollment__course__name", "enrollment__child_id",
    "enrollment__child__name", "amount", "refunded", "method", "reference_number", "status", "paid_at",
)  # fmt: skip


def payment(row: Mapping[str, Any]) -> dict[str, Any]:
    """A payment, of PAYMENT_COLUMNS; no query."""
    child_id: UUID | None = row["enrollment__child_id"]
    return {
        "id": row["id"],
        "receipt": row["receipt__number"],
        "enrollment": row["enrollment_id"],
        "course": row["enrollment__course__name"],
        "child": {"id": child_id, "name": row["enrollment__child__name"]} if child_id else None,
        "amount": amount(row["amount"]),
        "refunded": amount(row["refunded"]),
        "method": row["method"],
        "reference_number": row["reference_number"],
        "status": row["status"],
        "paid_at": moment(row["paid_at"]),
    }


def refund(row: RefundRequest, person: CustomUser) -> dict[str, Any]:
    """A refund, of `payment` read along; no query. Which payment it is of concerns only whoever paid."""
    is_payer = person.pk in (row.payment.payer_parent_id, row.payment.payer_student_id)
    return {
        "id": row.pk,
        "enrollment": row.enrollment_id,
        "payment": row.payment_id if is_payer else None,
        "amount": amount(row.amount),
        "reason": row.reason,
        "status": row.status,
        "asked_by_me": row.requested_by_id == person.pk,
        "number": row.number or None,
        "requested_at": moment(row.requested_at),
        "decided_at": moment(row.decided_at),
        "decision_reason": row.decision_reason,
        "processed_at": moment(row.processed_at),
    }
