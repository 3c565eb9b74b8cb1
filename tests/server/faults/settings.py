"""The centre's settings as they are, from the environment that the tests give; only static files aren't gathered."""

import datetime as dt
import os
import time
from pathlib import Path

from django.utils import timezone

from backoffice.config.settings import *  # noqa: F403
from backoffice.config.settings import PASSWORD_HASHERS, STORAGES

STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
# People are made by the tests, whose own way to keep passwords is a quick one.
PASSWORD_HASHERS = [*PASSWORD_HASHERS, "django.contrib.auth.hashers.MD5PasswordHasher"]

if clock := os.environ.get("FAULT_CLOCK"):
    wall = time.time

    def told() -> float:
        """The hour, so many seconds beside the machine's as the file says at this moment."""
        return wall() + float(Path(clock).read_text() or 0)

    time.time = told
    timezone.now = lambda: dt.datetime.fromtimestamp(told(), dt.UTC)
