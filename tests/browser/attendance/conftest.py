"""The running centre with a lecture in it, and servers that can be stopped and come back."""

import json
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, expect

from ..centre import Centre, Database, environment, free_port, fresh_database, run, serving
from ..screen import Screen


class Redis:
    """A Redis of the test's own: nothing is kept, and it may die."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        program = shutil.which("redis-server")
        assert program, "redis-server is not there: apt-get install redis-server"
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", str(self.folder)]
        self.process = subprocess.Popen([program, *options], stdout=subprocess.DEVNULL)
        for _try in range(100):
            if subprocess.run(["redis-cli", "-p", str(self.port), "ping"], capture_output=True, check=False).stdout:
                return
            time.sleep(0.1)
        raise AssertionError("redis-server does not answer")

    def kill(self) -> None:
        """End it without a word."""
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None


@dataclass
class Live:
    """A centre in which a lecture is running, and the servers behind it."""

    env: dict[str, str]
    folder: Path
    redis: Redis
    lecture: str
    day: str
    port: int = field(default_factory=free_port)
    _server: ExitStack = field(default_factory=ExitStack)

    @property
    def centre(self) -> Centre:
        """Where it answers."""
        return Centre(f"http://127.0.0.1:{self.port}", self.folder)

    def start(self) -> None:
        """Start the web server and the worker, at the address they had."""
        self._server.enter_context(serving(self.env, self.folder / "server.log", self.port))

    def stop(self) -> None:
        """Stop both as Ctrl-C does."""
        self._server.close()

    def mark_absent(self, name: str) -> None:
        """A colleague marks a child from elsewhere, whether the web server runs or not."""
        run("-m", "tests.browser.attendance.scene", name, env=self.env)


@pytest.fixture(scope="package")
def live(migrated: Database, tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Iterator[Live]:
    """The centre, its servers running."""
    folder = tmp_path_factory.mktemp("live_centre")
    redis = Redis(folder)
    with fresh_database(folder, like=migrated) as database:
        env = environment(database, folder) | {"REDIS_URL": f"redis://127.0.0.1:{redis.port}/0"}
        run("-m", "tests.browser.accounts_only", env=env)
        made = json.loads(run("-m", "tests.browser.attendance.scene", env=env).splitlines()[-1])
        one = Live(env, folder, redis, made["lecture"], made["day"])
        try:
            redis.start()
            one.start()
            yield one
        finally:
            one.stop()
            redis.kill()


class Window:
    """Somebody's window on the list or the board of the running lecture."""

    def __init__(self, screen: Screen, live: Live) -> None:
        self.screen, self.page, self.live = screen, screen.page, live

    def row(self, name: str) -> Locator:
        """A child's row of the list."""
        return self.page.locator(".mark").filter(has=self.page.get_by_text(name, exact=True))

    def tap(self, name: str, what: str) -> None:
        """Mark a child `present` or `absent`."""
        self.row(name).locator(f".mark-choice [value={what}]").click()

    def expect_row(self, name: str, state: str) -> None:
        """The child's row shows this."""
        expect(self.row(name)).to_have_attribute("data-state", state)

    def said(self, name: str) -> Locator:
        """What stands beneath the child's name."""
        return self.row(name).locator("[data-said]")

    def figure(self, name: str) -> Locator:
        """A figure of the lecture's card on the board."""
        return self.page.locator(f'[data-lecture="{self.live.lecture}"] [data-count={name}]')

    def missing(self, name: str) -> Locator:
        """A name among the missing on the board."""
        return self.page.locator(f'[data-lecture="{self.live.lecture}"] .board-missing li').filter(has_text=name)

    def expect_line(self, state: str) -> None:
        """How the board's line stands: `live`, `waiting`."""
        expect(self.page.locator("[data-live]")).to_have_attribute("data-live", state, timeout=60_000)


@pytest.fixture(scope="package")
def signed_in() -> dict[str, Any]:
    """Who is signed in already."""
    return {}


@pytest.fixture
def window(live: Live, open_screen: Callable[..., Screen], signed_in: dict[str, Any]) -> Callable[..., Window]:
    """Open the running lecture's `list` or the day's `board` as one of the staff."""

    def open_one(key: str, what: str, **options: Any) -> Window:
        if key not in signed_in:
            screen = open_screen(live.centre)
            screen.sign_in(key)
            signed_in[key] = screen.context.storage_state()
        screen = open_screen(live.centre, storage_state=signed_in[key], **options)
        board, of_list = f"board/?day={live.day}", f"lectures/{live.lecture}/"
        screen.page.goto(f"/courses-admin/attendance/{board if what == 'board' else of_list}")
        opened = Window(screen, live)
        if what == "board":
            opened.expect_line("live")
        return opened

    return open_one
