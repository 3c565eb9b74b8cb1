"""The lines of the accountants' payment sheet: what each column is, once, for every form of the sheet."""

from typing import Any, Final

from django.db.models import Case, CharField, F, OuterRef, QuerySet, Value, When
from django.db.models.functions import Coalesce, Concat, Trim
from django.utils.translation import gettext as _

from backoffice.enrollments.models import PaymentMethod

from ..models import Payment, RefundRequest
from ..querysets import SETTLED
from .balances import MONEY, ZERO, summed

_TEXT: Final = CharField()
_NOTHING: Final = Value("", output_field=_TEXT)


def with_sheet_columns(payments: QuerySet[Payment], prefix: str) -> QuerySet[Payment]:
    """The payments, each with every column of the sheet under its key and the prefix; one query whatever their number.

    Texts are never null and in today's language, amounts are EGP. Money of a family's account has no participant, no
    course and no season; a promise and a void have no net, for they are no money.
    """
    refunds = RefundRequest.objects.processed().filter(payment=OuterRef("pk"))
    refunded = Case(
        # Where nothing went back there is nothing to add up.
        When(status="paid", then=ZERO),
        default=summed(refunds, by="payment"),
        output_field=MONEY,
    )
    columns: dict[str, Any] = {
        "receipt": _text("receipt__number"),
        "paid_at": F("paid_at"),
        "participant": Case(
            When(enrollment__child__isnull=False, then=F("enrollment__child__name")),
            default=_full_name("enrollment__student__user"),
            output_field=_TEXT,
        ),
        "code": _text("enrollment__child__unique_code", "enrollment__student__unique_code"),
        "payer": Case(
            When(payer_parent__isnull=False, then=_full_name("payer_parent__user")),
            default=_full_name("payer_student__user"),
            output_field=_TEXT,
        ),
        "phone": _text("payer_parent__user__phone_number1", "payer_student__user__phone_number1"),
        "course": _text("enrollment__course__name"),
        "season": _text("enrollment__course__season__name"),
        "amount": F("amount"),
        "refunded": refunded,
        "net": Case(
            When(status="paid", then=F("amount")),
            When(status__in=SETTLED, then=F("amount") - refunded),
            default=ZERO,
            output_field=MONEY,
        ),
        "method": _label("method", PaymentMethod.choices),
        "reference": F("reference_number"),
        "status": _label("status", Payment.Status.choices),
        "recorded_by": _full_name("recorded_by"),
        "origin": Case(When(import_batch__isnull=False, then=Value(_("Import"))), default=_NOTHING, output_field=_TEXT),
        "notes": F("notes"),
    }
    return payments.annotate(**{prefix + key: column for key, column in columns.items()})


def _text(*paths: str) -> Any:
    return Coalesce(*paths, _NOTHING, output_field=_TEXT)


def _full_name(person: str) -> Any:
    """All four names, or nothing where there is nobody."""
    return Trim(Concat(f"{person}__first_name", Value(" "), f"{person}__last_name", output_field=_TEXT))


def _label(column: str, choices: Any) -> Any:
    whens = [When(**{column: value}, then=Value(str(label))) for value, label in choices]
    return Case(*whens, default=F(column), output_field=_TEXT)
