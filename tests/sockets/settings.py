"""The tests' settings, for a real web server: with the Redis that the test has started."""

import os

from backoffice.config.caches import caches_from, channel_layers_from
from backoffice.config.settings_test import *  # noqa: F403

CACHES = caches_from(os.environ["TEST_REDIS"])
CHANNEL_LAYERS = channel_layers_from(os.environ["TEST_REDIS"])
