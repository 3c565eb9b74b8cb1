"""Settings of the server that is fuzzed: the centre's own, without the limits that thousands of questions would meet.

Only this file lifts them; no environment variable of a real centre can. That they hold is for api/tests to show.
"""

from backoffice.config.settings import *  # noqa: F403  the fuzzed server is the real one, with what follows changed
from backoffice.config.settings import REST_FRAMEWORK

REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"] = dict.fromkeys(REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"], "1000000/min")
AXES_FAILURE_LIMIT = 1_000_000
# A fault is answered as a real centre answers it, and not with Django's page for developers.
DEBUG = False
