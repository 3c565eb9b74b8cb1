"""A statement that is kept answers as the queryset it was written from."""

import datetime as dt
import uuid

import pytest
from django.db.models import F
from django.utils import timezone

from backoffice.courses.models import Course, CourseSchedule
from backoffice.courses.tests.makers import make_course, make_schedule
from backoffice.enrollments.selectors import with_free_seats
from backoffice.shared import statements
from backoffice.shared.statements import KeptStatement
from backoffice.users.models import Child
from backoffice.users.tests.makers import make_child, make_parent

pytestmark = pytest.mark.django_db


def names(ids, born):
    return Child.objects.filter(pk__in=ids, dob__lte=born).order_by("name").values_list("pk", "name", "dob")


def test_it_gives_the_rows_of_its_queryset_in_its_types():
    children = [make_child() for _ in range(3)]
    today = timezone.localdate()
    ids = [child.pk for child in children[:2]]
    assert KeptStatement(names).rows(ids=ids, born=today) == list(names(ids, today))


def test_other_values_of_the_same_number_use_the_same_sql_and_are_not_mixed_up(django_assert_num_queries):
    written = []
    kept = KeptStatement(lambda **slots: written.append(slots) or names(**slots))
    one, other, third = (make_child() for _ in range(3))
    today = timezone.localdate()
    with django_assert_num_queries(3):
        assert [row[0] for row in kept.rows(ids=[one.pk], born=today)] == [one.pk]
        assert [row[0] for row in kept.rows(ids=[other.pk], born=today)] == [other.pk]
        assert kept.rows(ids=[third.pk], born=dt.date(1990, 1, 1)) == []
    assert len(written) == 1
    assert {row[0] for row in kept.rows(ids=[one.pk, other.pk], born=today)} == {one.pk, other.pk}
    assert len(written) == 2


def test_a_slot_stands_in_a_union_and_beside_a_foreign_key():
    parent = make_parent()
    child = make_child(parent)
    make_child()

    def of_parent(parent_id):
        rows = Child.objects.order_by().values_list("pk", "created_at")
        return rows.filter(primary_parent=parent_id).union(
            rows.filter(further_parent__parent=parent_id).annotate(), all=True
        )

    assert KeptStatement(of_parent).rows(parent_id=parent.pk) == [(child.pk, child.created_at)]
    assert KeptStatement(of_parent).rows(parent_id=uuid.uuid4()) == []


def test_an_expression_keeps_its_type():
    child = make_child()
    kept = KeptStatement(lambda pk: Child.objects.filter(pk=pk).values_list(F("primary_parent__user__is_active")))
    assert kept.rows(pk=child.pk) == [(True,)]


COLUMNS = ("pk", "name", "price", "start_date", "is_active", "free", "season__name", "instructor__image", "created_at")


def all_courses():
    return with_free_seats(Course.objects.active()).order_by("name", "pk").values(*COLUMNS)


def hours_of(ids):
    rows = CourseSchedule.objects.filter(course__pk__in=ids).order_by("weekday", "start_time", "course_id")
    return rows.values_list("course_id", "weekday", "start_time", "room__name")


@pytest.fixture
def courses():
    made = [make_course() for _ in range(7)]
    for course in made:
        make_schedule(course)
    return made


def test_pages_and_the_count_are_those_of_the_queryset(courses):
    kept = KeptStatement(all_courses).of()
    assert kept.count() == 7
    for page in (slice(0, 3), slice(3, 6), slice(6, 9), slice(20, 40), slice(0, 3)):
        assert kept[page] == list(all_courses()[page])


def test_pages_and_the_count_are_for_the_values_they_are_asked_with(courses):
    kept = KeptStatement(hours_of)
    for some in (courses[:3], courses[3:6], courses, courses[:1], []):
        ids = [course.pk for course in some]
        assert kept.rows(ids=ids) == list(hours_of(ids))
        assert kept.of(ids=ids).count() == len(ids)
        assert [row["course_id"] for row in kept.of(ids=ids)[slice(0, 2)]] == [row[0] for row in hours_of(ids)[:2]]


def test_an_empty_list_asks_nothing(courses, django_assert_num_queries):
    kept = KeptStatement(hours_of)
    with django_assert_num_queries(0):
        assert (kept.rows(ids=[]), kept.of(ids=[]).count(), kept.of(ids=[])[slice(0, 9)]) == ([], 0, [])


def test_a_key_that_stands_twice_or_isnt_there(courses):
    key = courses[0].pk
    assert len(KeptStatement(hours_of).rows(ids=[key, uuid.uuid4(), key])) == 1


def test_what_was_kept_sees_what_came_later(courses):
    kept = KeptStatement(all_courses).of()
    before = kept[slice(0, 20)]
    make_course()
    assert (len(before), len(kept[slice(0, 20)]), kept.count()) == (7, 8, 8)


def test_one_query_each_time_and_one_text_for_every_page(courses, django_assert_num_queries):
    written = []
    kept = KeptStatement(lambda: written.append(1) or all_courses()).of()
    kept.count()
    with django_assert_num_queries(4):
        for page in (slice(0, 3), slice(3, 6)):
            kept[page], kept.count()
    assert len(written) == 2


def test_no_more_are_kept_than_so_many(courses, monkeypatch):
    monkeypatch.setattr(statements, "MOST_KEPT", 2)
    kept = KeptStatement(hours_of)
    for number in range(1, 6):
        ids = [course.pk for course in courses[:number]]
        assert kept.rows(ids=ids) == list(hours_of(ids))
    assert len(kept._kept) == 2
