"""Accounts: what is kept of what was typed, what is refused, and what is in the trail."""

import datetime as dt

import pytest

from backoffice.shared.errors import DomainError
from backoffice.shared.models import AuditEntry
from backoffice.users import services
from backoffice.users.models import CustomUser, Instructor, Parent, StudentUser
from backoffice.users.tests.makers import make_instructor, make_parent, make_student, make_user, manager, omar

pytestmark = pytest.mark.django_db

MONA = {"phone_number1": "٠١٠٠ ١٢٣ ٤٥٦٧", "first_name": " منى  سعيد ", "last_name": "علي حسن"}
NID = {"identity_type": "nid", "identity_number": "29005018800026"}


def refusal(call, *args, **kwargs):
    with pytest.raises(DomainError) as caught:
        call(*args, **kwargs)
    return caught.value.code, caught.value.field


def test_a_parent_is_an_account_without_a_password_and_a_profile():
    by = omar()
    parent = services.create_parent(**MONA, by=by)
    user = parent.user
    assert (str(user.phone_number1), user.first_name, user.role) == ("+201001234567", "منى سعيد", "parent")
    assert not user.has_usable_password()
    assert not user.is_staff
    assert not user.is_verified
    entries = AuditEntry.objects.filter(actor_id=by.pk)
    assert {entry.model for entry in entries} == {"users.customuser", "users.parent"}


@pytest.mark.parametrize(("gender", "letter"), [("female", "F"), ("male", "M")])
def test_a_student_has_a_code_of_their_gender(gender, letter):
    student = services.create_student(**MONA, gender=gender, by=None)
    assert student.unique_code[0] == letter
    assert student.user.role == "student"


def test_a_student_without_a_gender_is_refused_and_leaves_no_account():
    assert refusal(services.create_student, **MONA, by=None) == ("gender_missing", "gender")
    assert not CustomUser.objects.exists()


def test_codes_of_children_and_students_never_meet():
    parent = make_parent()
    codes = [
        services.create_student(**{**MONA, "phone_number1": f"0100000000{n}"}, gender="male", by=None).unique_code
        for n in range(3)
    ] + [
        services.create_child(primary_parent=parent, name=f"طفل {n}", gender="boy", dob=None, by=None).unique_code
        for n in range(3)
    ]
    assert len(set(codes)) == 6


def test_an_instructor_and_a_supervisor_have_their_roles():
    kept = services.create_instructor(**MONA, bio="معلم", monthly_salary="5000", by=None)
    assert (kept.user.role, kept.type) == ("instructor", "normal")
    other = services.create_instructor(**{**MONA, "phone_number1": "01001234568"}, type="supervisor", by=None)
    assert other.user.role == "supervisor"


def test_empty_numbers_at_the_devices_are_nobodys():
    for n in range(2):
        names = {**MONA, "phone_number1": f"0100123456{n}"}
        instructor = services.create_instructor(**names, fingerprint_id="", rfid_uid=" ", by=None)
        assert (instructor.fingerprint_id, instructor.rfid_uid) == (None, None)


@pytest.mark.parametrize("role", ["parent", "student", "instructor", "supervisor", "admin"])
def test_a_person_is_made_with_the_profile_of_the_role(role):
    user = services.create_person(**MONA, role=role, gender="female", by=None)
    assert user.role == role
    assert Parent.objects.filter(user=user).exists() == (role == "parent")
    assert StudentUser.objects.filter(user=user).exists() == (role == "student")
    assert Instructor.objects.filter(user=user).exists() == (role in ("instructor", "supervisor"))


def test_a_taken_number_is_refused_in_any_spelling():
    services.create_parent(**MONA, by=None)
    again = {**MONA, "phone_number1": "+20 100 1234567"}
    assert refusal(services.create_parent, **again, by=None) == ("number_taken", "phone_number1")


@pytest.mark.parametrize(
    ("details", "expected"),
    [
        ({"phone_number1": "123"}, ("phone_too_short", "phone_number1")),
        ({"phone_number2": "01001234567"}, ("second_number_same", "phone_number2")),
        ({"dob": dt.date(2990, 1, 1)}, ("birthday_in_future", "dob")),
        ({"dob": dt.date(1800, 1, 1)}, ("birthday_too_early", "dob")),
        (NID | {"identity_number": "29013010100026"}, ("nid_birth_date", "identity_number")),
        (NID | {"dob": dt.date(1990, 5, 2)}, ("nid_other_birthday", "dob")),
        (NID | {"gender": "male"}, ("nid_other_gender", "gender")),
        ({"identity_type": "passport"}, ("document_missing", "identity_number")),
        ({"identity_number": "A1"}, ("document_kind_missing", "identity_type")),
        ({"first_name": ""}, ("invalid", "first_name")),
        ({"gender": "boy"}, ("invalid", "gender")),
        ({"email": "no"}, ("invalid", "email")),
    ],
)
def test_what_cant_be_is_refused_at_its_field(details, expected):
    assert refusal(services.create_parent, **{**MONA, **details}, by=None) == expected
    assert not CustomUser.objects.exists()


def test_a_national_id_fills_what_is_empty():
    parent = services.create_parent(**MONA, identity_type="nid", identity_number="٢٩٠٠٥٠١٨٨٠٠٠٢٦", by=None)
    assert parent.user.identity_number == "29005018800026"
    assert (parent.user.dob, parent.user.gender) == (dt.date(1990, 5, 1), "female")


def test_one_document_belongs_to_one_account():
    document = {"identity_type": "passport", "identity_number": "A 123"}
    services.create_parent(**MONA, **document, by=None)
    other = {**MONA, "phone_number1": "01001234568"}
    assert refusal(services.create_parent, **other, **document, by=None) == ("document_taken", "identity_number")


def test_two_who_enter_the_same_number_at_once_get_a_refusal_not_an_error(monkeypatch):
    services.create_parent(**MONA, by=None)
    monkeypatch.setattr("backoffice.users.services.writing.check", lambda instance, but=(): None)
    assert refusal(services.create_parent, **MONA, by=None) == ("taken_meanwhile", None)
    assert Parent.objects.count() == 1


def test_a_change_is_kept_with_its_old_value():
    parent = make_parent(address="قديم")
    by = omar()
    services.update_parent(parent.pk, by=by, address="جديد")
    entry = AuditEntry.objects.get(object_id=str(parent.pk), action="update")
    assert entry.changes == {"address": ["قديم", "جديد"]}
    assert entry.actor_id == by.pk


def test_saving_what_is_there_already_writes_nothing():
    parent = make_parent()
    services.update_parent(parent.pk, by=None, first_name=parent.user.first_name)
    assert not AuditEntry.objects.exists()


def test_a_changed_number_is_unverified_and_its_code_is_dead():
    parent = make_parent(is_verified=True)
    services.make_claim_code(parent.pk, by=None)
    user = services.update_account(parent.pk, by=None, phone_number1="01001234567")
    assert not user.is_verified
    assert not hasattr(CustomUser.objects.get(pk=user.pk), "claim_code")


def test_a_detail_that_isnt_one_is_a_mistake_of_ours():
    user = make_user()
    for name in ("is_staff", "is_superuser", "password", "groups", "nonsense"):
        with pytest.raises(TypeError):
            services.update_account(user.pk, by=None, **{name: True})


def test_the_registrar_doesnt_write_salaries():
    instructor = make_instructor()
    assert refusal(services.update_instructor, instructor.pk, by=omar(), monthly_salary="9") == (
        "salary_not_yours",
        "monthly_salary",
    )
    assert services.update_instructor(instructor.pk, by=manager(), monthly_salary="9").monthly_salary == 9


def test_somebody_with_an_account_becomes_a_parent_and_a_student_once():
    user = make_instructor(gender="male").user
    by = omar()
    assert services.add_parent_profile(user.pk, by=by) == services.add_parent_profile(user.pk, by=by)
    assert (
        services.add_student_profile(user.pk, by=by).unique_code
        == services.add_student_profile(user.pk, by=by).unique_code
    )
    assert AuditEntry.objects.filter(action="create").count() == 2


def test_a_student_keeps_the_code_whatever_changes():
    student = make_student(gender="female")
    code = student.unique_code
    services.update_student(student.pk, by=None, gender="male")
    student.refresh_from_db()
    assert student.unique_code == code
