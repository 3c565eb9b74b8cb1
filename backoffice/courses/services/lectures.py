"""What can happen to one lecture: it is held, cancelled, made up for, moved, or taken away."""

import datetime as dt
from enum import Enum
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backoffice.shared import audit
from backoffice.shared.errors import DomainError
from backoffice.shared.states import advance
from backoffice.users.models import CustomUser, Instructor

from .. import events
from ..models import Course, Lecture, Room
from ..selectors import PlannedLecture, clash_error, find_clashes, hours_of_the_schedule, lectures_of, overlap
from .writing import add, number_in_order, refused_when_in_two_places, remove

# How far ahead a free hour is looked for.
A_YEAR = dt.timedelta(days=366)


class Unchanged(Enum):
    """For an argument that may be empty: leave it as it is."""

    KEEP = "keep"


KEEP = Unchanged.KEEP


@transaction.atomic
def complete_lecture(lecture_id: UUID, *, by: CustomUser | None) -> Lecture:
    """The lecture was held. Raises DomainError `lecture_not_begun`, `illegal_step`."""
    lecture = _lock(lecture_id)
    if not lecture.has_begun(timezone.now()):
        raise DomainError("lecture_not_begun", _("This lecture has not begun yet."))
    return _advance(lecture, Lecture.Status.COMPLETED, by=by)


@transaction.atomic
def cancel_lecture(lecture_id: UUID, *, by: CustomUser | None, reason: str) -> Lecture:
    """The lecture won't take place, and none is added for it.

    Raises DomainError `reason_missing`, `attendance_taken`, `illegal_step`.
    """
    return _cancel(_lock(lecture_id), by=by, reason=reason)


@transaction.atomic
def cancel_and_replace_lecture(lecture_id: UUID, *, by: CustomUser | None, reason: str) -> Lecture:
    """The lecture won't take place; one at the next free hour after the course's last stands in for it and is returned.

    It may lie after the course's last day, but not after the season's.
    Raises DomainError `reason_missing`, `attendance_taken`, `illegal_step`, `no_free_hour`.
    """
    cancelled = _cancel(_lock(lecture_id), by=by, reason=reason)
    course = cancelled.course
    place = _next_free_hour(course)
    stand_in = Lecture(
        course=course,
        lecture_number=place.lecture_number,
        day=place.day,
        start_time=place.start_time,
        end_time=place.end_time,
        instructor=place.instructor,
        room=place.room,
        # A hand put it there: rebuilding neither moves it nor counts its hour twice.
        moved_by_hand=True,
        planned_day=cancelled.hour[0],
        planned_start=cancelled.hour[1],
    )
    with refused_when_in_two_places():
        add([stand_in], by=by)
    return stand_in


@transaction.atomic
def move_lecture(
    lecture_id: UUID,
    *,
    day: dt.date,
    start_time: dt.time,
    end_time: dt.time,
    by: CustomUser | None,
    instructor: Instructor | Unchanged | None = KEEP,
    room: Room | Unchanged | None = KEEP,
) -> Lecture:
    """Put a lecture on another day or hour, or give it another instructor or room; rebuilding leaves it there.

    Raises DomainError `illegal_step`, `attendance_taken`, `ends_before_start`, `lecture_in_past`, `lecture_clash`.
    """
    lecture = _lock(lecture_id)
    _refuse_unless_waiting(lecture)
    if end_time <= start_time:
        raise DomainError("ends_before_start", _("The end must be after the start."), field="end_time")
    before = audit.snapshot(lecture)
    lecture.planned_day, lecture.planned_start = lecture.hour
    lecture.day, lecture.start_time, lecture.end_time = day, start_time, end_time
    if instructor is not KEEP:
        lecture.instructor = instructor
    if room is not KEEP:
        lecture.room = room
    lecture.moved_by_hand = True
    was = (before["day"], before["start_time"])
    if lecture.has_begun(timezone.now()) and was != (day.isoformat(), start_time.isoformat()):
        raise DomainError("lecture_in_past", _("A lecture can't be moved into the past."), field="day")
    _refuse_clash(lecture)
    with refused_when_in_two_places():
        lecture.save()
    audit.record_changed(lecture, before, by=by)
    number_in_order(lecture.course, by=by)
    lecture.refresh_from_db(fields=["lecture_number"])
    events.lectures_moved([lecture], by)
    return lecture


@transaction.atomic
def delete_lecture(lecture_id: UUID, *, by: CustomUser | None) -> None:
    """Take a lecture away as if it had never been planned; refused once attendance was taken.

    An hour of the schedule comes back with the next rebuild: to leave it out for good, cancel the lecture.
    Raises DomainError `attendance_taken`, `lecture_in_use`.
    """
    lecture = _lock(lecture_id)
    if lecture.attendance_taken:
        raise _attendance_taken()
    remove([lecture], by=by)
    number_in_order(lecture.course, by=by)


def _lock(lecture_id: UUID) -> Lecture:
    """The lecture under its course's lock and its own."""
    course_id = Lecture.objects.values_list("course_id", flat=True).get(pk=lecture_id)
    course = Course.objects.lock(course_id)
    lecture: Lecture = Lecture.objects.lock(lecture_id)
    lecture.course = course
    return lecture


def _cancel(lecture: Lecture, *, by: CustomUser | None, reason: str) -> Lecture:
    if not reason.strip():
        raise DomainError("reason_missing", _("Say why, in a few words."), field="reason")
    if lecture.attendance_taken:
        raise _attendance_taken()
    _advance(lecture, Lecture.Status.CANCELLED, by=by, reason=reason.strip())
    events.lectures_removed([lecture.pk], by)
    return lecture


def _advance(lecture: Lecture, to: str, *, by: CustomUser | None, reason: str = "") -> Lecture:
    before = audit.snapshot(lecture)
    advance(lecture, to)
    lecture.save(update_fields=["status"])
    audit.record_changed(lecture, before, by=by, action=audit.Action.TRANSITION, reason=reason)
    return lecture


def _refuse_unless_waiting(lecture: Lecture) -> None:
    if lecture.attendance_taken:
        raise _attendance_taken()
    if lecture.status != Lecture.Status.SCHEDULED:
        sentence = _("This lecture is “%(status)s”: it can't be moved any more.")
        raise DomainError("illegal_step", sentence % {"status": lecture.get_status_display()})


def _attendance_taken() -> DomainError:
    return DomainError("attendance_taken", _("Attendance was taken in this lecture: it stays."))


def _refuse_clash(lecture: Lecture) -> None:
    """Refuse an hour at which the instructor, the room, or the course itself is somewhere else."""
    place = PlannedLecture(
        course=lecture.course,
        lecture_number=lecture.lecture_number,
        day=lecture.day,
        start_time=lecture.start_time,
        end_time=lecture.end_time,
        instructor=lecture.instructor,
        room=lecture.room,
        existing=lecture,
    )
    clashes = find_clashes([place], apart_from={lecture.pk})
    if clashes:
        raise clash_error(clashes)
    for other in lectures_of(lecture.course):
        if other.pk != lecture.pk and other.status != Lecture.Status.CANCELLED and overlap(place, other):
            sentence = _("Lecture %(number)s of this course is at this hour already.")
            raise DomainError("lecture_clash", sentence % {"number": other.lecture_number}, field="start_time")


def _next_free_hour(course: Course) -> PlannedLecture:
    """The first hour of the schedule after the course's last lecture at which instructor and room are free."""
    lectures = lectures_of(course)
    last = max((one.day, one.end_time) for one in lectures)
    since = max(timezone.now(), timezone.make_aware(dt.datetime.combine(*last)))
    until = timezone.localtime(since).date() + A_YEAR
    if course.season.end_date:
        until = min(until, course.season.end_date)
    hours = hours_of_the_schedule(course, course.schedules.select_related("room"), since=since, until=until)
    number = max(one.lecture_number for one in lectures) + 1
    places = [
        PlannedLecture(
            course=course,
            lecture_number=number,
            day=day,
            start_time=hour.start_time,
            end_time=hour.end_time,
            instructor=course.instructor,
            room=hour.room or course.room,
        )
        for day, hour in hours
    ]
    taken = {(clash.planned.day, clash.planned.start_time) for clash in find_clashes(places)}
    for place in places:
        if (place.day, place.start_time) not in taken:
            return place
    sentence = _("There is no free hour of the weekly schedule before the season ends: cancel it without adding one.")
    raise DomainError("no_free_hour", sentence)
