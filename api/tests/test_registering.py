"""Registering: the profile that is made, what is refused, and what a registration can't give itself."""

import pytest

from api.throttles import CountedThrottle
from backoffice.shared.models import AuditEntry
from backoffice.users.models import CustomUser, Parent, StudentUser
from backoffice.users.tests.makers import make_user

from .conftest import sign_in

pytestmark = pytest.mark.django_db

USERS = "/auth/users/"
PASSWORD = "نخيل-الواحة-77"


@pytest.fixture
def body():
    return {
        "phone_number1": "٠١٠٠ ١٢٣ ٤٥٦٧",
        "password": PASSWORD,
        "re_password": PASSWORD,
        "first_name": "منى سعيد",
        "last_name": "علي حسن",
        "dob": "1990-05-01",
        "gender": "female",
    }


def test_a_parent_registers_and_signs_in(app, body):
    answer = app.post(USERS, body)
    assert answer.status_code == 201
    said = answer.json()
    assert said["phone_number1"] == "+201001234567"
    assert (said["role"], said["is_verified"]) == ("parent", False)
    assert "password" not in answer.content.decode()
    user = CustomUser.objects.get()
    assert Parent.objects.get().user == user
    assert user.check_password(PASSWORD)
    assert not user.is_staff
    sign_in(app, "01001234567", PASSWORD)


def test_an_adult_student_gets_a_code_by_their_gender(app, body):
    assert app.post(USERS, body | {"role": "student"}).status_code == 201
    assert StudentUser.objects.get().unique_code[0] == "F"
    assert not Parent.objects.exists()


def test_a_registration_is_in_the_trail_by_its_own_person(app, body):
    app.post(USERS, body)
    entries = AuditEntry.objects.all()
    assert {entry.model for entry in entries} == {"users.customuser", "users.parent"}
    assert {entry.actor_id for entry in entries} == {CustomUser.objects.get().pk}
    assert {entry.source for entry in entries} == {"api"}
    assert PASSWORD not in str([entry.changes for entry in entries])


def test_further_details_are_kept(app, body):
    more = {
        "phone_number2": "01112223334",
        "email": "Mona@Example.org",
        "identity_type": "nid",
        "identity_number": "29005010100026",
        "address": "القاهرة",
        "location": "https://maps.example.org/x",
    }
    assert app.post(USERS, body | more).status_code == 201
    user = CustomUser.objects.get()
    assert user.phone_number2 == "+201112223334"
    assert user.email == "mona@example.org"


def test_a_taken_number_is_said_and_nothing_is_written(app, body):
    make_user(phone_number1="+201001234567")
    answer = app.post(USERS, body)
    assert answer.status_code == 400
    assert list(answer.json()) == ["phone_number1"]
    assert CustomUser.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"phone_number1": "12345"}, "phone_number1"),
        ({"phone_number1": ""}, "phone_number1"),
        ({"phone_number1": None}, "phone_number1"),
        ({"phone_number2": "01001234567"}, "phone_number2"),
        ({"phone_number2": "xyz"}, "phone_number2"),
        ({"re_password": "another-one-1"}, "non_field_errors"),
        ({"password": "12345678", "re_password": "12345678"}, "password"),
        ({"password": "short1", "re_password": "short1"}, "password"),
        ({"first_name": ""}, "first_name"),
        ({"first_name": "م" * 81}, "first_name"),
        ({"first_name": "nul\x00"}, "first_name"),
        ({"first_name": "half \ud800"}, "first_name"),
        ({"dob": "1/5/1990"}, "dob"),
        ({"dob": "2990-05-01"}, "dob"),
        ({"dob": "1700-05-01"}, "dob"),
        ({"dob": None}, "dob"),
        ({"gender": "boy"}, "gender"),
        ({"role": "admin"}, "role"),
        ({"role": "instructor"}, "role"),
        ({"email": "no"}, "email"),
        ({"location": "javascript:alert(1)"}, "location"),
        ({"identity_type": "nid", "identity_number": "29013010100026"}, "identity_number"),
        ({"identity_type": "nid", "identity_number": "123"}, "identity_number"),
        ({"identity_type": "nid", "identity_number": "29105010100026"}, "dob"),
        ({"identity_type": "nid", "identity_number": "29005010100016"}, "gender"),
        ({"identity_type": "passport"}, "identity_number"),
        ({"is_staff": True}, "is_staff"),
        ({"is_verified": True}, "is_verified"),
        ({"groups": [1]}, "groups"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_written(app, body, change, field):
    answer = app.generic("POST", USERS, __import__("json").dumps(body | change), content_type="application/json")
    assert answer.status_code == 400, answer.content
    assert field in answer.json()
    assert not CustomUser.objects.exists()


@pytest.mark.parametrize(
    "field", ["phone_number1", "password", "re_password", "first_name", "last_name", "dob", "gender"]
)
def test_each_needed_field_is_asked_for(app, body, field):
    del body[field]
    answer = app.post(USERS, body)
    assert answer.status_code == 400
    assert field in answer.json()


def test_one_document_belongs_to_one_person(app, body):
    document = {"identity_type": "passport", "identity_number": "A 123"}
    assert app.post(USERS, body | document).status_code == 201
    again = app.post(USERS, body | document | {"phone_number1": "01001234568"})
    assert list(again.json()) == ["identity_number"]


def test_errors_are_arabic_unless_english_is_asked_for(app, body):
    app.credentials()
    in_arabic = app.post(USERS, body | {"phone_number1": "12345"})
    assert in_arabic["Content-Language"] == "ar"
    assert app.post(USERS, body, HTTP_ACCEPT_LANGUAGE="en-GB")["Content-Language"] == "en"


def test_registrations_are_counted_by_number(app, body, monkeypatch):
    monkeypatch.setattr(CountedThrottle, "timer", staticmethod(lambda: 1_000_000.0))
    monkeypatch.setattr(CountedThrottle, "THROTTLE_RATES", {"register_number": "1/hour", "register_address": "9/hour"})
    assert app.post(USERS, body).status_code == 201
    again = app.post(USERS, body)
    assert again.status_code == 429
    assert again.json()["code"] == "throttled"
