"""The same POST twice does its work once; tried with a view that makes a season, and with nothing mocked under it."""

import datetime as dt
import json

import pytest
from django.test import override_settings
from django.urls import path
from django.utils import timezone
from rest_framework import serializers
from rest_framework.response import Response

from api import idempotency
from api.accounts import views as accounts
from api.contract import Operation
from api.models import IdempotentAnswer
from api.serializers import StrictSerializer
from api.views import ApiView
from backoffice.courses.models import Season
from backoffice.courses.tests.makers import make_season
from backoffice.shared.errors import DomainError
from backoffice.users.tests.makers import PASSWORD, make_user

from .conftest import MONA, sign_in

ZIAD = "+201009999999"
AT = "/api/v1/tried/"


class Body(StrictSerializer):
    name = serializers.CharField(max_length=120)
    fails = serializers.ChoiceField(choices=["", "rule", "bug", "busy"], default="")


class TriedView(ApiView):
    operations = {"POST": Operation(id="try", tag="", summary="", body=Body)}

    def post(self, request):
        body = self.read(Body)
        season = make_season(name=body["name"])
        match body["fails"]:
            case "rule":
                raise DomainError("course_full", "Full.")
            case "bug":
                raise RuntimeError
            case "busy":
                from django.db import OperationalError

                raise OperationalError("canceling statement due to lock timeout")
        return Response({"id": season.pk, "name": season.name}, status=201)


urlpatterns = [
    path("api/v1/tried/", TriedView.as_view()),
    path("api/v1/tried/again/", TriedView.as_view()),
    path("auth/jwt/create/", accounts.LoginView.as_view()),
]
handler500 = "api.errors.server_error"


@pytest.fixture(autouse=True)
def _addresses():
    with override_settings(ROOT_URLCONF=__name__):
        yield


@pytest.fixture
def post(app, mona):
    sign_in(app)

    def post(body, key="k-1", path=AT):
        headers = {} if key is None else {"HTTP_IDEMPOTENCY_KEY": key}
        return app.post(path, body, **headers)

    return post


pytestmark = pytest.mark.django_db


def test_the_second_time_gets_the_first_answer(post):
    first, second = post({"name": "صيف"}), post({"name": "صيف"})
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    assert first["Content-Type"] == second["Content-Type"] == "application/json"
    assert "Idempotent-Replayed" not in first
    assert second["Idempotent-Replayed"] == "true"
    assert Season.objects.count() == 1


def test_without_a_key_it_is_done_again(post):
    post({"name": "ربيع"}, key=None)
    post({"name": "خريف"}, key=None)
    assert (Season.objects.count(), IdempotentAnswer.objects.count()) == (2, 0)


def test_the_order_of_names_makes_no_other_body(app, post):
    first = post({"name": "a", "fails": ""})
    body = json.dumps({"fails": "", "name": "a"}, indent=3)
    second = app.generic("POST", AT, body, content_type="application/json", HTTP_IDEMPOTENCY_KEY="k-1")
    assert second.content == first.content
    assert second["Idempotent-Replayed"] == "true"


@pytest.mark.parametrize(("body", "path"), [({"name": "b"}, AT), ({"name": "a"}, f"{AT}again/")])
def test_the_same_key_with_another_body_or_address_is_a_422(post, body, path):
    post({"name": "a"})
    answer = post(body, path=path)
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_used")
    assert Season.objects.count() == 1


def test_a_refusal_is_an_answer_too_and_what_was_done_before_it_is_undone(post):
    first, second = post({"name": "a", "fails": "rule"}), post({"name": "a", "fails": "rule"})
    assert first.status_code == second.status_code == 409
    assert first.json() == second.json() == {"detail": "Full.", "code": "course_full"}
    assert second["Idempotent-Replayed"] == "true"
    assert not Season.objects.exists()


def test_a_fault_in_the_body_is_an_answer_too(post):
    assert post({}).status_code == post({}).status_code == 400
    assert post({"name": "a"}).status_code == 422


@pytest.mark.parametrize(("how", "status"), [("bug", 500), ("busy", 503)])
def test_our_own_failure_is_no_answer_and_the_key_stays_free(post, how, status):
    assert post({"name": "a", "fails": how}).status_code == status
    assert not IdempotentAnswer.objects.exists()
    assert not Season.objects.exists()
    assert post({"name": "a"}).status_code == 201


def test_another_person_has_keys_of_their_own(app, post):
    post({"name": "منى"})
    make_user(phone_number1=ZIAD, password=PASSWORD)
    sign_in(app, ZIAD)
    answer = post({"name": "زياد"})
    assert (answer.status_code, answer.json()["name"]) == (201, "زياد")
    assert "Idempotent-Replayed" not in answer


def test_nobody_gets_an_answer_of_somebody(app, post):
    post({"name": "a"})
    app.credentials(HTTP_ACCEPT_LANGUAGE="en")
    assert post({"name": "a"}).status_code == 401


@pytest.mark.parametrize("key", ["", "x" * 101, "مفتاح", "a\tb"])
def test_what_is_no_key_is_a_400(post, key):
    answer = post({"name": "a"}, key=key)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_idempotency_key")
    assert not Season.objects.exists()


def test_a_key_of_a_hundred_characters_is_one(post):
    assert post({"name": "a"}, key="x" * 100).status_code == 201


def test_after_a_day_the_key_is_free(post):
    post({"name": "a"})
    IdempotentAnswer.objects.update(made_at=timezone.now() - dt.timedelta(hours=24, seconds=1))
    answer = post({"name": "b"})
    assert (answer.status_code, answer.json()["name"]) == (201, "b")
    assert post({"name": "b"})["Idempotent-Replayed"] == "true"


def test_just_before_a_day_it_isnt(post):
    post({"name": "a"})
    IdempotentAnswer.objects.update(made_at=timezone.now() - dt.timedelta(hours=23, minutes=59))
    assert post({"name": "b"}).status_code == 422


def test_old_answers_are_swept_and_young_ones_stay(post):
    for number in range(3):
        post({"name": f"{number}"}, key=f"k-{number}")
    old = IdempotentAnswer.objects.exclude(key="k-1")
    old.update(made_at=timezone.now() - dt.timedelta(hours=25))
    assert idempotency.sweep() == 2
    assert IdempotentAnswer.objects.get().key == "k-1"


def test_a_get_takes_no_notice(app, mona):
    sign_in(app, MONA)
    assert app.get(AT, HTTP_IDEMPOTENCY_KEY="x" * 500).status_code == 405
