"""Who I am, in one small answer."""

import pytest

from backoffice.users import services
from backoffice.users.tests.makers import PASSWORD, make_child, make_instructor, make_parent, make_student, manager

from .conftest import MONA, sign_in

pytestmark = pytest.mark.django_db

ME = "/api/v1/me/"


def test_a_parent_is_told_who_they_are_and_what_waits_for_them(app, mona, django_assert_num_queries):
    yusuf = make_child(mona.parent)
    asked = services.ask_to_join_child(unique_code=yusuf.unique_code, by=make_parent().user)
    services.ask_to_join_child(unique_code=make_child().unique_code, by=mona)
    services.ask_to_join_child(unique_code="M99999", by=mona)
    sign_in(app)
    # One for the token and its person.
    with django_assert_num_queries(3):
        answer = app.get(ME)
    assert answer.json() == {
        "id": str(mona.pk),
        "first_name": "منى سعيد",
        "last_name": "علي حسن",
        "phone_number1": MONA,
        "role": "parent",
        "is_verified": False,
        "profiles": ["parent"],
        "unique_code": None,
        "unread": 1,
    }
    services.approve_link(asked.pk, by=mona)
    assert app.get(ME).json()["unread"] == 0


def test_a_student_who_is_a_parent_too_and_an_instructor_see_what_they_are(app):
    student = make_student(phone_number1=MONA, password=PASSWORD)
    services.add_parent_profile(student.pk, by=manager())
    sign_in(app)
    answer = app.get(ME).json()
    assert (answer["profiles"], answer["unique_code"]) == (["parent", "student"], student.unique_code)
    sami = make_instructor(password=PASSWORD)
    sign_in(app, str(sami.user.phone_number1))
    assert app.get(ME).json()["profiles"] == ["instructor"]


def test_without_a_token_nobody_is_anybody(app):
    assert app.get(ME).status_code == 401
