"""The trail says who did what, and nobody bends it."""

import datetime as dt

import pytest
from django.db import DatabaseError, transaction
from django.utils import translation

from backoffice.shared import audit
from backoffice.shared.history import readable
from backoffice.shared.models import AuditEntry
from backoffice.users.models import Child
from backoffice.users.tests.makers import huda, make_child, make_parent, make_user

pytestmark = pytest.mark.django_db


def entries_of(instance):
    return AuditEntry.objects.filter(model=instance._meta.label_lower, object_id=str(instance.pk))


def test_a_change_is_written_with_old_and_new_values_and_who():
    user, by = make_user(first_name="أحمد"), huda()
    before = audit.snapshot(user)
    user.first_name = "محمود"
    assert audit.record_changed(user, before, by=by, reason="خطأ إملائي")
    entry = entries_of(user).get()
    assert entry.changes == {"first_name": ["أحمد", "محمود"]}
    assert (entry.actor, entry.reason, entry.action) == (by, "خطأ إملائي", "update")


def test_nothing_is_written_when_nothing_changed():
    user = make_user()
    assert not audit.record_changed(user, audit.snapshot(user), by=None)
    assert not entries_of(user).exists()


def test_a_password_is_never_in_the_trail():
    user = make_user(password="first-secret-2026")
    before = audit.snapshot(user)
    user.set_password("second-secret-2026")
    audit.record_created(user, by=None)
    audit.record_changed(user, before, by=None)
    text = str(list(entries_of(user).values()))
    assert user.password not in text
    assert before["password"] not in text
    assert "•••" in text


def test_the_door_is_written_beside_the_change():
    user = make_user()
    with audit.by_way_of(audit.Source.ADMIN):
        audit.record_created(user, by=None)
    audit.record_deleted(user, by=None)
    assert list(entries_of(user).order_by("id").values_list("source", flat=True)) == ["admin", "command"]


@pytest.mark.parametrize(
    "bend", [lambda rows: rows.update(actor_name="nobody"), lambda rows: rows.delete()], ids=["update", "delete"]
)
def test_the_database_refuses_to_bend_the_trail(bend):
    audit.record_created(make_user(), by=None)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        bend(AuditEntry.objects.all())
    assert AuditEntry.objects.exclude(actor_name="").count() == 0
    assert AuditEntry.objects.count() == 1


def test_an_entry_outlives_the_account_that_wrote_it():
    by, user = make_user(first_name="سعاد", last_name=""), make_user()
    audit.record_created(user, by=by)
    by.delete()
    assert entries_of(user).get().actor_name == "سعاد"


def readable_of(instance):
    return [change for row in readable(entries_of(instance)) for change in row.changes]


def test_changes_read_in_the_readers_words():
    user = make_user(gender="male", dob=dt.date(2000, 1, 31), is_verified=False)
    before = audit.snapshot(user)
    user.gender, user.dob, user.is_verified = "female", dt.date(2001, 12, 1), True
    audit.record_changed(user, before, by=None)
    with translation.override("ar"):
        words = {(change.label, change.old, change.new) for change in readable_of(user)}
    assert words == {
        ("النوع", "ذكر", "أنثى"),
        ("تاريخ الميلاد", "31/01/2000", "01/12/2001"),
        ("الرقم موثَّق", "لا", "نعم"),
    }


def test_a_person_or_a_row_is_named_and_asked_for_once(django_assert_max_num_queries):
    children = [make_child(make_parent(first_name="منى", last_name="الجندي")) for _one in range(5)]
    for child in children:
        audit.record_created(child, by=None)
    with django_assert_max_num_queries(2):
        rows = readable(AuditEntry.objects.filter(model="users.child"))
    label = str(Child._meta.get_field("primary_parent").verbose_name)
    parents = [change.new for row in rows for change in row.changes if change.label == label]
    assert parents == ["منى الجندي"] * 5


def test_the_trail_of_a_model_that_went_can_still_be_read():
    entry = AuditEntry(model="users.gone", object_id="1", changes={"colour": [None, "green"]}, action="create")
    assert [(change.label, change.new) for change in readable([entry])[0].changes] == [("colour", "green")]
