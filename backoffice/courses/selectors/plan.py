"""Which lectures a weekly schedule makes: read and worked out, never written."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backoffice.shared.errors import DomainError

from ..models import Course, CourseSchedule, Holiday, Lecture, Weekday
from .clashes import Clash, PlannedLecture, find_clashes

# Past these a date or a number was mistyped; the page says so instead of writing thousands of rows.
MOST_LECTURES = 500
FARTHEST = dt.timedelta(days=5 * 366)


@dataclass(frozen=True, kw_only=True)
class LecturePlan:
    """What a course's schedule makes of its lectures: what stays as it is, what is planned, what goes, what clashes."""

    course: Course
    stays: list[Lecture]
    planned: list[PlannedLecture]
    removed: list[Lecture]
    clashes: list[Clash]
    # The number each lecture that stays will have.
    numbers: dict[UUID, int]

    @property
    def added(self) -> list[PlannedLecture]:
        """Lectures that are not there yet."""
        return [one for one in self.planned if one.existing is None]

    @property
    def changed(self) -> list[PlannedLecture]:
        """Lectures that keep their day and beginning, but not their end, instructor or room."""
        return [one for one in self.planned if one.existing and _differs(one, one.existing)]

    @property
    def renumbered(self) -> list[tuple[Lecture, int]]:
        """Lectures that are there with the number they will have, where it is another."""
        kept = [(one, self.numbers[one.pk]) for one in self.stays]
        kept += [(one.existing, one.lecture_number) for one in self.planned if one.existing]
        return [(lecture, number) for lecture, number in kept if lecture.lecture_number != number]

    @property
    def changes_nothing(self) -> bool:
        """Whether the lectures are as the schedule makes them already."""
        return not (self.added or self.removed or self.changed or self.renumbered)

    @property
    def to_come(self) -> list[PlannedLecture | Lecture]:
        """All lectures that are not over and not cancelled, in order of time."""
        now = timezone.now()
        waiting = [one for one in self.stays if one.status == Lecture.Status.SCHEDULED and not one.has_begun(now)]
        return sorted([*waiting, *self.planned], key=lambda one: (one.day, one.start_time))


def plan_lectures(
    course: Course,
    schedules: Sequence[CourseSchedule],
    *,
    lectures: Sequence[Lecture] | None = None,
    now: dt.datetime | None = None,
) -> LecturePlan:
    """The lectures that these weekly hours make, from now to the course's end or its number of lectures.

    Neither the course nor its hours need be saved. A lecture that somebody touched, or that has begun, stays where it
    is and takes up its hour of the schedule; the others follow the schedule. Three queries, whatever the length; none
    for the lectures when the caller has locked and read them. Raises DomainError `too_many_lectures`.
    """
    now = now or timezone.now()
    if lectures is None:
        lectures = lectures_of(course)
    stays = [one for one in lectures if one.is_touched or one.has_begun(now)]
    untouched = {(one.day, one.start_time): one for one in lectures if not one.is_touched and not one.has_begun(now)}
    hours = _first(_hours_left(course, schedules, stays, now), _places_left(course, stays))
    meetings: list[tuple[tuple[dt.date, dt.time], Lecture | CourseSchedule]] = sorted(
        [
            *(((one.day, one.start_time), one) for one in stays),
            *(((day, hour.start_time), hour) for day, hour in hours),
        ],
        key=lambda pair: pair[0],
    )
    numbers: dict[UUID, int] = {}
    planned = []
    for number, ((day, start), one) in enumerate(meetings, 1):
        if isinstance(one, Lecture):
            numbers[one.pk] = number
        else:
            planned.append(_planned(course, one, day, number, untouched.pop((day, start), None)))
    own = {one.pk for one in lectures} - {one.pk for one in stays}
    return LecturePlan(
        course=course,
        stays=stays,
        planned=planned,
        removed=list(untouched.values()),
        clashes=find_clashes(planned, apart_from=own),
        numbers=numbers,
    )


def lectures_of(course: Course) -> list[Lecture]:
    """A course's lectures in order of time, each knowing the course itself and its own instructor and room."""
    lectures = list(
        Lecture.objects.filter(course_id=course.pk)
        .select_related("instructor__user", "room")
        .order_by("day", "start_time", "lecture_number")
    )
    for lecture in lectures:
        lecture.course = course
    return lectures


def hours_of_the_schedule(
    course: Course, schedules: Iterable[CourseSchedule], *, since: dt.datetime, until: dt.date
) -> Iterator[tuple[dt.date, CourseSchedule]]:
    """Each day and weekly hour after a moment, to a last day, in order of time, without holidays."""
    local = timezone.localtime(since)
    by_weekday: dict[int, list[CourseSchedule]] = defaultdict(list)
    for hour in sorted(schedules, key=lambda one: one.start_time):
        by_weekday[hour.weekday].append(hour)
    if not by_weekday:
        return
    holidays = _holidays(course, local.date(), until)
    day = local.date()
    while day <= until:
        if not any(holiday.start_date <= day <= holiday.end_date for holiday in holidays):
            for hour in by_weekday[Weekday.of(day)]:
                if day > local.date() or hour.start_time > local.time():
                    yield day, hour
        day += dt.timedelta(days=1)


def _holidays(course: Course, first: dt.date, last: dt.date) -> list[Holiday]:
    """Holidays of the course's season and of all, within the days."""
    return list(
        Holiday.objects.filter(
            Q(season_id=course.season_id) | Q(season__isnull=True), start_date__lte=last, end_date__gte=first
        )
    )


def _hours_left(
    course: Course, schedules: Sequence[CourseSchedule], stays: Sequence[Lecture], now: dt.datetime
) -> Iterator[tuple[dt.date, CourseSchedule]]:
    """The hours from now, or from the course's first day, that no lecture that stays takes up."""
    since = max(now, _beginning_of(course.start_date))
    until = min(course.end_date or dt.date.max, timezone.localtime(since).date() + FARTHEST)
    taken = defaultdict(list)
    held = defaultdict(list)
    for lecture in stays:
        taken[lecture.hour[0]].append(lecture.hour[1])
        if lecture.status != Lecture.Status.CANCELLED:
            held[lecture.day].append(lecture)
    hours = hours_of_the_schedule(course, schedules, since=since, until=until)
    for day, pairs in groupby(hours, key=itemgetter(0)):
        left = _not_taken([hour for _day, hour in pairs], taken[day])
        yield from ((day, hour) for hour in left if not any(_meets(hour, lecture) for lecture in held[day]))


def _not_taken(hours: Sequence[CourseSchedule], taken: Sequence[dt.time]) -> list[CourseSchedule]:
    """A day's hours less one for each lecture that takes one up: its own hour, or else the nearest."""
    left = list(hours)
    for start in sorted(taken, key=lambda start: all(hour.start_time != start for hour in hours)):
        if left:
            left.remove(min(left, key=lambda hour: abs(_minutes(hour.start_time) - _minutes(start))))
    return left


def _places_left(course: Course, stays: Sequence[Lecture]) -> int | None:
    """How many lectures are missing to the course's number; a cancelled one and its stand-in count as one."""
    if course.num_lectures is None:
        return None
    return max(course.num_lectures - len({one.hour for one in stays}), 0)


def _first(hours: Iterator[tuple[dt.date, CourseSchedule]], count: int | None) -> list[tuple[dt.date, CourseSchedule]]:
    found: list[tuple[dt.date, CourseSchedule]] = []
    while count is None or len(found) < count:
        hour = next(hours, None)
        if hour is None:
            break
        found.append(hour)
        if len(found) > MOST_LECTURES:
            sentence = _("This makes more than %(most)s lectures: look at the last day and the number of lectures.")
            raise DomainError("too_many_lectures", sentence % {"most": MOST_LECTURES})
    return found


def _planned(
    course: Course, hour: CourseSchedule, day: dt.date, number: int, existing: Lecture | None
) -> PlannedLecture:
    return PlannedLecture(
        course=course,
        lecture_number=number,
        day=day,
        start_time=hour.start_time,
        end_time=hour.end_time,
        instructor=course.instructor,
        room=hour.room or course.room,
        existing=existing,
    )


def _differs(planned: PlannedLecture, lecture: Lecture) -> bool:
    return (planned.end_time, planned.instructor, planned.room) != (
        lecture.end_time,
        lecture.instructor,
        lecture.room,
    )


def _meets(hour: CourseSchedule, lecture: Lecture) -> bool:
    return hour.start_time < lecture.end_time and lecture.start_time < hour.end_time


def _minutes(time: dt.time) -> int:
    return time.hour * 60 + time.minute


def _beginning_of(day: dt.date) -> dt.datetime:
    """The moment before a day's first hour, in the centre's clock."""
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min)) - dt.timedelta(seconds=1)
