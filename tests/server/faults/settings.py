"""The centre's settings as they are, from the environment that the tests give; only static files aren't gathered."""

from backoffice.config.settings import *  # noqa: F403
from backoffice.config.settings import PASSWORD_HASHERS, STORAGES

STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
# People are made by the tests, whose own way to keep passwords is a quick one.
PASSWORD_HASHERS = [*PASSWORD_HASHERS, "django.contrib.auth.hashers.MD5PasswordHasher"]
