"""A kept query gives what the queryset gives, for other keys and pages too, and is put together once."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backoffice.courses.models import Course, CourseSchedule
from backoffice.courses.tests.makers import make_course, make_schedule
from backoffice.enrollments.selectors import with_free_seats
from backoffice.shared import kept_sql
from backoffice.shared.kept_sql import KeptQuery

pytestmark = pytest.mark.django_db

COLUMNS = ("pk", "name", "price", "start_date", "is_active", "free", "season__name", "instructor__image", "created_at")


def all_courses(_keys=()):
    return with_free_seats(Course.objects.active()).order_by("name", "pk").values(*COLUMNS)


def hours_of(courses):
    rows = CourseSchedule.objects.filter(course_id__in=courses).order_by("weekday", "start_time")
    return rows.values_list("course_id", "weekday", "start_time", "room__name")


@pytest.fixture
def courses():
    made = [make_course() for _ in range(7)]
    for course in made:
        make_schedule(course)
    return made


def test_the_same_rows_as_the_queryset(courses):
    kept = KeptQuery(all_courses).of()
    assert kept.count() == 7
    for page in (slice(0, 3), slice(3, 6), slice(6, 9), slice(20, 40), slice(0, 3)):
        assert kept[page] == list(all_courses()[page])


def test_the_same_rows_for_any_keys(courses):
    kept = KeptQuery(hours_of)
    for some in (courses[:3], courses[3:6], courses, courses[:1], []):
        keys = [course.pk for course in some]
        assert kept.of(*keys).rows() == list(hours_of(keys))
        assert kept.of(*keys).count() == len(keys)


def test_a_key_that_stands_twice_or_isnt_there(courses):
    key = courses[0].pk
    assert len(KeptQuery(hours_of).of(key, uuid.uuid4(), key).rows()) == 1


def test_what_was_kept_sees_what_came_later(courses):
    kept = KeptQuery(all_courses).of()
    before = kept[slice(0, 20)]
    make_course()
    assert (len(before), len(kept[slice(0, 20)]), kept.count()) == (7, 8, 8)


def test_it_is_put_together_once_for_each_page_and_number_of_keys(courses, monkeypatch):
    made = []

    def make(keys):
        made.append(len(keys))
        return hours_of(keys)

    kept = KeptQuery(make)
    for some in (courses[:3], courses[3:6], courses[:2], courses[4:6]):
        kept.of(*(course.pk for course in some)).rows()
    assert made == [3, 2]


def test_one_query_each_time(courses):
    kept = KeptQuery(all_courses).of()
    kept[slice(0, 3)], kept.count()
    with CaptureQueriesContext(connection) as asked:
        kept[slice(0, 3)]
        kept.count()
    assert len(asked) == 2


def test_no_more_are_kept_than_so_many(courses, monkeypatch):
    monkeypatch.setattr(kept_sql, "MOST_KEPT", 2)
    query = KeptQuery(all_courses)
    for first in range(5):
        assert query.of()[slice(first, first + 1)] == list(all_courses()[first : first + 1])
    assert len(query._kept) == 2
