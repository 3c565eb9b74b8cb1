"""The board is right again after its Redis died, and after its server was stopped: nobody reloads the page."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from .conftest import Live, Window

pytestmark = pytest.mark.browser

type Opener = Callable[..., Window]


def absent(board: Window, name: str) -> None:
    expect(board.missing(name)).to_have_attribute("data-absent", "1", timeout=60_000)


def test_the_board_goes_on_without_redis_and_with_it_again(live: Live, window: Opener) -> None:
    board = window("manager", "board")
    live.mark_absent("كنزي")
    absent(board, "كنزي")
    live.redis.kill()
    live.mark_absent("مازن")
    absent(board, "مازن")
    live.redis.start()
    live.mark_absent("هاني")
    absent(board, "هاني")
    shown = board.figure("absent").inner_text()
    board.page.reload()
    assert board.figure("absent").inner_text() == shown


def test_the_board_comes_back_with_its_server_and_shows_what_it_missed(live: Live, window: Opener) -> None:
    board, sami = window("manager", "board"), window("instructor", "list")
    live.stop()
    board.expect_line("waiting")
    live.mark_absent("وليد")
    sami.tap("ياسر", "present")
    expect(sami.page.locator("[data-net]")).to_be_visible()
    live.start()
    board.expect_line("live")
    absent(board, "وليد")
    # What was tapped while the server was away is there too.
    expect(board.missing("ياسر")).to_have_count(0, timeout=60_000)
    shown = board.figure("present").inner_text()
    board.page.reload()
    assert board.figure("present").inner_text() == shown
    for one in (board, sami):
        one.screen.trouble.clear()
