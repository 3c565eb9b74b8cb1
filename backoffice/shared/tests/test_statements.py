"""A statement that is kept answers as the queryset it was written from."""

import datetime as dt
import uuid

import pytest
from django.db.models import F
from django.utils import timezone

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
