"""The drawings of the first page: the money of the last days, and how full the courses are."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _

from backoffice.courses.models import Course, Season
from backoffice.payments.selectors.courses import with_fill_rate
from backoffice.payments.selectors.movements import money_by

from ..words import words_of
from .card import Viewer, egp, report_of

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

DAYS: Final = 30
COURSES: Final = 12


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart: what the browser draws, the same as a table, and the report that proves it."""

    key: str
    title: "StrOrPromise"
    figure: str
    note: str
    url: str
    data: dict[str, Any]
    headings: tuple[str, ...]
    rows: list[tuple[str, ...]]

    @property
    def data_id(self) -> str:
        """Where the page keeps what the browser draws."""
        return f"home-{self.key}-data"


def drawings_of(viewer: Viewer) -> list[Drawing]:
    """Those that the person may see; a query each."""
    drawings = []
    if viewer.may("reports.view_payments_and_refunds") and not viewer.has_to_count:
        drawings.append(_net(viewer))
    if viewer.may("reports.view_courses") and not viewer.has_to_count:
        drawings.append(_fill(viewer))
    return [drawing for drawing in drawings if drawing.rows]


def _net(viewer: Viewer) -> Drawing:
    """What came in less what went back on each of the last days; `money_by`."""
    first = viewer.today - dt.timedelta(days=DAYS - 1)
    found = {row["day"]: row["net"] for row in money_by("day", first=first, last=viewer.today)}
    days = [first + dt.timedelta(days=number) for number in range(DAYS)]
    values = [found.get(day, Decimal(0)) for day in days]
    title = _("Net money of the last %(days)s days") % {"days": DAYS}
    return Drawing(
        key="net",
        title=title,
        figure=egp(sum(values, Decimal(0))),
        note=_("payments less refunds, by day"),
        url=report_of("payments-and-refunds", by="day", first=first, last=viewer.today),
        data={
            "kind": "bar",
            "labels": [f"{day:%d/%m}" for day in days],
            "series": [{"label": _("Net (EGP)"), "values": [float(value) for value in values]}],
        },
        headings=(_("Day"), _("Net (EGP)")),
        rows=[(f"{day:%Y-%m-%d}", words_of(value, "money")) for day, value in zip(days, values, strict=True)],
    )


def _fill(viewer: Viewer) -> Drawing:
    """The courses of the running seasons with the fewest seats taken; `with_fill_rate`."""
    running = Season.objects.running(viewer.today)
    wanted = ("name", "season", "capacity", "enrolled_count", "fill_rate")
    courses = with_fill_rate(Course.objects.filter(season__in=running, is_active=True))
    rows = list(courses.order_by("fill_rate", "name", "pk").values(*wanted)[:COURSES])
    seasons = {row["season"] for row in rows}
    return Drawing(
        key="fill",
        title=_("The emptiest courses"),
        figure="",
        note=_("seats taken, in percent"),
        url=report_of("courses", season=seasons.pop() if len(seasons) == 1 else ""),
        data={
            "kind": "bar",
            "across": True,
            "most": 100,
            "unit": "%",
            "labels": [row["name"] for row in rows],
            "series": [{"label": _("Fill rate"), "values": [float(row["fill_rate"]) for row in rows]}],
        },
        headings=(_("Course"), _("Seats"), _("Taken"), _("Fill rate")),
        rows=[
            (
                row["name"],
                words_of(row["capacity"], "integer"),
                words_of(row["enrolled_count"], "integer"),
                words_of(row["fill_rate"], "percent"),
            )
            for row in rows
        ],
    )
