"""Balances, refunds, states, receipts and sessions against each other."""

from collections.abc import Iterator
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Sum, Value
from django.db.models.functions import Round
from django.utils.translation import gettext_lazy as _

from ..models import Allocation, CashSession, Payment, RefundRequest
from ..querysets import CLAIMING, SETTLED
from ..selectors.balances import MONEY, rounded, summed
from ..selectors.pots import with_share
from .facts import Row, computed_once, egp, flagged, key, on_this_database, one_of
from .report import Difference, differences

_SETTLED = one_of(SETTLED)


def _sums(table: str, place: str, condition: str = "TRUE") -> str:
    """The sum of money of each place, grouped once."""
    return (
        f"(SELECT {place} AS place, SUM(amount) AS egp FROM {table} "  # noqa: S608  names of ours
        f"WHERE {place} IS NOT NULL AND {condition} GROUP BY {place})"
    )


# charged = price + its changes; paid = payments of the place + what was moved to it − what was moved away.
_PLACES = f"""(
SELECT e.id, e.status, ROUND(e.price + COALESCE(changes.egp, 0), 2) AS charged,
       ROUND(COALESCE(direct.egp, 0) + COALESCE(came.egp, 0) - COALESCE(went.egp, 0), 2) AS paid,
       ROUND(COALESCE(back.egp, 0), 2) AS refunded, COALESCE(went.egp, 0) AS moved_away
FROM enrollments_enrollment e
LEFT JOIN {_sums("payments_payment", "enrollment_id", f"status IN {_SETTLED}")} direct ON direct.place = e.id
LEFT JOIN {_sums("payments_allocation", "target_id")} came ON came.place = e.id
LEFT JOIN {_sums("payments_allocation", "source_id")} went ON went.place = e.id
LEFT JOIN {_sums("payments_refundrequest", "enrollment_id", "status = 'processed'")} back ON back.place = e.id
LEFT JOIN {_sums("enrollments_pricechange", "enrollment_id")} changes ON changes.place = e.id
{{once}}) place"""  # noqa: S608  names of ours
_OF_PLACES = {
    "overpaid": "ROUND(charged - paid + refunded, 2) < 0",
    "over_refunded": "refunded > paid",
    "refunded_with_money": "status = 'refunded' AND paid > refunded",
    # Paid anew after the refund ended the place is impossible, so equal sums mean an end (moved away is not gone).
    "money_gone_place_kept": "paid > 0 AND paid = refunded AND moved_away = 0 AND status <> 'refunded'",
}


def balance_differences() -> Iterator[Difference]:
    """Enrolments whose price, payments, movements and refunds don't fit each other or their state."""
    rules = {
        "overpaid": (_("Nobody has paid more than the price agreed"), "paid", "charged"),
        "over_refunded": (_("No more went back than came in"), "refunded", "paid"),
        "refunded_with_money": (_("Of a refunded enrolment nothing is left"), "refunded", "paid"),
        "money_gone_place_kept": (_("An enrolment whose money all went back is refunded"), "status", "ended"),
    }
    places = _PLACES.format(once=computed_once())
    for row in flagged("id, status, charged, paid, refunded", places, _OF_PLACES):
        said = {name: egp(row[name]) for name in ("charged", "paid", "refunded")}
        said |= {"status": row["status"], "ended": "refunded"}
        for code, (rule, found, expected) in rules.items():
            if row[code]:
                yield Difference(code, rule, "enrollments.enrollment", key(row["id"]), said[found], said[expected])


# Every payment beside its receipt, its refunds (grouped once) and its session. `loose` is cash that a person took.
_PAYMENTS = f"""(
    SELECT id, status, amount, recorded_at, cash_session_id, status IN {_SETTLED} AS settled,
           method = 'cash' AND cash_session_id IS NULL AND import_batch_id IS NULL
               AND recorded_by_id IS NOT NULL AS loose
    FROM payments_payment {{once}}
) p
LEFT JOIN (
    SELECT id, payment_id, number, {{said}} AS said, {{printed}} AS printed FROM payments_receipt {{once}}
) r ON r.payment_id = p.id
LEFT JOIN payments_cashsession s ON s.id = p.cash_session_id
LEFT JOIN (
    SELECT payment_id, ROUND(SUM(amount), 2) AS claimed,
           ROUND(SUM(CASE WHEN status = 'processed' THEN amount ELSE 0 END), 2) AS gone_back
    FROM payments_refundrequest WHERE status IN {one_of(CLAIMING)} GROUP BY payment_id
) b ON b.payment_id = p.id"""  # noqa: S608  names of ours
_STATE = (
    "CASE WHEN b.gone_back IS NULL OR b.gone_back = 0 THEN 'paid' WHEN b.gone_back >= p.amount THEN 'refunded' "
    "ELSE 'partially_refunded' END"
)
_OF_PAYMENTS = {
    "refunds_above_payment": "b.claimed > p.amount",
    "refund_of_nothing": "b.claimed > 0 AND NOT p.settled",
    "payment_state": f"p.settled AND p.status <> {_STATE}",
    "cash_outside_sessions": "p.loose AND p.settled",
    "paid_without_receipt": "r.id IS NULL AND p.settled",
    "receipt_without_money": "r.id IS NOT NULL AND NOT p.settled",
    "receipt_says_otherwise": "r.id IS NOT NULL AND {says_otherwise}",
    "receipt_number": "r.number <> r.printed",
    "paid_after_closing": "s.closed_at < p.recorded_at",
}


def payment_differences() -> Iterator[Difference]:
    """Each payment against its receipt, its refunds and its session, in one pass over the table."""
    said = on_this_database(postgresql="content->>'amount'", sqlite="json_extract(content, '$.amount')")
    payments = _PAYMENTS.format(once=computed_once(), said=said, printed=_printed())
    faults = {code: condition.format(says_otherwise=_says_otherwise()) for code, condition in _OF_PAYMENTS.items()}
    columns = (
        "p.id, p.status, p.amount, p.recorded_at, r.id AS receipt, r.number, r.said, b.claimed, s.closed_at, "
        f"{_STATE} AS state, r.printed"
    )
    for row in flagged(columns, payments, faults):
        yield from _of_payment(row)


def _says_otherwise() -> str:
    """As text first, which settles nearly all; what is no number at all says otherwise too, and is no error."""
    return on_this_database(
        postgresql="CASE WHEN r.said = p.amount::text THEN FALSE WHEN r.said ~ '^[0-9]+([.][0-9]+)?$' "
        "THEN r.said::numeric <> p.amount ELSE TRUE END",
        sqlite="(r.said IS NULL OR ROUND(r.said, 2) <> ROUND(p.amount, 2))",
    )


def _printed() -> str:
    """2026-000001: the year and the serial, of six digits or more."""
    return on_this_database(
        postgresql="year || '-' || lpad(serial::text, greatest(6, length(serial::text)), '0')",
        sqlite="printf('%d-%06d', year, serial)",
    )


def _of_payment(row: Row) -> Iterator[Difference]:
    amount, claimed = egp(row["amount"]), egp(row["claimed"] or 0)
    rules = {
        "refunds_above_payment": (_("Refunds of a payment are at most its amount"), claimed, amount),
        "refund_of_nothing": (_("Only money that was taken goes back"), claimed, row["status"]),
        "payment_state": (_("A payment's state follows from its refunds"), row["status"], row["state"]),
        "cash_outside_sessions": (_("Cash that a person took is in a session"), "None", "a session"),
        "paid_without_receipt": (_("Every settled payment has a receipt"), row["status"], "a receipt"),
        "receipt_without_money": (_("A receipt is of a settled payment"), row["status"], "settled"),
        "receipt_says_otherwise": (_("A receipt says the amount of its payment"), amount, str(row["said"])),
        "receipt_number": (_("A receipt's number is its year and serial"), row["number"], row["printed"]),
        "paid_after_closing": (
            _("A closed session takes no more payments"),
            str(row["recorded_at"]),
            str(row["closed_at"]),
        ),
    }
    for code, (rule, found, expected) in rules.items():
        if row[code]:
            model = "receipt" if code.startswith("receipt_") else "payment"
            row_key = key(row["receipt" if model == "receipt" else "id"])
            yield Difference(code, rule, f"payments.{model}", row_key, found, expected)


def family_differences() -> Iterator[Difference]:
    """Money that moved within families: nobody moved more than was there, and a split is of one transfer."""
    credits = Payment.objects.on_account().order_by().values("pk")
    moved_out = Allocation.objects.filter(source=None).order_by().values("payment")
    # Two lists by their indexes: an OR over both tables would read all payments.
    touched = Payment.objects.filter(pk__in=credits.union(moved_out))
    yield from differences(
        "account_overdrawn",
        _("No more left a family's account than lay on it"),
        with_share(touched, None).filter(share__lt=0).annotate(expected=Value("0.00")),
        found="share",
        expected="expected",
    )
    yield from differences(
        "place_overdrawn",
        _("No more of a payment left a place than lay in it"),
        _places_moved_from().filter(share__lt=0),
        found="share",
        expected="expected",
    )
    same = {name: F(f"split_of__{name}") for name in ("method", "reference_number")}
    yield from differences(
        "split_of_another",
        _("The parts of a split transfer have its method and number"),
        Payment.objects.filter(split_of__isnull=False).exclude(**same),
        found="reference_number",
        expected="split_of__reference_number",
    )


def _places_moved_from() -> QuerySet[Any]:
    """Movements away from a place, each with what of its payment is left there."""
    place, payment = OuterRef("source"), OuterRef("payment")
    paid = summed(Payment.objects.settled().filter(pk=payment, enrollment=place), by="pk")
    came = summed(Allocation.objects.filter(payment=payment, target=place), by="payment")
    went = summed(Allocation.objects.filter(payment=payment, source=place), by="payment")
    refunds = RefundRequest.objects.claiming().filter(payment=payment, enrollment=place)
    share = rounded(paid + came - went - summed(refunds, by="payment"))
    rows: QuerySet[Any] = Allocation.objects.filter(source__isnull=False)
    return rows.annotate(share=share, expected=Value("0.00"))


def session_differences() -> Iterator[Difference]:
    """Closed sessions that expected another sum than their float, cash taken and cash paid back."""
    taken = _by_session(Payment.objects.settled())
    given_back = _by_session(RefundRequest.objects.processed())
    rows = CashSession.objects.filter(closed_at__isnull=False).values_list("pk", "opening_float", "expected")
    for pk, opening_float, expected in rows:
        adds_up_to = opening_float + taken.get(pk, 0) - given_back.get(pk, 0)
        if expected != adds_up_to:
            rule = _("A closed session expected its float, cash taken and cash paid back")
            yield Difference("session_sum", rule, "payments.cashsession", str(pk), egp(expected), egp(adds_up_to))


def _by_session(rows: QuerySet[Any]) -> dict[Any, Any]:
    """The cash of each session, in EGP."""
    in_sessions = rows.filter(cash_session__isnull=False).order_by().values("cash_session")
    sums = in_sessions.annotate(egp=Round(Sum("amount"), precision=2, output_field=MONEY))
    return dict(sums.values_list("cash_session", "egp"))
