"""Numbers of receipts and refunds: from 1 within each year, no gap, no double, and the counter where they end."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import F, IntegerField, Max, QuerySet, Window
from django.db.models.functions import Cast, Lag, Substr
from django.utils.translation import gettext_lazy as _

from backoffice.shared.models import Counter

from ..models import Receipt, RefundRequest
from .report import Difference

_GAP = _("Numbers of a year have no gap")
_COUNTER = _("The counter stands at the last number of its year")


@dataclass(frozen=True)
class _Series:
    """Numbered rows with `year` and `serial`, and the name of their counter."""

    name: str
    rows: "QuerySet[Any]"


def series_differences() -> Iterator[Difference]:
    """Gaps and doubles in the numbers of receipts and refunds, and counters that stand elsewhere."""
    for series in (_Series("receipt", _receipts()), _Series("refund", _refunds())):
        yield from _gaps(series)
        yield from _counters(series)
    yield from _misnumbered()


def _receipts() -> "QuerySet[Any]":
    return Receipt.objects.annotate(the_year=F("year"), the_serial=F("serial"))


def _refunds() -> "QuerySet[Any]":
    """`R-2026-000001` is the first of 2026."""
    numbered = RefundRequest.objects.filter(number__isnull=False)
    return numbered.annotate(
        the_year=Cast(Substr("number", 3, 4), IntegerField()), the_serial=Cast(Substr("number", 8), IntegerField())
    )


def _gaps(series: _Series) -> Iterator[Difference]:
    before = Window(Lag("the_serial", default=0), partition_by="the_year", order_by="the_serial")
    rows = series.rows.annotate(before=before).exclude(the_serial=F("before") + 1)
    model = rows.model._meta.label_lower
    for row in rows.values("pk", "the_serial", "before"):
        expected = str(row["before"] + 1)
        yield Difference(f"{series.name}_gap", _GAP, model, str(row["pk"]), str(row["the_serial"]), expected)


def _counters(series: _Series) -> Iterator[Difference]:
    prefix = f"{series.name}:"
    counters = dict(Counter.objects.filter(key__startswith=prefix).values_list("key", "value"))
    years = series.rows.order_by().values("the_year").annotate(last=Max("the_serial"))
    lasts = {f"{prefix}{row['the_year']}": row["last"] for row in years}
    for key in sorted(counters.keys() | lasts.keys()):
        found, expected = counters.get(key, 0), lasts.get(key, 0)
        if found != expected:
            yield Difference(f"{series.name}_counter", _COUNTER, "shared.counter", key, str(found), str(expected))


def _misnumbered() -> Iterator[Difference]:
    """The printed number is the year and the serial it was given."""
    rows = Receipt.objects.annotate(
        said_year=Cast(Substr("number", 1, 4), IntegerField()), said_serial=Cast(Substr("number", 6), IntegerField())
    ).exclude(said_year=F("year"), said_serial=F("serial"))
    rule = _("A receipt's number is its year and serial")
    for row in rows.values("pk", "number", "year", "serial"):
        expected = f"{row['year']}-{row['serial']:06d}"
        yield Difference("receipt_number", rule, "payments.receipt", str(row["pk"]), row["number"], expected)
