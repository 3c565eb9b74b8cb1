"""Settings of the tests: SQLite in memory unless DATABASE_ENGINE says PostgreSQL; nothing from `.env`."""

import os
import tempfile

for name in [name for name in os.environ if name.startswith("DJANGO_")]:
    del os.environ[name]
os.environ |= {
    "DJANGO_SECRET_KEY": "only-for-tests-" * 4,
    "DEBUG": "1",
    "VAR_DIR": tempfile.mkdtemp(prefix="redwan-tests-"),
}
os.environ.setdefault("DATABASE_ENGINE", "sqlite3")
# A test run never opens the database of a developer's or a centre's `.env`: only its server and user are taken over.
os.environ["DATABASE_NAME"] = (
    os.environ.get("TEST_DATABASE_HOME", "test") if "postgres" in os.environ["DATABASE_ENGINE"] else ":memory:"
)
os.environ.setdefault("DATABASE_USERNAME", "root")
os.environ["REDIS_URL"] = ""
os.environ["EMAIL_URL"] = ""
os.environ["METRICS_PORT"] = os.environ["SENTRY_DSN"] = ""

from .settings import *  # noqa: F403  the test settings are the settings, with what follows changed
from .settings import CACHES, DATABASES, Q_CLUSTER, STORAGES

DEBUG = False
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
SECURE_SSL_REDIRECT = False
DATABASES["default"]["TEST"] = {"NAME": os.environ.get("TEST_DATABASE_NAME")}
DATABASES["default"]["CONN_MAX_AGE"] = 0
CACHES["default"] = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
Q_CLUSTER["sync"] = True
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
# Whitenoise would look through every package's static files anew for each test's client: a quarter of the suite's time.
WHITENOISE_AUTOREFRESH = True
