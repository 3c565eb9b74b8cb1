"""Two people at once, on PostgreSQL with real threads; the twin without the lock shows what the lock is for."""

import contextlib
import threading

import pytest
from django.db import IntegrityError, connection

from backoffice.courses.models import Course, Lecture
from backoffice.courses.querysets import CourseQuerySet
from backoffice.courses.services import cancel_lecture, rebuild_lectures, schedule
from backoffice.courses.tests.makers import make_room, make_schedule
from backoffice.courses.tests.makers_of_plans import MONDAY, SUNDAY, lines, make_planned_course, nth
from backoffice.shared.errors import DomainError

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("clock")]


def at_once(*calls):
    """Run the calls in a thread each; what each returned or raised, in order."""
    outcomes = [None] * len(calls)

    def run(index, call):
        try:
            outcomes[index] = call()
        except Exception as error:
            outcomes[index] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return outcomes


@pytest.fixture
def both_have_looked(monkeypatch):
    """Nobody writes before the other has planned too, or a second has passed because the other has to wait."""
    barrier, plan = threading.Barrier(2), schedule.plan_lectures

    def plan_and_wait(*args, **kwargs):
        made = plan(*args, **kwargs)
        with contextlib.suppress(threading.BrokenBarrierError):
            barrier.wait(1)
        return made

    monkeypatch.setattr(schedule, "plan_lectures", plan_and_wait)


@pytest.fixture
def no_lock(monkeypatch):
    """The twin: a course is read and not held."""
    monkeypatch.setattr(CourseQuerySet, "lock", lambda self, course_id: Course.objects.get(pk=course_id))


def rebuild(course):
    return lambda: rebuild_lectures(course.pk, by=None)


@pytest.mark.usefixtures("both_have_looked")
def test_two_rebuilds_of_one_course_at_once_make_each_lecture_once():
    course = make_planned_course(SUNDAY, MONDAY)
    outcomes = at_once(rebuild(course), rebuild(course))
    assert not [one for one in outcomes if isinstance(one, Exception)]
    assert [line.split()[0] for line in lines(course)] == [str(number) for number in range(1, 9)]


@pytest.mark.usefixtures("both_have_looked", "no_lock")
def test_without_the_courses_lock_one_of_two_rebuilds_fails():
    course = make_planned_course(SUNDAY, MONDAY)
    outcomes = at_once(rebuild(course), rebuild(course))
    assert [type(one) for one in outcomes if isinstance(one, Exception)] == [IntegrityError]


@pytest.mark.usefixtures("both_have_looked")
def test_of_two_courses_that_take_one_room_at_once_one_is_refused():
    room = make_room()
    courses = [make_planned_course(SUNDAY, room=room), make_planned_course(SUNDAY, room=room)]
    outcomes = at_once(*map(rebuild, courses))
    (refused,) = [one for one in outcomes if isinstance(one, Exception)]
    assert isinstance(refused, DomainError)
    assert refused.code == "lecture_clash"
    assert sorted(len(lines(course)) for course in courses) == [0, 4]


def test_a_rebuild_and_a_cancellation_at_once_leave_the_lecture_cancelled_once():
    course = make_planned_course(SUNDAY)
    rebuild_lectures(course.pk, by=None)
    make_schedule(course, weekday=MONDAY)
    second = nth(course, 2)
    outcomes = at_once(rebuild(course), lambda: cancel_lecture(second.pk, by=None, reason="مرض"))
    assert not [one for one in outcomes if isinstance(one, Exception)]
    assert Lecture.objects.get(status="cancelled").day == second.day
    assert [line.split()[0] for line in lines(course)] == [str(number) for number in range(1, 9)]
