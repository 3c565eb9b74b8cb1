"""The centre's settings as they are, from the environment that the tests give; only static files aren't gathered."""

from backoffice.config.settings import *  # noqa: F403
from backoffice.config.settings import STORAGES

STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
