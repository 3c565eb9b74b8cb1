"""What money does when places change: the hooks of `enrollments`, followed inside their transactions."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from backoffice.enrollments.models import Enrollment, EnrollmentRequest, PaymentMethod
from backoffice.shared.errors import DomainError
from backoffice.users.models import CustomUser

from ..models import Payment
from ..selectors import balance_of
from ..selectors.balances import total
from ..selectors.pots import family_of, payments_of, with_share
from .credits import Move, hold, move, open_task, record_credit
from .imported import key_of


def keep_money_of_closed_request(request: EnrollmentRequest, by: CustomUser | None) -> None:
    """What a sheet says was paid for a request that got no place lies on the family's account from now on.

    A transfer whose number is in the books already is not recorded twice: its payment gets the task.
    """
    if request.paid_before is None or Payment.objects.filter(idempotency_key=key_of(request)).exists():
        return
    words = {"course": request.course, "status": request.get_status_display()}
    why = str(_("Paid by its sheet for “%(course)s”, and the request got no place (%(status)s).") % words)
    family = request.child.primary_parent if request.child else request.student
    assert family is not None  # noqa: S101  exactly_one
    method = request.payment_method or PaymentMethod.OTHER
    if request.reference_number:
        known = Payment.objects.counted().filter(method=method, reference_number=request.reference_number).first()
        if known is not None:
            open_task(known, why=why, by=by)
            return
    batch = request.import_batch
    record_credit(
        family,
        amount=request.paid_before,
        method=method,
        why=why,
        # Without a sheet nobody here had the money in the hand: it is in no cashier's session.
        by=by if batch else None,
        reference_number=request.reference_number,
        paid_at=batch.uploaded_at if batch else None,
        notes=request.notes,
        idempotency_key=key_of(request),
        import_batch=batch,
    )


def hold_money_before_transfer(old: Enrollment, by: CustomUser | None) -> None:
    """Lock the payments that will follow the participant before anything else can take a counter."""
    hold(old, family_of(old))


def move_money_with_transfer(old: Enrollment, new: Enrollment, by: CustomUser | None) -> None:
    """Money follows the participant to the other course, up to its price; what is over lies on the account."""
    family = family_of(old)
    held = with_share(payments_of(family), old.pk).filter(share__gt=0)
    there = total(held, "share")
    owed = balance_of(new).balance
    for target, amount in ((new, min(there, owed)), (None, max(there - owed, Decimal(0)))):
        if amount > 0:
            reason = str(_("Moved to “%(course)s”") % {"course": new.course})
            move(Move(old, target, amount, reason), family, by=by)


def refuse_price_below_paid(enrollment: Enrollment, charged: Decimal, by: CustomUser | None) -> None:
    """A price isn't lowered below what was paid: what is too much goes to the account or back first."""
    money = balance_of(enrollment)
    paid = money.paid - money.refunded
    if charged < paid:
        message = _("%(paid)s EGP was paid, more than the new price of %(price)s EGP: move or refund the rest first.")
        raise DomainError("price_below_paid", message % {"paid": paid, "price": charged}, field="amount", paid=paid)
