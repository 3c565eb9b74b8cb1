"""Who owed what at the end of a day, computed anew from the rows as they stood then."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, Literal
from uuid import UUID

from django.db import connection
from django.db.models import Case, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.fields import DateTimeField
from django.db.models.functions import Cast

from backoffice.courses.models import Course, Season
from backoffice.enrollments.models import Enrollment, PriceChange
from backoffice.shared.dates import day_begins
from backoffice.shared.plain_rows import Holds, PlainRows, as_money, compiled

from ..models import Allocation, Payment, RefundRequest
from .balances import MONEY, ZERO

type Standing = Literal["held", "left", ""]


@dataclass(frozen=True, slots=True)
class Owed:
    """How many places owe, how much, and how much of it for more than 90 days; in EGP."""

    places: int
    amount: Decimal
    over_90: Decimal


#: The last day, counted from the day itself, of each band of age but the last, which has no end.
BANDS: Final = (30, 60, 90)
_HOLDS: Final[dict[str, Holds]] = {
    "place": "key",
    "participant": "text",
    "payer": "text",
    "phone": "text",
    "course": "text",
    "season": "text",
    "since": "moment",
    "charged": "money",
    "paid": "money",
    "owed": "money",
    "upto_30": "money",
    "upto_60": "money",
    "upto_90": "money",
    "over_90": "money",
}
_NAME: Final = "trim({0}.first_name || ' ' || {0}.last_name)"
_STATEMENT: Final = f"""
WITH moves (place, charge, credit, later, at) AS ({{moves}}),
sums AS (
    SELECT place, sum(charge) charge, sum(credit) credit, sum(later) later, min(at) at FROM moves GROUP BY place
),
owing AS (
    SELECT place.id place, round(place.price + coalesce(sums.charge, 0), 2) charged,
        round(coalesce(sums.credit, 0), 2) paid,
        round(place.price + coalesce(sums.charge, 0) - coalesce(sums.credit, 0), 2) owed,
        CASE WHEN round(place.price + coalesce(sums.charge, 0) - coalesce(sums.credit, 0), 2)
            > round(coalesce(sums.later, 0), 2) THEN place.enrolled_at ELSE sums.at END since,
        place.child_id, place.student_id, place.course_id
    FROM ({{places}}) place LEFT JOIN sums ON sums.place = place.id
)
SELECT owing.place, coalesce(child.name, {_NAME.format("student")}) participant,
    coalesce({_NAME.format("parent")}, {_NAME.format("student")}) payer,
    coalesce(parent.phone_number1, student.phone_number1) phone,
    course.name course, season.name season, owing.since, owing.charged, owing.paid, owing.owed,
    CASE WHEN owing.since >= %s THEN owing.owed ELSE 0 END upto_30,
    CASE WHEN owing.since < %s AND owing.since >= %s THEN owing.owed ELSE 0 END upto_60,
    CASE WHEN owing.since < %s AND owing.since >= %s THEN owing.owed ELSE 0 END upto_90,
    CASE WHEN owing.since < %s THEN owing.owed ELSE 0 END over_90
FROM owing
JOIN courses_course course ON course.id = owing.course_id
JOIN courses_season season ON season.id = course.season_id
LEFT JOIN users_child child ON child.id = owing.child_id
LEFT JOIN users_customuser parent ON parent.id = child.primary_parent_id
LEFT JOIN users_customuser student ON student.id = owing.student_id
WHERE owing.owed > 0
"""  # noqa: S608  our own names


def owed_as_of(
    day: dt.date, *, season: Season | UUID | None = None, course: Course | None = None, standing: Standing = ""
) -> PlainRows:
    """The places that owed something when the day ended in Cairo, the oldest debt first; amounts in EGP.

    owed = price agreed + changes of the price − payments − money moved here + money moved away + refunds paid back,
    each row counted if its own day is not later: the enrolment's, the change's, the movement's, the day a payment
    was paid at (entered late, it counts on the day it was paid) and the day a refund was paid back. Promises and voids
    are no money. A place whose money went back in full owes nothing from that refund on; one that was dropped still
    owes, and stands under `left` from the day it left. One that came back counts as held throughout.

    `since` is the enrolment's time where more is owed than was added later; else what was agreed is paid, and it is the
    time of the first later rise of the price, refund or movement away. By `since` the whole debt stands in one band.
    """
    end = day_begins(day + dt.timedelta(days=1))
    places_sql, places = compiled(_places(end, season, course, standing))
    moves_sql, moves = compiled(_moves(end, season, course))
    first, second, third = (_moment(day_begins(day - dt.timedelta(days=days))) for days in BANDS)
    sql = _STATEMENT.format(moves=moves_sql, places=places_sql)
    params = [*moves, *places, first, first, second, second, third, third]
    return PlainRows(sql, params, _HOLDS, "since, participant, place")


def owed_by_seasons(day: dt.date, seasons: Sequence[Any]) -> dict[Any, Owed]:
    """What the places still held owe in each of some seasons (keys), as `owed_as_of` has it when the day ended."""
    if not seasons:
        return {}
    parts, params = [], []
    for season in seasons:
        rows = owed_as_of(day, season=season, standing="held")
        parts.append(f"SELECT %s season, count(*) n, sum(owed) owed, sum(over_90) old FROM ({rows.sql}) rows")  # noqa: S608
        params += [str(season), *rows.params]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), params)
        found = {season: Owed(n, as_money(owed), as_money(old)) for season, n, owed, old in cursor.fetchall()}
    return {season: found[str(season)] for season in seasons}


def _places(
    end: dt.datetime, season: Season | UUID | None, course: Course | None, standing: Standing
) -> QuerySet[Any, Any]:
    """The places there were, without those whose money had gone back in full."""
    back = RefundRequest.objects.processed().filter(enrollment=OuterRef("pk")).order_by("-processed_at")
    places = Enrollment.objects.filter(enrolled_at__lt=end).order_by()
    ended = Q(status="refunded") & (Q(last_back__lt=end) | Q(last_back__isnull=True))
    # Only a refunded place asks for its last refund; no other pays for the question.
    last_back = Case(When(status="refunded", then=Subquery(back.values("processed_at")[:1])), default=None)
    places = places.alias(last_back=last_back).exclude(ended)
    if season is not None:
        places = places.filter(course__season=season)
    if course is not None:
        places = places.filter(course=course)
    left = Q(status="dropped", ended_at__lt=end)
    if standing:
        places = places.filter(left) if standing == "left" else places.exclude(left)
    return places.values("id", "price", "enrolled_at", "child_id", "student_id", "course_id")


def _moves(end: dt.datetime, season: Season | UUID | None, course: Course | None) -> QuerySet[Any, Any]:
    """Every row that changed what a place owes: what it is charged, what it is credited, what was added later, when.

    Of one season or course only its own: the rest would be added up for nothing.
    """
    chosen = {"course__season": season, "course": course}
    only = {path: one for path, one in chosen.items() if one is not None}
    one, *others = _kinds_of_moves(end, only)
    return one.union(*others, all=True)


def _of(path: str, only: Mapping[str, Any]) -> dict[str, Any]:
    return {f"{path}__{name}": value for name, value in only.items()}


def _kinds_of_moves(end: dt.datetime, only: Mapping[str, Any]) -> Iterator[QuerySet[Any, Any]]:
    none = Cast(Value(None), output_field=DateTimeField())
    rise = Case(When(amount__gt=0, then=F("amount")), default=ZERO, output_field=MONEY)
    risen = Case(When(amount__gt=0, then=F("at")), default=none, output_field=DateTimeField())
    changes = PriceChange.objects.filter(at__lt=end, **_of("enrollment", only))
    yield changes.order_by().values_list("enrollment_id", "amount", ZERO, rise, risen)
    payments = Payment.objects.settled().filter(paid_at__lt=end, enrollment__isnull=False, **_of("enrollment", only))
    yield payments.order_by().values_list("enrollment_id", ZERO, "amount", ZERO, none)
    moved = Allocation.objects.filter(at__lt=end).order_by()
    yield moved.filter(target__isnull=False, **_of("target", only)).values_list("target_id", ZERO, "amount", ZERO, none)
    away = moved.filter(source__isnull=False, **_of("source", only))
    yield away.values_list("source_id", ZERO, -F("amount"), "amount", "at")
    back = RefundRequest.objects.processed().filter(processed_at__lt=end, enrollment__isnull=False)
    back = back.filter(**_of("enrollment", only))
    yield back.order_by().values_list("enrollment_id", ZERO, -F("amount"), "amount", "processed_at")


def _moment(moment: dt.datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(moment)
