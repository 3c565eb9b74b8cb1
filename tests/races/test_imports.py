"""A list that is imported twice at once comes in once; the import's own lock sees to it."""

import pytest
from django.db.models import QuerySet

from backoffice.courses.tests.makers import make_course
from backoffice.enrollments.models import EnrollmentRequest
from backoffice.payments.imports import check
from backoffice.payments.imports.children_list import COLUMNS
from backoffice.shared.imports import batches, engine
from backoffice.shared.tests.import_makers import counts, hand_in, make_sheet
from backoffice.users.models import Child, CustomUser
from backoffice.users.services import create_parent
from backoffice.users.tests.makers import make_parent
from tests.races.harness import Meeting, at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
HEADERS = [names[0] for names in COLUMNS.values()]


def children(course, *names, dob=""):
    rows = []
    for name in names:
        cells = {
            "parent": "منى أحمد",
            "phone": "01001234567",
            "child": name,
            "dob": dob,
            "gender": "ولد",
            "course": course,
        }
        rows.append([cells.get(key, "") for key in COLUMNS])
    return make_sheet(HEADERS, rows)


def confirmed(sheet):
    batch = hand_in(sheet, "children")
    return batches.confirm(batch.pk, by=None)


def two_lists_of_one_child():
    """Two lists with the same child of a known family, for two courses; nothing but the child's name says it is one."""
    for name in ("نور البيان", "تحفيظ جزء عم"):
        make_course(name=name)
    make_parent(phone_number1="+201001234567", first_name="منى", last_name="أحمد")
    lists = [confirmed(children(course, "يوسف")) for course in ("نور البيان", "تحفيظ جزء عم")]
    return [lambda batch=batch: batches.import_batch(batch.pk) for batch in lists]


def test_two_lists_with_the_same_child_make_one_child(monkeypatch):
    calls = two_lists_of_one_child()
    monkeypatch.setattr(check, "load", Meeting(2).after(check.load))
    outcome = at_once(calls)
    assert outcome.failed == []
    assert {batch.status for batch in outcome.done} == {"committed"}
    assert (Child.objects.count(), EnrollmentRequest.objects.count()) == (1, 2)


def test_without_the_imports_lock_the_child_is_made_twice(monkeypatch):
    calls = two_lists_of_one_child()
    monkeypatch.setattr(engine, "hold_kind", lambda kind: None)
    monkeypatch.setattr(check, "load", Meeting(2).after(check.load))
    at_once(calls)
    assert Child.objects.count() == 2


def test_the_same_list_in_two_tabs_comes_in_once():
    make_course(name="نور البيان")
    names = [f"طفل {number}" for number in range(50)]
    lists = [confirmed(children("نور البيان", *names)) for _ in range(3)]
    outcome = at_once([lambda batch=batch: batches.import_batch(batch.pk) for batch in lists])
    assert outcome.failed == []
    assert sorted(counts(batch) for batch in outcome.done) == [(0, 0, 50, 0), (0, 0, 50, 0), (50, 0, 0, 0)]
    assert (CustomUser.objects.count(), Child.objects.count(), EnrollmentRequest.objects.count()) == (1, 50, 50)


def test_one_confirmed_list_that_two_workers_were_given_is_counted_once():
    make_course(name="نور البيان")
    batch = confirmed(children("نور البيان", *(f"طفل {number}" for number in range(50))))
    outcome = at_once([lambda: batches.import_batch(batch.pk)] * 2)
    assert outcome.failed == []
    batch.refresh_from_db()
    assert (batch.status, counts(batch)) == ("committed", (50, 0, 0, 0))
    assert Child.objects.count() == 50


def test_one_preview_confirmed_in_two_tabs_is_begun_once():
    make_course(name="نور البيان")
    batch = hand_in(children("نور البيان", "يوسف"), "children")
    outcome = at_once([lambda: batches.confirm(batch.pk, by=None)] * 4)
    assert (len(outcome.done), outcome.refused, outcome.failed) == (1, ["being_imported"] * 3, [])


def test_without_the_batchs_lock_one_preview_is_begun_twice(monkeypatch):
    make_course(name="نور البيان")
    batch = hand_in(children("نور البيان", "يوسف"), "children")
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **_how: rows)
    monkeypatch.setattr(batches, "advance", Meeting(2).after(batches.advance))
    assert len(at_once([lambda: batches.confirm(batch.pk, by=None)] * 2).done) == 2


def test_a_parent_who_registers_while_the_list_comes_in_is_the_lists_parent(monkeypatch):
    make_course(name="نور البيان")
    batch = confirmed(children("نور البيان", "يوسف"))
    meeting = Meeting(2)
    monkeypatch.setattr(check, "load", meeting.after(check.load))

    def register():
        create_parent(phone_number1="01001234567", first_name="منى", last_name="أحمد", by=None)
        meeting.wait()

    outcome = at_once([lambda: batches.import_batch(batch.pk), register])
    assert outcome.failed == []
    user = CustomUser.objects.get()
    assert Child.objects.get().primary_parent.user == user
