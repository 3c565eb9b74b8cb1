"""A centre of two long courses, for all trips of the reports."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from ..centre import Centre, Database, environment, fresh_database, run, running


@pytest.fixture(scope="package")
def centre(migrated: Database, tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Iterator[Centre]:
    """The running centre."""
    folder = tmp_path_factory.mktemp("reports_centre")
    with fresh_database(folder, like=migrated) as database:
        env = environment(database, folder) | {"DJANGO_SETTINGS_MODULE": "tests.browser.reports.settings"}
        run("-m", "tests.browser.reports.scene", env=env)
        with running(database, folder, env) as centre:
            yield centre
