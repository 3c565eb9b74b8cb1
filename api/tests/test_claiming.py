"""The first password by the centre's one-time code, through the app."""

import pytest

from backoffice.users import services
from backoffice.users.models import ClaimCode
from backoffice.users.tests.makers import make_parent

from .conftest import MONA, sign_in

pytestmark = pytest.mark.django_db

CLAIM = "/auth/users/claim/"
NEW = "نخيل-الواحة-77"


def body(code, **change):
    return {"phone_number1": MONA, "code": code, "new_password": NEW, "re_new_password": NEW} | change


def test_the_code_sets_the_first_password_and_verifies_the_number(app):
    user = make_parent(phone_number1=MONA).user
    code = services.make_claim_code(user.pk, by=None)
    spaced = f"{code[:4]} {code[4:]}".translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    assert app.post(CLAIM, body(spaced, phone_number1="0100 123 4567")).status_code == 204
    user.refresh_from_db()
    assert user.is_verified
    sign_in(app, password=NEW)
    app.credentials()
    assert app.post(CLAIM, body(code)).status_code == 400


def test_a_forgotten_password_ends_old_sign_ins_and_the_lock(app, mona):
    pair = sign_in(app)
    app.credentials()
    for _ in range(5):
        app.post("/auth/jwt/create/", {"phone_number1": MONA, "password": "wrong"})
    code = services.make_claim_code(mona.pk, by=None)
    assert app.post(CLAIM, body(code)).status_code == 204
    assert app.post("/auth/jwt/refresh/", {"refresh": pair["refresh"]}).status_code == 401
    sign_in(app, password=NEW)


def test_every_failure_looks_the_same(app, mona):
    code = services.make_claim_code(mona.pk, by=None)
    wrong = f"{(int(code) + 1) % 10**8:08d}"
    app.credentials(HTTP_ACCEPT_LANGUAGE="en")
    answers = [
        app.post(CLAIM, body(wrong)),
        app.post(CLAIM, body(code, phone_number1="+201009999999")),
        app.post(CLAIM, body(code, phone_number1="rubbish")),
        app.post(CLAIM, body("x")),
    ]
    ClaimCode.objects.all().delete()
    answers.append(app.post(CLAIM, body(code)))
    assert {answer.status_code for answer in answers} == {400}
    assert len({answer.content for answer in answers}) == 1
    assert answers[0].json()["code"] == "claim_refused"


def test_a_weak_password_leaves_the_code_good(app, mona):
    code = services.make_claim_code(mona.pk, by=None)
    weak = app.post(CLAIM, body(code, new_password="12345678", re_new_password="12345678"))
    assert list(weak.json()) == ["new_password"]
    like_the_name = app.post(CLAIM, body(code, new_password="منى سعيد", re_new_password="منى سعيد"))
    assert list(like_the_name.json()) == ["new_password"]
    assert app.post(CLAIM, body(code)).status_code == 204


def test_the_sixth_try_fails_even_with_the_right_code(app, mona):
    code = services.make_claim_code(mona.pk, by=None)
    wrong = f"{(int(code) + 1) % 10**8:08d}"
    for _ in range(5):
        assert app.post(CLAIM, body(wrong)).status_code == 400
    assert app.post(CLAIM, body(code)).status_code == 400
