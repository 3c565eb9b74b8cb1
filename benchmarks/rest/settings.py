"""The centre's own settings, with the twins' addresses beside its own: one server process answers for all sides."""

from backoffice.config.settings import *  # noqa: F403  the settings are the centre's, with what follows changed

ROOT_URLCONF = "benchmarks.rest.urls"
