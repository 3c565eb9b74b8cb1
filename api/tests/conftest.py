"""An app that asks, and counters that begin at nothing."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from rest_framework.test import APIClient

from backoffice.users.models import CustomUser
from backoffice.users.tests.makers import PASSWORD, make_parent

from .described import DescribedClient

MONA = "+201001234567"


@pytest.fixture(autouse=True)
def no_tries_yet() -> Iterator[None]:
    """Throttles count in the cache, which outlives a test."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def app() -> APIClient:
    """An app without a token; it talks English, so that words can be compared, and holds answers to the contract."""
    client = DescribedClient(raise_request_exception=False)
    client.default_format = "json"
    client.credentials(HTTP_ACCEPT_LANGUAGE="en")
    return client


@pytest.fixture
def mona(db: Any) -> CustomUser:
    """Mona, a parent with a password."""
    return make_parent(phone_number1=MONA, password=PASSWORD, first_name="منى سعيد", last_name="علي حسن").user


def sign_in(app: APIClient, number: str = MONA, password: str = PASSWORD) -> dict[str, str]:
    """Both tokens; the app sends the access token from now on."""
    answer = app.post("/auth/jwt/create/", {"phone_number1": number, "password": password})
    assert answer.status_code == 200, answer.content
    carry(app, answer.json()["access"])
    return answer.json()


def carry(app: APIClient, access: str, scheme: str = "JWT") -> None:
    """Send this access token from now on."""
    app.credentials(HTTP_AUTHORIZATION=f"{scheme} {access}", HTTP_ACCEPT_LANGUAGE="en")
