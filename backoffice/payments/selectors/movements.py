"""What came in and what went back, added up by whatever is asked for."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal

from django.db.models import CharField, Count, DateField, F, IntegerField, QuerySet, Sum, Value
from django.db.models.functions import Concat, Trim, Trunc

from backoffice.shared.dates import CAIRO, day_begins
from backoffice.shared.plain_rows import as_money

from ..models import Payment, RefundRequest

# Python counts weekdays from Monday.
_SINCE_SATURDAY: Final = 2

type By = Literal["day", "week", "month", "year", "cashier", "method", "season", "course"]

#: Where a payment and a refund have it: in the row of the place, of the payment, of who took or gave the money.
_ROWS: Final[dict[str, tuple[str, str]]] = {
    "cashier": ("recorded_by", "processed_by"),
    "method": ("method", "payment__method"),
    "season": ("enrollment__course__season", "enrollment__course__season"),
    "course": ("enrollment__course", "enrollment__course"),
}


def money_by(
    *by: By, first: dt.date | None = None, last: dt.date | None = None, only: Mapping[str, Any] | None = None
) -> list[dict[str, Any]]:
    """What was taken and what went back in a period, in EGP, a row for each combination of `by` that had any.

    A payment counts on the day in Cairo it was paid at, whenever it was entered; a refund on the day it was paid back,
    by the method its payment came by, for the place whose money it was. Promises and voids are no money, and money that
    moved within a family is neither taken nor given back. `only` narrows the rows by the same names, to one of each.
    Rows have the `by` names (with `…_name` for people, courses and seasons), `payments`, `taken`, `refunds`, `given`
    and `net`. Weeks begin on Saturday, and are called by it.
    """
    taken = _grouped(_payments(first, last, only or {}), by, 0, "paid_at")
    given = _grouped(_refunds(first, last, only or {}), by, 1, "processed_at")
    found: dict[tuple[Any, ...], list[Any]] = defaultdict(lambda: [0, as_money(0), 0, as_money(0)])
    names = _names(by)
    for side, *key, count, amount in taken.union(given, all=True):
        sums = found[tuple(map(_called, names, key))]
        sums[2 * side] += count
        sums[2 * side + 1] += as_money(amount)
    shown = [
        dict(zip(names, key, strict=True))
        | {"payments": n, "taken": came, "refunds": m, "given": back, "net": came - back}
        for key, (n, came, m, back) in found.items()
    ]
    in_order = [name for name in names if f"{name}_name" not in names]
    return sorted(shown, key=lambda row: [_in_order(row[name]) for name in in_order])


def sums_of_money(
    *, first: dt.date | None = None, last: dt.date | None = None, only: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The same period's and rows' sums, added up by the database: what the rows of `money_by` must come to."""
    taken = _grouped(_payments(first, last, only or {}), (), 0, "paid_at")
    given = _grouped(_refunds(first, last, only or {}), (), 1, "processed_at")
    sums = {0: (0, as_money(0)), 1: (0, as_money(0))}
    sums |= {side: (count, as_money(amount)) for side, count, amount in taken.union(given, all=True)}
    (payments, came), (refunds, back) = sums[0], sums[1]
    return {"payments": payments, "taken": came, "refunds": refunds, "given": back, "net": came - back}


def _payments(first: dt.date | None, last: dt.date | None, only: Mapping[str, Any]) -> QuerySet[Any]:
    return _within(Payment.objects.settled(), "paid_at", first, last, {_ROWS[name][0]: only[name] for name in only})


def _refunds(first: dt.date | None, last: dt.date | None, only: Mapping[str, Any]) -> QuerySet[Any]:
    rows = RefundRequest.objects.processed()
    return _within(rows, "processed_at", first, last, {_ROWS[name][1]: only[name] for name in only})


def _within(
    rows: QuerySet[Any], moment: str, first: dt.date | None, last: dt.date | None, only: Mapping[str, Any]
) -> QuerySet[Any]:
    """The rows of the days, both included; by moments, which an index has."""
    if first is not None:
        rows = rows.filter(**{f"{moment}__gte": day_begins(first)})
    if last is not None:
        rows = rows.filter(**{f"{moment}__lt": day_begins(last + dt.timedelta(days=1))})
    chosen = {name: value for name, value in only.items() if value not in (None, "")}
    return rows.filter(**chosen).order_by()


def _grouped(rows: QuerySet[Any], by: Sequence[By], side: int, moment: str) -> QuerySet[Any, Any]:
    """A row for each combination: its side (0 came, 1 went back), what it is by, how many, how much."""
    keys: dict[str, Any] = {"side": Value(side, output_field=IntegerField())}
    for name in by:
        if name not in _ROWS:
            # Days are gathered into Cairo's weeks afterwards: the databases' own begin on Monday.
            part = "day" if name == "week" else name
            keys[f"by_{name}"] = Trunc(moment, part, output_field=DateField(), tzinfo=CAIRO)
            continue
        path = _ROWS[name][side]
        keys[f"by_{name}"] = F(path)
        if name == "cashier":
            keys["by_cashier_name"] = _full_name(path)
        elif name != "method":
            keys[f"by_{name}_name"] = F(f"{path}__name")
    grouped: QuerySet[Any, Any] = rows.values(**keys).annotate(n=Count("pk"), sum=Sum("amount"))
    return grouped.values_list(*keys, "n", "sum")


def _full_name(person: str) -> Any:
    return Trim(Concat(f"{person}__first_name", Value(" "), f"{person}__last_name", output_field=CharField()))


def _names(by: Sequence[By]) -> list[str]:
    names: list[str] = []
    for name in by:
        names.append(name)
        if name in ("cashier", "season", "course"):
            names.append(f"{name}_name")
    return names


def _called(name: str, value: Any) -> Any:
    """A day's week, and everything else as it is."""
    if name == "week" and value is not None:
        return value - dt.timedelta(days=(value.weekday() + _SINCE_SATURDAY) % 7)
    return value


def _in_order(value: Any) -> tuple[bool, str]:
    """None before everything, days by the calendar, the rest by its text."""
    return value is not None, str(value)
