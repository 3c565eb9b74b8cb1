"""A manager before the pages of the system, which are read in English here."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.utils import translation

from backoffice.users.tests.makers import manager


@pytest.fixture
def english() -> Iterator[None]:
    """Sentences as they stand in the code."""
    with translation.override("en"):
        yield


@pytest.fixture
def boss(client: Client) -> Client:
    """Signed in."""
    client.force_login(manager())
    client.cookies["django_language"] = "en"
    return client
