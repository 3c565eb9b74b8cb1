"""The cards of the seasons that run: how full they are, what came in against the target, and what is owed."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.utils.formats import localize
from django.utils.translation import gettext as _

from backoffice.courses.models import Course, Season
from backoffice.courses.services import SEES_TARGET
from backoffice.payments.selectors.courses import season_figures
from backoffice.payments.selectors.receivables import Owed, owed_by_seasons
from backoffice.shared.plain_rows import as_money

from ..words import words_of
from .card import Shown, Viewer, egp, list_of, report_of

#: More than these never run at once; the report has them all.
MOST: Final = 3
FILL, REVENUE, OWED = "reports.view_courses", "reports.view_seasons", "reports.view_receivables"


@dataclass(frozen=True, slots=True)
class SeasonBand:
    """A season that runs, with its cards."""

    name: str
    cards: list[Shown]


def bands_of(viewer: Viewer) -> list[SeasonBand]:
    """The running seasons, the one that began last first, as far as the person may see them; two queries."""
    sees_money = not viewer.has_to_count
    sees_revenue = sees_money and viewer.may(REVENUE) and viewer.may(SEES_TARGET)
    sees_owed = sees_money and viewer.may(OWED)
    if not (viewer.may(FILL) or sees_revenue or sees_owed):
        return []
    running = Season.objects.running(viewer.today)
    rows = season_figures(season__in=running).page(0, MOST)
    owed = owed_by_seasons(viewer.today, [row["season"] for row in rows]) if sees_owed else {}
    return [SeasonBand(row["season_name"], [*_cards(row, owed, viewer, sees_revenue=sees_revenue)]) for row in rows]


def _cards(row: dict[str, Any], owed: dict[Any, Owed], viewer: Viewer, *, sees_revenue: bool) -> Iterator[Shown]:
    if viewer.may(FILL):
        yield _fill(row, viewer)
    if sees_revenue:
        yield _revenue(row)
    if row["season"] in owed:
        yield _receivables(owed[row["season"]], row, viewer)


def _fill(row: dict[str, Any], viewer: Viewer) -> Shown:
    """Seats taken of all; `season_figures`. The report beside it adds money up, the list of courses doesn't."""
    season = row["season"]
    by_list = viewer.has_to_count
    url = list_of(Course, season__id__exact=season) if by_list else report_of("courses", season=season)
    said = {"taken": localize(row["taken"]), "seats": localize(row["seats"])}
    note = _("%(taken)s of %(seats)s seats") % said
    return Shown(_("Fill rate"), words_of(row["fill"], "percent"), "event_seat", url, note, share=row["fill"])


def _revenue(row: dict[str, Any]) -> Shown:
    """What came in for the season's places less what went back; `season_figures`."""
    url = report_of("seasons", season=row["season"])
    revenue, target = as_money(row["revenue"]), row["target"]
    share = revenue * 100 / target if target else None
    if share is None:
        note = _("No target is set")
    else:
        said = {"share": words_of(share, "percent"), "target": egp(target)}
        note = _("%(share)s of the target, %(target)s") % said
    return Shown(_("Revenue"), egp(revenue), "trending_up", url, note, share=share)


def _receivables(owed: Owed, row: dict[str, Any], viewer: Viewer) -> Shown:
    """What places that are still held owe, and what of it is old; `owed_by_seasons`."""
    url = report_of("receivables", day=viewer.today, season=row["season"], standing="held")
    share = owed.over_90 * 100 / owed.amount if owed.amount else Decimal(0)
    note = _("%(share)s of it for more than 90 days") % {"share": words_of(share, "percent")}
    return Shown(_("Receivables"), egp(owed.amount), "hourglass_top", url, note)
