"""The centre's own settings, with what a proxy does beside them: the public pictures, and a page without live facts."""

from backoffice.config.settings import *  # noqa: F403  the settings are the centre's, with what follows changed
from backoffice.config.settings import VAR_DIR

ROOT_URLCONF = "benchmarks.site_urls"
# Collected for this run, so that nobody's own collected files are touched.
STATIC_ROOT = VAR_DIR / "static"
