"""A database that is away is said as something that passes, without asking it or a session of anything."""

import json

import pytest
from django.db import InterfaceError, OperationalError
from django.test import Client, RequestFactory
from django.utils import translation

from backoffice.config.errors import server_error

PAGES = ["/courses-admin/", "/site-admin/", "/"]
APPS = ["/api/v1/me/", "/auth/jwt/create/"]


def answer_to(path, error):
    try:
        raise error
    except type(error):
        with translation.override("ar"):
            return server_error(RequestFactory().post(path))


@pytest.mark.parametrize("error", [OperationalError("connection refused"), InterfaceError("connection already closed")])
@pytest.mark.parametrize("path", PAGES)
def test_a_page_says_to_come_back_and_what_was_typed_is_not_lost(path, error):
    answer = answer_to(path, error)
    assert (answer.status_code, answer["Retry-After"]) == (503, "10")
    assert "وستجد ما كتبته كما هو" in answer.content.decode()


@pytest.mark.parametrize("path", APPS)
def test_an_app_is_told_as_for_any_moment_that_passes(path):
    answer = answer_to(path, OperationalError("connection refused"))
    assert (answer.status_code, answer["Retry-After"], json.loads(answer.content)["code"]) == (503, "10", "busy")


@pytest.mark.parametrize("path", [*PAGES, *APPS])
def test_other_errors_stay_ours(path):
    assert answer_to(path, LookupError()).status_code == 500


def test_it_is_what_a_visitor_gets(monkeypatch):
    """No database is allowed to this test: the page stands alone."""

    def away(*_args, **_kwargs):
        raise OperationalError

    monkeypatch.setattr("backoffice.config.csp.ContentSecurityPolicy.__call__", away)
    assert Client(raise_request_exception=False).get("/courses-admin/login/").status_code == 503
