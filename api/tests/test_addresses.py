"""Only the contract's addresses answer, only by their methods, and always in JSON."""

import pytest
from django.test import Client, RequestFactory

from api.errors import exception_handler, server_error
from backoffice.config.log_lines import RequestId
from backoffice.shared.errors import DomainError
from backoffice.users.models import CustomUser
from backoffice.users.tests.makers import PASSWORD, make_staff

from .conftest import MONA, sign_in

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "path",
    [
        "/auth/", "/auth/users", "/auth/jwt/create", "/auth/jwt/createXYZ", "/auth/jwt/create/x/", "/auth/usersX/",
        "/auth/users/1/", "/auth/users/00000000-0000-0000-0000-000000000000/", "/auth/users/activation/",
        "/auth/users/resend_activation/", "/auth/users/reset_password/", "/auth/users/reset_password_confirm/",
        "/auth/users/set_phone_number1/", "/auth/users/reset_phone_number1/", "/auth/token/login/", "/auth/users/me",
        "/auth/%00/", "/auth//users/", "/auth/users/me/%0A",
    ],
)  # fmt: skip
@pytest.mark.parametrize("method", ["get", "post", "put", "patch", "delete"])
def test_whatever_else_is_asked_is_a_404_in_json(app, path, method):
    make_staff("Managers", phone_number1=MONA)
    sign_in(app)
    answer = getattr(app, method)(path)
    assert answer.status_code == 404
    assert answer.json()["code"] == "not_found"


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("users/", "post"),
        ("users/me/", "get put patch delete"),
        ("users/set_password/", "post"),
        ("users/claim/", "post"),
        ("jwt/create/", "post"),
        ("jwt/refresh/", "post"),
        ("jwt/verify/", "post"),
        ("jwt/logout/", "post"),
    ],
)
def test_another_method_is_a_405_in_json(app, mona, path, allowed):
    sign_in(app)
    for method in {"get", "post", "put", "patch", "delete"} - set(allowed.split()):
        answer = getattr(app, method)(f"/auth/{path}")
        assert answer.status_code == 405, (method, path)
        assert answer.json()["code"] == "method_not_allowed"


@pytest.mark.parametrize("group", ["Managers", "Registrars"])
def test_staff_dont_list_or_change_others_by_the_api(app, mona, group):
    make_staff(group, phone_number1="+201001110001", is_superuser=group == "Managers")
    sign_in(app, "+201001110001")
    assert app.get("/auth/users/").status_code == 405
    for method in ("get", "put", "patch", "delete"):
        assert getattr(app, method)(f"/auth/users/{mona.pk}/", {"current_password": PASSWORD}).status_code == 404
    assert CustomUser.objects.filter(pk=mona.pk, is_active=True).exists()


def test_an_address_of_the_api_that_isnt_there_is_json_too(app, db):
    answer = app.get("/api/v1/nothing/")
    assert answer.status_code == 404
    assert answer.json()["code"] == "not_found"


def test_an_error_of_ours_is_json_for_the_apps_and_a_page_for_people():
    assert server_error(RequestFactory().get("/api/v1/x/"))["Content-Type"] == "application/json"
    assert server_error(RequestFactory().get("/courses-admin/"))["Content-Type"].startswith("text/html")


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/courses-admin/", "/kiosk/", "/api/v1/courses/", "/auth/jwt/create"])
def test_a_500_says_the_id_under_which_the_log_has_the_reason(path, monkeypatch, caplog):
    def broken(*_args, **_kwargs):
        raise LookupError("nobody foresaw this")

    monkeypatch.setattr("backoffice.config.csp.ContentSecurityPolicy.__call__", broken)
    caplog.handler.addFilter(RequestId())
    answer = Client(raise_request_exception=False).get(path)
    assert answer.status_code == 500
    request_id = answer["X-Request-ID"]
    assert request_id in answer.content.decode()
    if path.startswith(("/api/", "/auth/")):
        assert answer.json()["request_id"] == request_id
    (line,) = [one for one in caplog.records if one.name == "django.request"]
    assert (line.request_id, line.exc_info[0]) == (request_id, LookupError)


def test_what_nobody_foresaw_is_a_500_in_json(app, mona, monkeypatch):
    sign_in(app)
    monkeypatch.setattr("api.accounts.serializers.MeSerializer.to_representation", lambda *a: 1 / 0)
    answer = app.get("/auth/users/me/")
    assert answer.status_code == 500
    assert answer.json()["code"] == "error"


def test_a_row_that_is_held_too_long_is_busy(app, mona, monkeypatch):
    from django.db import OperationalError

    def held(*args, **kwargs):
        raise OperationalError("canceling statement due to lock timeout")

    sign_in(app)
    monkeypatch.setattr("backoffice.users.services.update_account", held)
    answer = app.patch("/auth/users/me/", {"address": "x"})
    assert answer.status_code == 503
    assert answer.json()["code"] == "busy"
    assert answer["Retry-After"] == "1"


@pytest.mark.parametrize(
    ("error", "status", "data"),
    [
        (DomainError("course_full", "Full."), 409, {"detail": "Full.", "code": "course_full"}),
        (DomainError("not_found", "None."), 404, {"detail": "None.", "code": "not_found"}),
        (DomainError("staff_account", "No."), 403, {"detail": "No.", "code": "staff_account"}),
        (DomainError("anything", "No."), 400, {"detail": "No.", "code": "anything"}),
        (DomainError("x", "Wrong.", field="dob"), 400, {"dob": ["Wrong."]}),
    ],
)
def test_a_rules_refusal_is_its_code_or_its_field(error, status, data):
    answer = exception_handler(error, {})
    assert answer.status_code == status
    assert answer.data == data
