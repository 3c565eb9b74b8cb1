"""The site as a server shows it, with DEBUG=0; static files come from where they lie, so that none are collected."""

from backoffice.config.settings import *  # noqa: F403  the settings are the centre's, with what follows changed

ROOT_URLCONF = "tests.browser.site.urls"
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
