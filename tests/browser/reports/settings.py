"""Settings of the centre whose exports are looked at: the centre's own, with a worker that doesn't hurry."""

from backoffice.config.settings import *  # noqa: F403  the server is the real one, with what follows changed
from backoffice.config.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.browser.reports.unhurried.Unhurried"]
