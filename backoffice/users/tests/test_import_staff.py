"""The staff form becomes accounts of instructors and supervisors."""

import datetime as dt
from decimal import Decimal

import pytest

from backoffice.shared.models import AuditEntry
from backoffice.shared.tests.import_makers import (
    DATA,
    changes,
    counts,
    faults,
    hand_in,
    import_now,
    make_sheet,
    warnings,
)
from backoffice.users.imports.staff_form import COLUMNS
from backoffice.users.models import CustomUser, Instructor, Parent
from backoffice.users.tests.makers import make_parent, make_user, manager

pytestmark = pytest.mark.django_db
HEADERS = [names[0] for names in COLUMNS.values()]
SAMI = {
    "first": "سامي",
    "second": "علي",
    "third": "حسن",
    "fourth": "بدوي",
    "phone1": "01012345678",
    "role": "معلم",
    "salary": "٨٠٠٠",
    "identity_type": "بطاقة هوية وطنية",
    "identity_number": "28007211900959",
    "dob": "21/7/1980",
    "gender": "ذكر",
    "address": "فايد",
    "city": "الإسماعيلية",
    "email": "Sami@example.org",
}


def form(*people, headers=HEADERS):
    return make_sheet(headers, [[person.get(key, "") for key in COLUMNS] for person in people])


def read(*people):
    return hand_in(form(*people), "staff")


def imported(*people):
    return import_now(read(*people))


def one_fault(person):
    batch = read(person)
    ((line, heading, sentence),) = faults(batch)
    assert (line, counts(batch)) == (2, (0, 0, 0, 1))
    return heading, sentence


def test_the_centres_form_comes_in_with_its_faults_named():
    with (DATA / "staff_form.xlsx").open("rb") as stream:
        batch = hand_in(stream, "staff")
    assert counts(batch) == (24, 0, 1, 4)
    assert [(line, heading) for line, heading, _ in faults(batch)] == [
        (27, "رقم الهاتف الأساسي (رقم 1)"),
        (28, "رقم الهوية / الوثيقة"),
        (29, "الدور في الأكاديمية"),
        (30, "الاسم الأول"),
    ]
    assert CustomUser.objects.count() == 0, "a preview writes nothing"
    assert counts(import_now(batch)) == (24, 0, 1, 4)
    assert Instructor.objects.count() == 24
    assert Instructor.objects.filter(type="supervisor").count() == 6


def test_the_same_form_again_changes_nothing():
    for expected in ((24, 0, 1, 4), (0, 0, 25, 4)):
        with (DATA / "staff_form.xlsx").open("rb") as stream:
            assert counts(import_now(hand_in(stream, "staff"))) == expected
    before = AuditEntry.objects.exclude(model="shared.importbatch").count()
    with (DATA / "staff_form.xlsx").open("rb") as stream:
        import_now(hand_in(stream, "staff"))
    assert AuditEntry.objects.exclude(model="shared.importbatch").count() == before


def test_a_line_becomes_an_account_nobody_can_sign_in_to_yet():
    imported(SAMI)
    user = CustomUser.objects.get(phone_number1="+201012345678")
    assert (user.first_name, user.last_name) == ("سامي علي", "حسن بدوي")
    assert (user.email, user.dob, user.gender) == ("sami@example.org", dt.date(1980, 7, 21), "male")
    assert (user.identity_type, user.identity_number) == ("nid", "28007211900959")
    assert user.address == "فايد، الإسماعيلية"
    assert not user.has_usable_password()
    assert not user.is_staff
    assert (user.role, user.instructor.type, user.instructor.monthly_salary) == ("instructor", "normal", Decimal(8000))
    assert CustomUser.objects.search("ساميعلي سامي").count() == 0
    assert CustomUser.objects.search("سامي بدوى").get() == user


def test_a_city_that_stands_in_the_address_is_not_repeated():
    imported(SAMI | {"address": "الاسماعيلية - حي السلام"})
    assert CustomUser.objects.get().address == "الاسماعيلية - حي السلام"


def test_only_names_number_and_role_are_needed():
    keys = ("first", "second", "phone1", "role")
    sheet = make_sheet([COLUMNS[key][0] for key in keys], [[SAMI[key] for key in keys]])
    assert counts(import_now(hand_in(sheet, "staff"))) == (1, 0, 0, 0)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("first", ""),
        ("first", '=HYPERLINK("http://x")'),
        ("second", "12"),
        ("phone1", "0123"),
        ("phone1", ""),
        ("phone2", "لا يوجد"),
        ("email", "sami@"),
        ("dob", "31/2/1980"),
        ("dob", "1/1/2099"),
        ("gender", "غير ذلك"),
        ("identity_type", "رخصة"),
        ("identity_number", "30613991900011"),
        ("identity_number", "123"),
        ("role", "طباخ"),
        ("role", ""),
        ("salary", "-5"),
        ("salary", "كثير"),
        ("salary", "999999999"),
        ("first", "أ" * 81),
    ],
)
def test_a_cell_that_cant_be_read_is_named_with_its_column(key, value):
    heading, sentence = one_fault(SAMI | {key: value})
    assert heading == COLUMNS[key][0]
    assert sentence


def test_differing_cells_change_a_known_person_and_empty_ones_nothing():
    imported(SAMI)
    batch = read(SAMI | {"salary": "9000", "address": "القنطرة", "email": "", "phone2": "01112345678"})
    assert counts(batch) == (0, 1, 0, 0)
    assert {(old, new) for _line, _label, old, new in changes(batch)} == {
        ("", "+201112345678"),
        ("فايد، الإسماعيلية", "القنطرة، الإسماعيلية"),
        ("•••", "9000.00"),
    }
    import_now(batch)
    user = CustomUser.objects.get()
    assert (user.email, user.instructor.monthly_salary) == ("sami@example.org", Decimal(9000))
    assert str(user.phone_number2) == "+201112345678"


def test_a_salary_that_is_known_is_not_shown_to_whoever_imports():
    imported(SAMI | {"salary": "7777"})
    assert "7777" not in str(changes(read(SAMI | {"salary": "1"})))


def test_a_document_of_somebody_else_is_refused_with_the_name():
    make_user(first_name="منى", identity_type="nid", identity_number=SAMI["identity_number"])
    heading, sentence = one_fault(SAMI)
    assert heading == COLUMNS["identity_number"][0]
    assert "منى" in sentence


def test_an_address_of_somebody_else_is_refused_with_the_name():
    make_user(first_name="منى", email="sami@example.org")
    heading, sentence = one_fault(SAMI)
    assert heading == COLUMNS["email"][0]
    assert "منى" in sentence


def test_two_people_of_one_form_cant_share_a_document():
    batch = read(SAMI, SAMI | {"phone1": "01112345678", "email": ""})
    assert counts(batch) == (1, 0, 0, 1)
    assert faults(batch)[0][:2] == (3, COLUMNS["identity_number"][0])


def test_two_answers_for_one_number_are_for_a_person_to_decide():
    batch = read(SAMI, SAMI | {"salary": "9000"})
    assert counts(batch) == (1, 0, 0, 1)
    assert counts(import_now(batch)) == (1, 0, 0, 1)
    assert Instructor.objects.get().monthly_salary == Decimal(8000)


def test_what_the_national_number_says_otherwise_is_a_warning():
    batch = read(SAMI | {"dob": "22/7/1980", "gender": "أنثى"})
    assert counts(batch) == (1, 0, 0, 0)
    assert len(warnings(batch)) == 2


def test_a_parent_may_become_an_instructor_and_stays_a_parent():
    make_parent(phone_number1="+201012345678", first_name="سامي علي", last_name="حسن بدوي")
    assert counts(imported(SAMI)) == (0, 1, 0, 0)
    user = CustomUser.objects.get()
    assert user.role == "instructor"
    assert Parent.objects.filter(user=user).exists()


def test_the_administration_may_teach_and_stays_the_administration():
    boss = manager()
    imported(SAMI | {"phone1": str(boss.phone_number1)})
    boss.refresh_from_db()
    assert boss.role == "admin"
    assert boss.instructor.type == "normal"


def test_the_trail_says_that_it_came_by_import_and_who_confirmed():
    boss = manager()
    import_now(hand_in(form(SAMI), "staff", by=boss), by=boss)
    entry = AuditEntry.objects.get(model="users.customuser", action="create", object_name__startswith="سامي")
    assert (entry.actor, entry.source) == (boss, "import")
    assert "password" not in str(entry.changes.get("password", "")).lower()
    assert entry.changes["password"] == ["•••", "•••"]
