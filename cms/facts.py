"""What the back office says about courses at the moment a page is rendered; nothing of it is kept in a page."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.db.models import Case, IntegerField, Prefetch, Q, QuerySet, Value, When, prefetch_related_objects
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from backoffice.courses.models import Course, CourseSchedule, Lecture, Tag
from backoffice.courses.selectors import Standing, standing_of
from backoffice.enrollments.selectors import with_free_seats
from backoffice.shared.dates import CAIRO

from .frame import readable

if TYPE_CHECKING:
    from .models import CoursePage

#: Courses on the front page, and those offered beside a course that takes nobody.
FEW: Final = 6
OFFERED: Final = 3
#: From here on the number itself is said; above, that there are seats.
LAST_SEATS: Final = 5
#: In these a place, or one on the waiting list, can be asked for.
TAKING: Final = (Standing.OPEN, Standing.FULL)


@dataclass(frozen=True)
class CourseFacts:
    """A course as visitors see it now. Price in EGP; `seats_left` are those that can be given away."""

    course: Course
    standing: Standing
    seats_left: int
    hours: list[CourseSchedule]
    tags: list[Tag]
    page: "CoursePage | None" = None

    @property
    def name(self) -> str:
        """The page's title where there is one, which may be a translation."""
        return self.page.title if self.page else self.course.name

    @property
    def price(self) -> Decimal:
        """EGP."""
        return self.course.price

    @property
    def last_day(self) -> dt.date | None:
        """The course's own, or its season's."""
        return self.course.end_date or self.course.season.end_date

    @property
    def weekly(self) -> list[tuple[str, CourseSchedule]]:
        """The weekly hours, days with the same hours together: "Saturday, Tuesday" and one of them for its times."""
        by_hour: dict[tuple[dt.time, dt.time], list[CourseSchedule]] = defaultdict(list)
        for hour in self.hours:
            by_hour[hour.start_time, hour.end_time].append(hour)
        comma = _(", ")
        return [(comma.join(one.get_weekday_display() for one in same), same[0]) for same in by_hour.values()]

    @property
    def takes_requests(self) -> bool:
        """Whether a place, or a place on the waiting list, can be asked for today."""
        return self.standing in TAKING

    @property
    def is_gone(self) -> bool:
        """Whether it won't take anybody any more."""
        return self.standing in (Standing.ENDED, Standing.INACTIVE)

    @property
    def is_nearly_full(self) -> bool:
        """Whether the last seats are being given away."""
        return self.standing == Standing.OPEN and self.seats_left <= LAST_SEATS


def facts_of(courses: Iterable[Course]) -> list[CourseFacts]:
    """Facts of courses that came from `courses_with_seats`, each with its page; three queries, or none."""
    rows = list(courses)
    hours = CourseSchedule.objects.select_related("room").order_by("weekday", "start_time")
    prefetch_related_objects(rows, Prefetch("schedules", hours), "tags")
    today, pages = timezone.localdate(), _pages_of([course.pk for course in rows])
    return [
        CourseFacts(
            course=course,
            standing=_standing(course, today),
            seats_left=course.free,  # type: ignore[attr-defined]  # by with_free_seats
            hours=list(course.schedules.all()),
            tags=list(course.tags.all()),
            page=pages.get(course.pk),
        )
        for course in rows
    ]


def meetings_of(course_id: UUID) -> list[tuple[dt.datetime, dt.datetime]]:
    """When the course meets, from the first lecture to the last, without the cancelled ones."""
    rows = Lecture.objects.filter(course_id=course_id).exclude(status=Lecture.Status.CANCELLED)
    times = rows.order_by("day", "start_time").values_list("day", "start_time", "end_time")
    return [(dt.datetime.combine(day, start, CAIRO), dt.datetime.combine(day, end, CAIRO)) for day, start, end in times]


def pages_of(courses: Iterable[CourseFacts]) -> list[Any]:
    """The courses' own pages, of those that have one."""
    return [facts.page for facts in courses if facts.page]


def courses_with_seats() -> QuerySet[Course]:
    """Courses with the seats that can be given away now, and what is one to one with them."""
    return with_free_seats(Course.objects.all()).select_related("season", "instructor__user", "room")


def courses_on_show() -> Any:
    """A queryset of the courses that are active and not over: by their `turn` those with seats (0), those
    with a waiting list (1), the others (2).
    """
    today = timezone.localdate()
    takes = Course.objects.within_registration(today).values("pk")
    turn = Case(
        When(Q(pk__in=takes, free__gt=0), then=Value(0)),
        When(Q(pk__in=takes), then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    shown = courses_with_seats() & Course.objects.active().not_over(today)
    return shown.annotate(turn=turn).order_by("turn", "start_date", "name", "pk")


def open_courses() -> list[CourseFacts]:
    """Courses a place can be asked for today, those with seats first; at most as many as the front page shows."""
    rows = courses_on_show().filter(turn__lt=2)[:FEW]
    return facts_of(rows)


def courses_of_instructor(instructor_id: UUID) -> list[CourseFacts]:
    """Courses this instructor teaches now or soon."""
    return facts_of(courses_on_show().filter(instructor_id=instructor_id))


def facts_with_offers(course_id: UUID) -> tuple[CourseFacts, list[CourseFacts]]:
    """One course, whatever became of it; and, when it takes nobody, a few open ones: first those that share a tag."""
    course = courses_with_seats().get(pk=course_id)
    if _standing(course, timezone.localdate()) in TAKING:
        return facts_of([course])[0], []
    tagged = Tag.courses.through.objects
    alike = tagged.filter(tag__in=tagged.filter(course=course_id).values("tag")).values("course")
    akin = Case(When(pk__in=alike, then=Value(0)), default=Value(1), output_field=IntegerField())
    rows = courses_on_show().filter(turn__lt=2).exclude(pk=course_id)
    own, *offered = facts_of([course, *rows.order_by(akin, "turn", "start_date", "name", "pk")[:OFFERED]])
    return own, offered


def _standing(course: Course, today: dt.date) -> Standing:
    """As the back office has it, but a seat that is kept for somebody from the waiting list is none that is free."""
    standing = standing_of(course, today=today)
    if standing not in TAKING:
        return standing
    return Standing.OPEN if course.free else Standing.FULL  # type: ignore[attr-defined]  # by with_free_seats


def _pages_of(keys: list[UUID]) -> dict[UUID, "CoursePage"]:
    """The page of each course that has one, in the language that is spoken or else in Arabic."""
    from .models import CoursePage

    if not keys:
        return {}
    rows = readable(CoursePage.objects.filter(course_id__in=keys))
    rows = rows.select_related("locale").defer("body")
    language = get_language()
    spoken = sorted(rows, key=lambda page: (page.locale.language_code == language, page.locale.language_code == "ar"))
    return {page.course_id: page for page in spoken}
