"""Numbers that visitors leave: kept once, called, closed, turned into a family."""

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from backoffice.courses.tests.makers import make_course
from backoffice.enrollments.models import EnrollmentRequest, Lead
from backoffice.enrollments.services import (
    Adult,
    NewChild,
    Person,
    Wish,
    close_lead,
    contact_lead,
    convert_lead,
    submit_lead,
)
from backoffice.enrollments.tests.makers import make_lead, make_request
from backoffice.shared.errors import DomainError
from backoffice.shared.models import AuditEntry
from backoffice.users.models import Child, CustomUser, Parent, StudentUser
from backoffice.users.services import deactivate_user
from backoffice.users.tests.makers import make_child, make_parent, make_staff, make_student, make_user, omar

pytestmark = pytest.mark.django_db

NUMBER = "01001234567"
KEPT = "+201001234567"
MONA = Person("منى خالد", "الجندي")
YUSUF = NewChild("يوسف منى", "boy", dt.date(2017, 4, 2))


def leave(name="منى", phone_number=NUMBER, course=None, **said):
    wish = Wish(name=name, phone_number=phone_number, **said)
    return submit_lead(wish, course=course, source="course" if course else "contact", language="ar")


def refusal(call, *args, **kwargs):
    with pytest.raises(DomainError) as refused:
        call(*args, **kwargs)
    return refused.value


# Leaving a number.
@pytest.mark.parametrize("typed", ["01001234567", "+20 100 123 4567", "٠١٠٠١٢٣٤٥٦٧", "‏‪+201001234567‬"])
def test_a_number_is_kept_in_one_form_and_found_in_any(typed):
    lead = leave(phone_number=typed)
    assert Lead.objects.get().phone_number == KEPT
    for looked_for in ("01001234567", "+201001234567", "مني"):
        assert list(Lead.objects.search(looked_for)) == [lead]


def test_who_asks_again_for_the_same_course_is_counted_and_the_last_word_counts():
    course = make_course()
    first = leave(course=course, message="للأربعاء؟", child_age=8)
    again = leave("منى خالد", "+201001234567", course, message="بل للخميس")
    assert again.pk == first.pk
    kept = Lead.objects.get()
    assert (kept.name, kept.message, kept.child_age, kept.times_asked) == ("منى خالد", "بل للخميس", 8, 2)
    assert kept.asked_again_at is not None
    leave("منى", NUMBER, course)
    assert Lead.objects.get().message == "بل للخميس"
    changes = AuditEntry.objects.filter(model="enrollments.lead", action="update").earliest("id").changes
    assert changes["message"] == ["للأربعاء؟", "بل للخميس"]


def test_another_course_or_none_is_another_lead():
    for course in (make_course(), make_course(), None):
        leave(course=course)
        leave(course=course)
    assert sorted(Lead.objects.values_list("times_asked", flat=True)) == [2, 2, 2]


def test_who_asks_again_after_a_call_waits_for_a_call_again():
    lead = make_lead(phone_number=NUMBER)
    contact_lead(lead.pk, by=omar())
    assert leave().pk == lead.pk
    assert Lead.objects.get().status == "new"


@pytest.mark.parametrize("done", ["closed", "converted"])
def test_who_asks_again_when_all_is_done_begins_anew(done):
    lead = make_lead(phone_number=NUMBER)
    if done == "closed":
        close_lead(lead.pk, by=omar(), reason="رقم خطأ")
    else:
        convert_lead(lead.pk, by=omar(), person=MONA, participant=YUSUF)
    assert leave().pk != lead.pk
    assert Lead.objects.count() == 2


@pytest.mark.parametrize(
    ("said", "code", "field"),
    [
        ({"name": ""}, "name_missing", "name"),
        ({"name": "\u202e\u200b \u2066"}, "name_missing", "name"),
        ({"name": "م" * 121}, "name_too_long", "name"),
        ({"phone_number": ""}, "phone_missing", "phone_number"),
        ({"phone_number": "0100"}, "phone_too_short", "phone_number"),
        ({"phone_number": "+201001234567\r\nBcc: x@example.org"}, "phone_invalid", "phone_number"),
        ({"phone_number": "01001234567 / 01001234568"}, "phone_several", "phone_number"),
        ({"message": "س" * 2001}, "message_too_long", "message"),
        ({"child_age": 0}, "age_of_no_child", "child_age"),
        ({"child_age": 19}, "age_of_no_child", "child_age"),
    ],
)
def test_what_cant_be_kept_is_refused_at_its_field(said, code, field):
    error = refusal(leave, **said)
    assert (error.code, error.field) == (code, field)
    assert not Lead.objects.exists()


def test_what_nobody_sees_is_not_kept_and_all_that_people_write_is():
    lead = leave("\u202eمنى\u0000\t خالد\r\nX: y", message="سطر\r\n\r\n\r\n\r\nثانٍ 🌴\u0000\u202e <b>مهم</b>\x07" + " ")
    lead.refresh_from_db()
    assert lead.name == "منى خالد X: y"
    assert lead.message == "سطر\n\nثانٍ 🌴 <b>مهم</b>"
    assert leave(message="🌴" * 2000).message == "🌴" * 2000


# What the database itself holds.
@pytest.mark.parametrize(
    ("rule", "values"),
    [
        ("number_is_e164", {"phone_number": "01001234567"}),
        ("has_a_name", {"name": ""}),
        ("age_of_a_child", {"child_age": 30}),
        ("asked_once_at_least", {"times_asked": 0}),
        ("closed_with_reason", {"status": "closed", "handled_at": timezone.now()}),
        ("handled_has_time", {"status": "contacted"}),
        ("became_one_participant", {"status": "converted", "handled_at": timezone.now()}),
        ("status_is_known", {"status": "lost", "handled_at": timezone.now()}),
    ],
)
def test_the_database_refuses_what_no_lead_can_be(rule, values):
    lead = make_lead()
    with pytest.raises(IntegrityError, match=f"enrollments_lead_{rule}"), transaction.atomic():
        _write(lead, values)


def _write(lead, values):
    """Past the field, which would make an E.164 number of what is written."""
    columns = ", ".join(f"{name} = %s" for name in values)
    key = lead.pk.hex if connection.vendor == "sqlite" else lead.pk
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE enrollments_lead SET {columns} WHERE id = %s", [*values.values(), key])


def test_only_a_converted_lead_has_a_participant_and_only_one():
    child, student = make_child(), make_student()
    for fields in (
        {"child": child},
        {"status": "closed", "close_reason": "س", "handled_at": timezone.now(), "student": student},
        {"status": "converted", "handled_at": timezone.now(), "child": child, "student": student},
        {"request": make_request()},
    ):
        with pytest.raises(IntegrityError, match="became_one_participant"), transaction.atomic():
            Lead.objects.filter(pk=make_lead().pk).update(**fields)


@pytest.mark.parametrize("about", ["a course", "none"])
def test_one_number_has_one_open_lead_for_a_course(about):
    course = make_course() if about == "a course" else None
    make_lead(course, phone_number=NUMBER)
    other = make_lead(course)
    with pytest.raises(IntegrityError), transaction.atomic():
        Lead.objects.filter(pk=other.pk).update(phone_number=KEPT)


# Working it off.
def test_each_call_is_noted_with_who_and_when_and_is_in_the_trail():
    lead, registrar = make_lead(), omar()
    contact_lead(lead.pk, by=registrar, notes="لم ترد")
    contact_lead(lead.pk, by=registrar, notes="ستزورنا الخميس")
    lead.refresh_from_db()
    assert (lead.status, lead.handled_by, lead.notes) == ("contacted", registrar, "لم ترد\nستزورنا الخميس")
    entries = AuditEntry.objects.filter(model="enrollments.lead", action="transition")
    assert [entry.actor for entry in entries] == [registrar, registrar]


def test_it_is_closed_with_a_reason_and_can_be_taken_up_again():
    lead, registrar = make_lead(), omar()
    assert refusal(close_lead, lead.pk, by=registrar, reason=" ").code == "reason_missing"
    close_lead(lead.pk, by=registrar, reason="رقم خطأ")
    assert refusal(close_lead, lead.pk, by=registrar, reason="مرة أخرى").code == "illegal_step"
    assert contact_lead(lead.pk, by=registrar).status == "contacted"
    assert Lead.objects.get().close_reason == ""


def test_a_closed_one_stays_closed_while_the_same_number_waits_anew():
    lead = make_lead(phone_number=NUMBER)
    close_lead(lead.pk, by=omar(), reason="لم ترد")
    leave()
    assert refusal(contact_lead, lead.pk, by=omar()).code == "lead_open_already"
    lead.refresh_from_db()
    assert lead.status == "closed"


def test_those_who_wait_longest_come_first_and_what_is_done_comes_last():
    done = make_lead(created_at=timezone.now() - dt.timedelta(days=9))
    close_lead(done.pk, by=omar(), reason="س")
    late, early = make_lead(), make_lead(created_at=timezone.now() - dt.timedelta(days=2))
    assert list(Lead.objects.oldest_open_first()) == [early, late, done]


# Turning it into a family.
def test_a_new_number_becomes_a_parent_a_child_and_a_request():
    course = make_course()
    lead = make_lead(course, phone_number=NUMBER, message="أيام الخميس")
    registrar = omar()
    lead = convert_lead(lead.pk, by=registrar, person=MONA, participant=YUSUF, course_id=course.pk)
    user = CustomUser.objects.get(phone_number1=KEPT)
    assert (user.first_name, user.last_name, user.has_usable_password()) == ("منى خالد", "الجندي", False)
    assert (lead.status, lead.child.name, lead.child.primary_parent.user) == ("converted", "يوسف منى", user)
    assert (lead.request.course, lead.request.child, lead.request.status) == (course, lead.child, "pending")
    assert (lead.request.notes, lead.request.requested_by) == ("أيام الخميس", registrar)
    assert refusal(convert_lead, lead.pk, by=registrar, person=MONA, participant=YUSUF).code == "illegal_step"
    assert AuditEntry.objects.filter(model="enrollments.lead", action="transition", actor=registrar).exists()


@pytest.mark.parametrize("as_what", ["first number", "second number"])
def test_a_known_number_gets_no_second_account(as_what):
    number = {"phone_number1": KEPT} if as_what == "first number" else {"phone_number2": KEPT}
    parent = make_parent(**number)
    lead = convert_lead(make_lead(phone_number=NUMBER).pk, by=omar(), person=MONA, participant=YUSUF)
    assert lead.child.primary_parent == parent
    assert Parent.objects.count() == 1
    parent.user.refresh_from_db()
    assert parent.user.first_name != "منى خالد"


def test_a_child_that_is_entered_already_is_taken_and_a_strangers_is_refused():
    parent = make_parent(phone_number1=KEPT)
    mine, other, course = make_child(parent), make_child(), make_course()
    lead = make_lead(phone_number=NUMBER)
    assert refusal(convert_lead, lead.pk, by=omar(), person=MONA, participant=other).code == "not_their_child"
    lead = convert_lead(lead.pk, by=omar(), person=MONA, participant=mine, course_id=course.pk)
    assert (lead.child, lead.request.child, Child.objects.count()) == (mine, mine, 2)


def test_an_adult_becomes_a_student_and_a_parent_one_too():
    lead = make_lead(phone_number=NUMBER)
    adult = Adult("female", dt.date(1990, 1, 1))
    assert refusal(convert_lead, lead.pk, by=omar(), person=MONA, participant=Adult()).code == "gender_missing"
    assert not CustomUser.objects.filter(phone_number1=KEPT).exists()
    lead = convert_lead(lead.pk, by=omar(), person=MONA, participant=adult)
    assert lead.student.user.phone_number1 == KEPT
    parent = make_parent(phone_number1="+201001234568")
    lead = make_lead(phone_number="01001234568")
    student = convert_lead(lead.pk, by=omar(), person=MONA, participant=adult).student
    assert (student.user, student.user.gender) == (parent.user, "female")


def test_what_the_account_says_already_stays_as_it_is():
    make_parent(phone_number1=KEPT, gender="male", dob=dt.date(1980, 1, 1))
    adult = Adult("female", dt.date(1990, 1, 1))
    user = convert_lead(make_lead(phone_number=NUMBER).pk, by=omar(), person=MONA, participant=adult).student.user
    user.refresh_from_db()
    assert (user.gender, user.dob) == ("male", dt.date(1980, 1, 1))


def test_a_refused_place_takes_back_the_family_too():
    course = make_course(min_age=12)
    lead = make_lead(course, phone_number=NUMBER)
    child = NewChild("صغير", "boy", timezone.localdate() - dt.timedelta(days=1500))
    error = refusal(convert_lead, lead.pk, by=omar(), person=MONA, participant=child, course_id=course.pk)
    assert error.code == "age_out_of_range"
    assert (Child.objects.count(), StudentUser.objects.count(), EnrollmentRequest.objects.count()) == (0, 0, 0)
    assert not CustomUser.objects.filter(phone_number1=KEPT).exists()
    assert Lead.objects.get().status == "new"


def test_whose_number_cant_be_told_or_is_closed_or_staff_is_refused_in_words():
    lead = make_lead(phone_number=NUMBER)
    pair = [make_user(phone_number2=KEPT) for _n in range(2)]
    assert refusal(convert_lead, lead.pk, by=omar(), person=MONA, participant=YUSUF).code == "number_of_several"
    CustomUser.objects.filter(pk=pair[0].pk).update(phone_number2="")
    deactivate_user(pair[1].pk, by=None)
    assert refusal(convert_lead, lead.pk, by=omar(), person=MONA, participant=YUSUF).code == "account_closed"
    staff = make_staff("Accountants")
    lead = make_lead(phone_number=str(staff.phone_number1))
    assert refusal(convert_lead, lead.pk, by=omar(), person=MONA, participant=YUSUF).code == "staff_account"
