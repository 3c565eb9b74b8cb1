"""A family's account: money that came when its seat had gone, and money moved between the account and places.

Nothing that arrives is refused: it is recorded as a credit with a receipt and a task for the accountant. Movements are
`Allocation` rows; each takes from the oldest payment first.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Unpack
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backoffice.enrollments.models import Enrollment
from backoffice.shared import audit
from backoffice.shared.errors import DomainError
from backoffice.shared.models import ImportBatch
from backoffice.shared.money import CENT
from backoffice.users.models import CustomUser

from ..models import AccountTask, Allocation, Payment
from ..selectors.pots import Family, family_of, payments_of, with_share
from .intake import Transfer, key_conflict, read_amount, read_intake, read_key
from .payments import check_owed, take_money


@transaction.atomic
def record_credit(
    family: Family,
    *,
    amount: object,
    why: str,
    by: CustomUser | None,
    import_batch: ImportBatch | None = None,
    **how: Unpack[Transfer],
) -> Payment:
    """Take money for no place yet: it has its receipt, lies on the family's account, and is an accountant's task.

    Raises DomainError `reason_missing`, `reference_used`, `no_open_session`, `idempotency_conflict`, or what
    `read_intake` refuses.
    """
    if not why.strip():
        raise DomainError("reason_missing", _("Say why the money comes to the account."), field="why")
    payment, is_new = take_money(None, family, read_intake(amount, **how), by=by, import_batch=import_batch)
    if is_new:
        open_task(payment, why=why.strip(), by=by)
    return payment


@dataclass(frozen=True)
class Move:
    """Money to be moved: from and to a place, or the account (None), how much of it in EGP, and why."""

    source: Enrollment | None
    target: Enrollment | None
    amount: Decimal
    reason: str
    idempotency_key: str | None = None


@transaction.atomic
def use_credit(
    enrollment_id: UUID, *, amount: object, by: CustomUser | None, reason: str = "", idempotency_key: str | None = None
) -> list[Allocation]:
    """Pay for a place out of its family's account.

    Raises DomainError `amount_…`, `enrollment_refunded`, `more_than_balance`, `not_enough_credit`.
    """
    wanted = read_amount(amount, field="amount")
    enrollment: Enrollment = Enrollment.objects.lock(enrollment_id)
    why = reason.strip() or str(_("Paid from the family's account"))
    what = Move(None, enrollment, wanted, why, read_key(idempotency_key))
    if done := _moved_before(what):
        return done
    check_owed(enrollment, wanted)
    return move(what, family_of(enrollment), by=by)


@transaction.atomic
def release_to_account(
    enrollment_id: UUID, *, amount: object, by: CustomUser | None, reason: str, idempotency_key: str | None = None
) -> list[Allocation]:
    """Move money of a place back to its family's account, for a reason; the place then owes it again.

    Raises DomainError `amount_…`, `reason_missing`, `more_than_paid`.
    """
    wanted = read_amount(amount, field="amount")
    if not reason.strip():
        raise DomainError("reason_missing", _("Say why the money leaves the place."), field="reason")
    enrollment: Enrollment = Enrollment.objects.lock(enrollment_id)
    what = Move(enrollment, None, wanted, reason.strip(), read_key(idempotency_key))
    return _moved_before(what) or move(what, family_of(enrollment), by=by)


def move(what: Move, family: Family, *, by: CustomUser | None) -> list[Allocation]:
    """Write the movement, from the oldest payment on; the places are locked by the caller, the payments here."""
    left, now = what.amount, timezone.now()
    rows: list[Allocation] = []
    for payment in lock_holding(what.source, family):
        taken = min(left, payment.share.quantize(CENT))
        allocation = Allocation(
            payment=payment,
            source=what.source,
            target=what.target,
            amount=taken,
            reason=what.reason[:250],
            at=now,
            by=by,
            idempotency_key=None if rows else what.idempotency_key,
        )
        rows.append(allocation)
        left -= taken
        if not left:
            break
    if left:
        raise _not_enough(what, what.amount - left)
    if not _write_first(rows[0], what):
        return _moved_before(what)
    for row in rows:
        if row is not rows[0]:
            row.save(force_insert=True)
        audit.record_created(row, by=by, reason=what.reason)
        if what.target is None:
            open_task(row.payment, why=what.reason, by=by)
        if what.source is None:
            close_spent_task(row.payment, by=by)
    return rows


def open_task(payment: Payment, *, why: str, by: CustomUser | None) -> None:
    """Tell the accountant that money lies on an account; one open task per payment is enough."""
    if AccountTask.objects.open().filter(payment=payment).exists():
        return
    task = AccountTask(payment=payment, why=why, opened_by=by)
    task.save(force_insert=True)
    audit.record_created(task, by=by)


def close_spent_task(payment: Payment, *, by: CustomUser | None) -> None:
    """The task is done by itself once nothing of the payment lies on the account any more."""
    share = with_share(Payment.objects.filter(pk=payment.pk), None).values_list("share", flat=True).first()
    if share:
        return
    for task in AccountTask.objects.open().filter(payment=payment):
        _finish(task, outcome=str(_("Nothing of it is left on the account.")), by=by)


@transaction.atomic
def finish_task(task_id: UUID, *, outcome: str, by: CustomUser) -> AccountTask:
    """Say that a task is done, and what became of it (the family keeps the credit, …)."""
    if not outcome.strip():
        raise DomainError("outcome_missing", _("Say what became of it."), field="outcome")
    task: AccountTask = AccountTask.objects.select_for_update(of=("self",), no_key=True).get(pk=task_id)
    if task.done_at is not None:
        raise DomainError("task_done", _("This task is done already."))
    _finish(task, outcome=outcome.strip(), by=by)
    return task


def _finish(task: AccountTask, *, outcome: str, by: CustomUser | None) -> None:
    before = audit.snapshot(task)
    task.done_at, task.done_by, task.outcome = timezone.now(), by, outcome
    task.save(update_fields=["done_at", "done_by", "outcome"])
    audit.record_changed(task, before, by=by, action=audit.Action.TRANSITION, reason=outcome)


def hold(source: Enrollment | None, family: Family) -> list[UUID]:
    """Lock the family's payments of which something lies in the source, in the order of their keys; the keys."""
    held = with_share(payments_of(family), source.pk if source else None).filter(share__gt=0)
    ids = list(held.order_by("pk").values_list("pk", flat=True))
    list(Payment.objects.filter(pk__in=ids).order_by("pk").select_for_update(of=("self",), no_key=True))
    return ids


def lock_holding(source: Enrollment | None, family: Family) -> list[Any]:
    """The family's payments of which something lies in the source, locked, the oldest first."""
    ids = hold(source, family)
    # Read again, now that nobody else moves them.
    held = with_share(Payment.objects.filter(pk__in=ids), source.pk if source else None).filter(share__gt=0)
    return list(held.order_by("paid_at", "pk"))


def _write_first(row: Allocation, what: Move) -> bool:
    """Insert the row with the key; False when somebody used the key for another place a moment ago."""
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        if not _moved_before(what):
            raise
        return False
    return True


def _moved_before(what: Move) -> list[Allocation]:
    """The movement that this key made before, if it is the same one; a different one is a conflict."""
    key = what.idempotency_key
    first = Allocation.objects.filter(idempotency_key=key).first() if key else None
    if first is None:
        return []
    made = list(Allocation.objects.filter(at=first.at, source=first.source, target=first.target).order_by("payment"))
    places = (what.source.pk if what.source else None, what.target.pk if what.target else None)
    if (first.source_id, first.target_id) != places or sum(row.amount for row in made) != what.amount:
        raise key_conflict()
    return made


def _not_enough(what: Move, there: Decimal) -> DomainError:
    words = {"left": there, "amount": what.amount}
    if what.source is None:
        message = _("On the family's account are %(left)s EGP, and %(amount)s EGP are wanted.") % words
        return DomainError("not_enough_credit", message, field="amount", left=there)
    message = _("Of this place %(left)s EGP can be moved, and %(amount)s EGP are wanted.") % words
    return DomainError("more_than_paid", message, field="amount", left=there)
