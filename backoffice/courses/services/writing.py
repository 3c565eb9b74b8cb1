"""How a course's lectures are written: removed, renumbered, changed, added, each with its entry in the trail."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db import IntegrityError, transaction
from django.db.models import F, ProtectedError
from django.utils.translation import gettext_lazy as _

from backoffice.shared import audit
from backoffice.shared.errors import DomainError
from backoffice.users.models import CustomUser

from .. import events
from ..models import Course, Lecture
from ..selectors import LecturePlan, PlannedLecture, lectures_of

_IN_TWO_PLACES = ("courses_lecture_instructor_in_one_place", "courses_lecture_room_used_once")


@contextmanager
def refused_when_in_two_places() -> Iterator[None]:
    """Turn the database's own refusal into a sentence: another course took the hour since it was looked at."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if not any(name in str(error) for name in _IN_TWO_PLACES):
            raise
        sentence = _("Another course has just taken the instructor or the room at one of these hours. Try again.")
        raise DomainError("lecture_clash", sentence) from error


def write_plan(plan: LecturePlan, *, by: CustomUser | None) -> None:
    """Make the course's lectures as the plan says. What goes makes room first; what comes, comes last."""
    remove(plan.removed, by=by)
    before = {lecture.pk: audit.snapshot(lecture) for lecture in _kept(plan)}
    # Both lists are read off the rows as they were, so before either changes them.
    to_change, to_renumber = plan.changed, plan.renumbered
    changed = [_changed(one, one.existing) for one in to_change if one.existing]
    renumbered = _renumber(to_renumber)
    fields = ["lecture_number", "end_time", "instructor", "room"]
    Lecture.objects.bulk_update(list({one.pk: one for one in [*changed, *renumbered]}.values()), fields)
    entries = [
        audit.entry(one, audit.Action.UPDATE, by=by, changes=difference)
        for one in _kept(plan)
        if (difference := audit.difference(before[one.pk], audit.snapshot(one)))
    ]
    audit.record_many(entries)
    if changed:
        events.lectures_moved(changed, by)
    add([_new(one) for one in plan.added], by=by)


def add(lectures: Sequence[Lecture], *, by: CustomUser | None) -> None:
    """Write new lectures and tell whoever keeps lists of them."""
    if not lectures:
        return
    Lecture.objects.bulk_create(lectures)
    audit.record_many(
        audit.entry(
            one,
            audit.Action.CREATE,
            by=by,
            changes={key: [None, value] for key, value in audit.snapshot(one).items() if value not in (None, "")},
        )
        for one in lectures
    )
    events.lectures_added(lectures, by)


def remove(lectures: Sequence[Lecture], *, by: CustomUser | None) -> None:
    """Delete lectures after whoever keeps lists of them let go."""
    if not lectures:
        return
    ids = [one.pk for one in lectures]
    events.lectures_removed(ids, by)
    audit.record_many(
        audit.entry(
            one,
            audit.Action.DELETE,
            by=by,
            changes={key: [value, None] for key, value in audit.snapshot(one).items() if value not in (None, "")},
        )
        for one in lectures
    )
    try:
        Lecture.objects.filter(pk__in=ids).delete()
    except ProtectedError as error:
        sentence = _("Something is written about one of these lectures already: cancel it instead.")
        raise DomainError("lecture_in_use", sentence) from error


def number_in_order(course: Course, *, by: CustomUser | None) -> None:
    """Number the course's lectures from one in order of time, where one was moved, added or taken away."""
    lectures = lectures_of(course)
    wanted = [(one, number) for number, one in enumerate(lectures, 1) if one.lecture_number != number]
    olds = {one.pk: one.lecture_number for one, _number in wanted}
    renumbered = _renumber(wanted)
    Lecture.objects.bulk_update(renumbered, ["lecture_number"])
    audit.record_many(
        audit.entry(one, audit.Action.UPDATE, by=by, changes={"lecture_number": [olds[one.pk], one.lecture_number]})
        for one in renumbered
    )


def _renumber(wanted: Sequence[tuple[Lecture, int]]) -> list[Lecture]:
    """Set new numbers on the lectures and park their rows past all numbers in use; the caller writes the new ones.

    Without the parking a row would meet the number that its neighbour is about to give up.
    """
    if wanted:
        ids = [lecture.pk for lecture, _number in wanted]
        highest = max(max(lecture.lecture_number, number) for lecture, number in wanted)
        course_id = wanted[0][0].course_id
        in_use = Lecture.objects.filter(course_id=course_id).order_by("-lecture_number").values_list("lecture_number")
        past_all = max(highest, in_use[0][0])
        Lecture.objects.filter(pk__in=ids).update(lecture_number=F("lecture_number") + past_all)
    for lecture, number in wanted:
        lecture.lecture_number = number
    return [lecture for lecture, _number in wanted]


def _kept(plan: LecturePlan) -> list[Lecture]:
    return [*plan.stays, *(one.existing for one in plan.planned if one.existing)]


def _changed(planned: PlannedLecture, lecture: Lecture) -> Lecture:
    lecture.end_time = planned.end_time
    lecture.instructor = planned.instructor
    lecture.room = planned.room
    return lecture


def _new(planned: PlannedLecture) -> Lecture:
    return Lecture(
        course=planned.course,
        lecture_number=planned.lecture_number,
        day=planned.day,
        start_time=planned.start_time,
        end_time=planned.end_time,
        instructor=planned.instructor,
        room=planned.room,
    )
