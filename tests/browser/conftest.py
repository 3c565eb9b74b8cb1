"""The browser, the running centres, and a page that forgives nothing."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from .centre import Centre, Database, Demo, environment, fresh_database, manage, run, running
from .screen import SIZES, Screen
from .tablet import StandIn, Tablet, tablet_of

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
# A slow machine isn't a wrong page.
SECONDS_TO_WAIT = 20
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]


# Of the package and not of the session: its event loop would stop Django's ORM in the tests that follow.
@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """Debian's chromium, or the one that CHROMIUM names."""
    assert Path(CHROMIUM).exists(), f"{CHROMIUM} is not there: apt-get install chromium (or CHROMIUM=<path>)"
    expect.set_options(timeout=SECONDS_TO_WAIT * 1000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A migrated database that holds nothing, to be copied."""
    folder = tmp_path_factory.mktemp("migrated")
    with fresh_database(folder) as database:
        manage("prepare_database", env=environment(database, folder))
        yield database


@pytest.fixture(scope="package")
def new_centre(migrated: Database, tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Iterator[Centre]:
    """A centre on its first day: its staff can sign in, and there is nothing else."""
    folder = tmp_path_factory.mktemp("new_centre")
    with fresh_database(folder, like=migrated) as database:
        env = environment(database, folder)
        run("-m", "tests.browser.accounts_only", env=env)
        with running(database, folder, env) as centre:
            yield centre


@pytest.fixture(scope="package")
def demo(migrated: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The demo's database and files."""
    folder = tmp_path_factory.mktemp("demo_centre")
    with fresh_database(folder, like=migrated) as database:
        env = environment(database, folder)
        manage("load_demo", env=env)
        yield Demo(database, folder, env)


@pytest.fixture(scope="package")
def demo_centre(demo: Demo, chromium: Browser) -> Iterator[Centre]:
    """The centre that `make run` shows."""
    with running(demo.database, demo.folder, demo.env) as centre:
        yield centre


@pytest.fixture(scope="session")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where screenshots go: the folder SCREENSHOTS names, or one of pytest's."""
    folder = Path(os.environ["SCREENSHOTS"]) if "SCREENSHOTS" in os.environ else tmp_path_factory.mktemp("screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def open_screen(chromium: Browser, pictures: Path) -> Iterator[Callable[..., Screen]]:
    """Open a browser window of its own on a centre; it ends with a look at what went wrong in it."""
    opened: list[Screen] = []

    def open_one(centre: Centre, **options: Any) -> Screen:
        width, height = SIZES["wide"]
        context = chromium.new_context(
            base_url=centre.address,
            viewport={"width": width, "height": height},
            locale="ar-EG",
            timezone_id="Africa/Cairo",
            **options,
        )
        context.set_default_timeout(SECONDS_TO_WAIT * 1000)
        screen = Screen(context, centre.address, pictures)
        opened.append(screen)
        return screen

    yield open_one
    for screen in opened:
        screen.page.context.close()
    for screen in opened:
        screen.expect_no_trouble()


@pytest.fixture
def stand_in() -> StandIn:
    """What answers a tablet in the centre's place."""
    return StandIn()


@pytest.fixture
def tablet(new_centre: Centre, open_screen: Callable[..., Screen], stand_in: StandIn) -> Tablet:
    """A tablet that is signed in."""
    tablet = tablet_of(open_screen, new_centre, stand_in)
    tablet.open()
    tablet.sign_in()
    tablet.expect_link("online")
    return tablet
