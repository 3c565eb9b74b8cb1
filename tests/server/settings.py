"""The centre's own settings, with two addresses more, and tasks that come again sooner than after half an hour."""

import os

from backoffice.config.settings import *  # noqa: F403
from backoffice.config.settings import Q_CLUSTER

ROOT_URLCONF = "tests.server.urls"
if again := os.environ.get("TEST_TASKS_COME_AGAIN"):
    Q_CLUSTER = Q_CLUSTER | {"timeout": int(again) - 1, "retry": int(again)}
