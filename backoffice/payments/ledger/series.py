"""Numbers of receipts, refunds and day sheets: from 1 within each year, no gap, no double, the counter at their end."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, IntegerField, Max, Min, QuerySet, Sum, Window
from django.db.models.functions import Cast, Lag, Substr
from django.utils.translation import gettext_lazy as _

from backoffice.shared.models import Counter

from ..models import CashSession, Receipt, RefundRequest
from .report import Difference

_GAP = _("Numbers of a year have no gap")
_COUNTER = _("The counter stands at the last number of its year")


@dataclass(frozen=True)
class _Series:
    """Numbered rows with `year` and `serial`, and the name of their counter."""

    name: str
    rows: "QuerySet[Any]"


def series_differences() -> Iterator[Difference]:
    """Gaps and doubles in the numbers of receipts, refunds and day sheets, and counters that stand elsewhere."""
    for series in (
        _Series("receipt", _receipts()),
        _Series("refund", _numbered(RefundRequest.objects.all())),
        _Series("zsheet", _numbered(CashSession.objects.all())),
    ):
        years = _years(series)
        broken = [one["the_year"] for one in years if not _is_whole(one)]
        if broken:
            yield from _gaps(series, broken)
        yield from _counters(series, {f"{series.name}:{one['the_year']}": one["last"] for one in years})


def _receipts() -> "QuerySet[Any]":
    return Receipt.objects.annotate(the_year=F("year"), the_serial=F("serial"))


def _numbered(rows: "QuerySet[Any]") -> "QuerySet[Any]":
    """`R-2026-000001` and `Z-2026-000001` are the first of 2026."""
    numbered = rows.filter(number__isnull=False)
    return numbered.annotate(
        the_year=Cast(Substr("number", 3, 4), IntegerField()), the_serial=Cast(Substr("number", 8), IntegerField())
    )


def _years(series: _Series) -> list[dict[str, Any]]:
    """Each year's first and last serial, how many there are and what they add up to."""
    serials = series.rows.order_by().values("the_year")
    figures = serials.annotate(
        first=Min("the_serial"), last=Max("the_serial"), rows=Count("*"), total=Sum("the_serial")
    )
    return list(figures)


def _is_whole(year: dict[str, Any]) -> bool:
    """Whether n numbers that no two rows share (a unique index) are 1 to n; sorting takes far longer."""
    count = year["rows"]
    return bool((year["first"], year["last"], year["total"]) == (1, count, count * (count + 1) // 2))


def _gaps(series: _Series, years: list[int]) -> Iterator[Difference]:
    before = Window(Lag("the_serial", default=0), partition_by="the_year", order_by="the_serial")
    rows = series.rows.filter(the_year__in=years).annotate(before=before).exclude(the_serial=F("before") + 1)
    model = rows.model._meta.label_lower
    for row in rows.values("pk", "the_serial", "before"):
        expected = str(row["before"] + 1)
        yield Difference(f"{series.name}_gap", _GAP, model, str(row["pk"]), str(row["the_serial"]), expected)


def _counters(series: _Series, lasts: dict[str, int]) -> Iterator[Difference]:
    counters = dict(Counter.objects.filter(key__startswith=f"{series.name}:").values_list("key", "value"))
    for key in sorted(counters.keys() | lasts.keys()):
        found, expected = counters.get(key, 0), lasts.get(key, 0)
        if found != expected:
            yield Difference(f"{series.name}_counter", _COUNTER, "shared.counter", key, str(found), str(expected))
