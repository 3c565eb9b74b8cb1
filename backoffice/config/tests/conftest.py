"""A manager before the pages of the system, which are read in English here."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

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


@pytest.fixture
def private(tmp_path: Path, settings: Any) -> Path:
    """A private storage of the test's own."""
    folder = tmp_path / "private"
    backend = {"BACKEND": "backoffice.shared.files.PrivateStorage", "OPTIONS": {"location": folder}}
    settings.STORAGES = settings.STORAGES | {"private": backend}
    return folder
