"""What courses and seasons brought in, beside how full they are."""

from collections.abc import Iterator
from typing import Any, Final

from django.db.models import Case, Count, DecimalField, F, QuerySet, Sum, Value, When
from django.db.models.functions import Cast

from backoffice.courses.models import Course
from backoffice.enrollments.models import EnrollmentRequest
from backoffice.shared.plain_rows import Holds, PlainRows, compiled

from ..models import Allocation, Payment, RefundRequest

_COURSES: Final[dict[str, Holds]] = {
    "name": "text",
    "season_name": "text",
    "start_date": "day",
    "capacity": "integer",
    "enrolled_count": "integer",
    "fill_rate": "number",
    "waiting": "integer",
    "received": "money",
    "pk": "key",
}
_SEASONS: Final[dict[str, Holds]] = {
    "season_name": "text",
    "begins": "day",
    "courses": "integer",
    "seats": "integer",
    "taken": "integer",
    "fill": "number",
    "listed": "integer",
    "revenue": "money",
    "target": "money",
    "reached": "number",
    "season": "key",
}
# Money is added up by place first, which its index has in order, and by course then.
_FIGURES: Final = """
WITH moves (place, egp) AS ({moves}),
money AS (
    SELECT place.course_id, round(sum(moves.egp), 2) egp
    FROM moves JOIN enrollments_enrollment place ON place.id = moves.place GROUP BY place.course_id
),
listed (course_id, n) AS ({listed})
"""
_OF_COURSES: Final = """
SELECT course.name name, season.name season_name, course.start_date start_date, course.capacity, course.enrolled_count,
    CASE WHEN course.capacity > 0 THEN course.enrolled_count * 100.0 / course.capacity ELSE 0 END fill_rate,
    coalesce(listed.n, 0) waiting, coalesce(money.egp, 0) received, course.id pk
FROM ({chosen}) course JOIN courses_season season ON season.id = course.season_id
LEFT JOIN money ON money.course_id = course.id LEFT JOIN listed ON listed.course_id = course.id
"""
_OF_SEASONS: Final = """,
sums AS (
    SELECT course.season_id, count(*) courses, sum(course.capacity) seats, sum(course.enrolled_count) taken,
        coalesce(sum(listed.n), 0) listed, round(coalesce(sum(money.egp), 0), 2) revenue
    FROM ({chosen}) course
    LEFT JOIN money ON money.course_id = course.id LEFT JOIN listed ON listed.course_id = course.id
    GROUP BY course.season_id
)
SELECT season.name season_name, season.start_date begins, sums.courses, sums.seats, sums.taken,
    CASE WHEN sums.seats > 0 THEN sums.taken * 100.0 / sums.seats ELSE 0 END fill, sums.listed, sums.revenue,
    season.revenue_target target,
    CASE WHEN season.revenue_target > 0 THEN sums.revenue * 100.0 / season.revenue_target END reached,
    season.id season
FROM sums JOIN courses_season season ON season.id = sums.season_id
"""


def course_figures(**only: Any) -> PlainRows:
    """The courses, the newest first, each with how full it is (`fill_rate`, %), `waiting` and `received`.

    received = payments for its places + money moved to them − money moved away − refunds paid back of them, in EGP,
    whatever became of the places. `only` narrows the courses.
    """
    figures, params = _figures(only)
    chosen, chosen_params = compiled(_chosen(only))
    sql = figures + _OF_COURSES.format(chosen=chosen)
    return PlainRows(sql, (*params, *chosen_params), _COURSES, "start_date DESC, name, pk")


def season_figures(**only: Any) -> PlainRows:
    """The seasons that have courses, the newest first, each with what these come to: `courses`, `seats`, `taken`,
    `fill` (%), `listed` (on waiting lists) and `revenue`, in EGP as `course_figures` counts it; beside it the season's
    `target` in EGP and what share of it was `reached` (%), both None where there is none. `only` narrows the courses.
    """
    figures, params = _figures(only)
    chosen, chosen_params = compiled(_chosen(only))
    sql = figures + _OF_SEASONS.format(chosen=chosen)
    return PlainRows(sql, (*params, *chosen_params), _SEASONS, "begins DESC, season")


def with_fill_rate(courses: QuerySet[Course]) -> QuerySet[Any]:
    """The courses, each with `fill_rate`: the share of its seats that are taken (%)."""
    share = DecimalField(max_digits=8, decimal_places=1)
    rate = Cast(F("enrolled_count"), share) * Value(100) / F("capacity")
    return courses.annotate(fill_rate=Case(When(capacity__gt=0, then=rate), default=Value(0), output_field=share))


def _chosen(only: dict[str, Any]) -> QuerySet[Any, Any]:
    columns = ("id", "name", "season_id", "start_date", "capacity", "enrolled_count")
    return Course.objects.filter(**only).order_by().values_list(*columns)


def _figures(only: dict[str, Any]) -> tuple[str, tuple[Any, ...]]:
    """The beginning of both statements: each course's money and its waiting list."""
    one, *others = _kinds_of_moves(only)
    moves, params = compiled(one.union(*others, all=True))
    waiting = EnrollmentRequest.objects.waitlisted().filter(**_of("course", only)).order_by()
    listed, listed_params = compiled(waiting.values("course_id").annotate(n=Count("pk")).values_list("course_id", "n"))
    return _FIGURES.format(moves=moves, listed=listed), (*params, *listed_params)


def _kinds_of_moves(only: dict[str, Any]) -> Iterator[QuerySet[Any, Any]]:
    """What came for places and went from them, added up by place."""
    kinds: tuple[tuple[Any, str, Any], ...] = (
        (Payment.objects.settled(), "enrollment", Sum("amount")),
        (RefundRequest.objects.processed(), "enrollment", -Sum("amount")),
        (Allocation.objects, "target", Sum("amount")),
        (Allocation.objects, "source", -Sum("amount")),
    )
    for rows, place, egp in kinds:
        of_places = rows.filter(**{f"{place}__isnull": False}, **_of(f"{place}__course", only)).order_by()
        yield of_places.values(f"{place}_id").annotate(egp=egp).values_list(f"{place}_id", "egp")


def _of(path: str, only: dict[str, Any]) -> dict[str, Any]:
    return {f"{path}__{name}": value for name, value in only.items()}
