"""Money that an imported sheet says was paid: it becomes a payment when its request is accepted."""

from django.utils.translation import gettext_lazy as _

from backoffice.enrollments.models import Enrollment, EnrollmentRequest, PaymentMethod
from backoffice.shared.errors import DomainError
from backoffice.users.models import CustomUser

from ..models import Payment
from .payments import record_payment


def record_paid_before(request: EnrollmentRequest, enrollment: Enrollment, by: CustomUser | None) -> None:
    """Record what the sheet says was paid, as of the day the sheet was handed in, outside every cash session.

    More than the price agreed stops the acceptance (`paid_more_than_price`): the amount stays written on the request
    until a person has found out what is right.
    """
    if request.paid_before is None or Payment.objects.filter(idempotency_key=key_of(request)).exists():
        return
    if request.paid_before > enrollment.price:
        message = _(
            "By its sheet %(paid)s EGP was paid, which is more than the price of %(price)s EGP. "
            "Correct the price or the discount first; the amount stays written on the request."
        ) % {"paid": request.paid_before, "price": enrollment.price}
        raise DomainError("paid_more_than_price", message)
    batch = request.import_batch
    record_payment(
        enrollment_id=enrollment.pk,
        amount=request.paid_before,
        method=request.payment_method or PaymentMethod.OTHER,
        by=by,
        reference_number=request.reference_number,
        paid_at=batch.uploaded_at if batch else None,
        notes=request.notes,
        idempotency_key=key_of(request),
        import_batch=batch,
    )


def key_of(request: EnrollmentRequest) -> str:
    """One request is paid by its sheet once."""
    return f"request:{request.pk}"
