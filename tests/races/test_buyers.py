"""Two hundred buyers for twenty seats, over every way in at the same moment."""

import random

import pytest
from django.db import IntegrityError

from backoffice.courses.models import Course
from backoffice.courses.querysets import CourseQuerySet
from backoffice.courses.tests.makers import make_course
from backoffice.enrollments.models import Enrollment, EnrollmentRequest
from backoffice.enrollments.services import (
    accept_many,
    accept_request,
    drop_enrollment,
    enrol_directly,
    reactivate_enrollment,
    transfer_enrollment,
)
from backoffice.enrollments.tests.makers import make_enrollment, make_request
from backoffice.payments.imports.children_list import COLUMNS
from backoffice.payments.ledger import check_ledger
from backoffice.shared.imports import batches
from backoffice.shared.tests.import_makers import hand_in, import_now, make_sheet
from backoffice.users.tests.makers import make_child, manager
from tests.races.harness import Meeting, at_once, take_lock_out

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
SEATS, THREADS = 20, 16


def faults():
    return sorted({difference.code for difference in check_ledger()})


# Ways in: each gives calls, and is told how many buyers come this way.
def accepted(course, count):
    """Requests of the apps that the office accepts."""
    requests = [make_request(course) for _ in range(count)]
    return [lambda one=one: accept_request(one.pk, by=None) for one in requests]


def added(course, count):
    """The office's button: asked for and accepted in one go."""
    boss, children = manager(), [make_child() for _ in range(count)]
    return [lambda child=child: enrol_directly(course_id=course.pk, child=child, by=boss) for child in children]


def returned(course, count):
    """Those who left and come back."""
    left = [make_enrollment(course) for _ in range(count)]
    for one in left:
        drop_enrollment(one.pk, by=None, reason="سفر")
    return [lambda one=one: reactivate_enrollment(one.pk, by=None, reason="عاد") for one in left]


def transferred(course, count):
    """Those who come from another course."""
    other = make_course(capacity=count)
    places = [make_enrollment(other) for _ in range(count)]
    return [lambda one=one: transfer_enrollment(one.pk, course_id=course.pk, by=None, reason="نقل") for one in places]


def in_bulk(course, count):
    """Ten requests chosen in the list."""
    requests = [make_request(course).pk for _ in range(count)]
    return [lambda ten=requests[i : i + 10]: accept_many(ten, by=None) for i in range(0, count, 10)]


def imported(course, count):
    """A list that is imported and accepted."""
    lines = [
        {"parent": "منى", "phone": f"0109{line:07d}", "child": "يوسف", "gender": "ولد", "course": course.name}
        for line in range(count)
    ]
    rows = [[line.get(key, "") for key in COLUMNS] for line in lines]
    batch = hand_in(make_sheet([names[0] for names in COLUMNS.values()], rows), "children")

    def take_in():
        import_now(batch)
        assert batches.ImportBatch.objects.get(pk=batch.pk).new == count
        requests = EnrollmentRequest.objects.filter(import_batch=batch)
        return accept_many(requests.values_list("pk", flat=True), by=None)

    return [take_in]


# Whoever left had a seat once: before the others, and not more than there are.
WAYS = {returned: 20, transferred: 30, accepted: 50, added: 40, in_bulk: 30, imported: 30}


def buyers(course):
    """All of them, in a random order that is the same in each run."""
    calls = [call for way, count in WAYS.items() for call in way(course, count)]
    random.Random(200).shuffle(calls)
    return calls


def holders(course):
    return Enrollment.objects.of_course(course).holding_seat()


def test_two_hundred_buyers_of_twenty_seats_over_every_way_in_get_twenty():
    course = make_course(name="نور البيان", capacity=SEATS)
    outcome = at_once(buyers(course), threads=THREADS)
    assert outcome.failed == []
    assert set(outcome.refused) <= {"course_full", "illegal_step"}
    assert (holders(course).count(), Course.objects.get(pk=course.pk).enrolled_count) == (SEATS, SEATS)
    assert faults() == []


def test_freed_seats_go_to_who_waited_whatever_two_hundred_others_press():
    course = make_course(name="نور البيان", capacity=SEATS)
    calls = buyers(course)
    leaving = [make_enrollment(course) for _ in range(SEATS)]
    waiting = [make_request(course).pk for _ in range(SEATS)]
    calls += [lambda one=one: drop_enrollment(one.pk, by=None, reason="سفر") for one in leaving]
    random.Random(20).shuffle(calls)
    outcome = at_once(calls, threads=THREADS)
    assert outcome.failed == []
    assert holders(course).count() == 0
    assert set(EnrollmentRequest.objects.called().values_list("pk", flat=True)) == set(waiting)
    # The seats are kept for those who waited: now everybody presses again, they among them.
    everyone = list(EnrollmentRequest.objects.filter(course=course).open().values_list("pk", flat=True))
    random.Random(2).shuffle(everyone)
    outcome = at_once([lambda one=one: accept_request(one, by=None) for one in everyone], threads=THREADS)
    assert outcome.failed == []
    assert set(holders(course).values_list("request_id", flat=True)) == set(waiting)
    assert faults() == []


def test_without_the_courses_lock_the_last_seats_are_sold_to_too_many(monkeypatch):
    course = make_course(name="نور البيان", capacity=SEATS)
    calls = buyers(course)
    take_lock_out(monkeypatch, CourseQuerySet, Meeting(THREADS).wait)
    outcome = at_once(calls, threads=THREADS)
    # Past the check came more than there are seats; the database's own rule stopped them, as an error on the screen.
    assert any(isinstance(error, IntegrityError) for error in outcome.failed)
