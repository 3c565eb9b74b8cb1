"""The tablet at a door and the running centre: from the card to the lecture's list, also after an hour without it."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from .centre import Centre, environment, fresh_database, run, running
from .door import RFID
from .screen import Screen, ar
from .tablet import Tablet, tablet_of

pytestmark = pytest.mark.browser

type Ask = Callable[[str], dict[str, Any]]


@pytest.fixture
def door(migrated, tmp_path, chromium):
    """A centre of its own with a lecture that has just begun, and what asks it."""
    with fresh_database(tmp_path, like=migrated) as database:
        env = environment(database, tmp_path)
        made = json.loads(run("-m", "tests.browser.door", "open", env=env))
        with running(database, tmp_path, env) as centre:
            yield centre, made, lambda what: json.loads(run("-m", "tests.browser.door", what, env=env))


def test_readings_become_attendance_and_none_is_lost_by_a_cut_or_a_renewed_key(
    door: tuple[Centre, dict[str, str], Ask], open_screen: Callable[..., Screen]
) -> None:
    centre, made, ask = door
    tablet = tablet_of(open_screen, centre)
    tablet.open()
    tablet.sign_in(line=made["line"])
    tablet.expect_link("online")

    tablet.read(f"R1:{made['child']}")
    expect(tablet.expect_result("present")).to_contain_text("يوسف أحمد الجندي")
    tablet.read(RFID)
    expect(tablet.expect_result("check_in")).to_contain_text("سامي عادل")
    tablet.read("7777777")
    tablet.expect_result("unknown_code")
    assert ask("marks")["children"] == [["يوسف أحمد الجندي", True, "qr"]]

    read_in_the_cut(tablet, made["child"])
    tablet.context.set_offline(False)
    tablet.expect_waiting(0)
    tablet.expect_link("online")
    tablet.expects("ERR_INTERNET_DISCONNECTED")

    line = ask("renew")["line"]
    tablet.read("8888888")
    tablet.expect_result("queued")
    tablet.expect_link("dismissed")
    tablet.page.get_by_role("button", name=ar("Enter the new key")).click()
    tablet.sign_in(line=line)
    tablet.expect_waiting(0)
    tablet.expect_link("online")
    tablet.expects("401")

    told = ask("marks")
    assert told["staff"] in (["present"], ["late"])
    assert abs(told["clock"]) <= 5
    assert [(code, outcome) for code, _method, outcome, _at in told["scans"]] == [
        (made["child"], "present"),
        (RFID, "check_in"),
        ("7777777", "unknown_code"),
        (made["child"], "repeat"),
        ("9999999", "unknown_code"),
        ("8888888", "unknown_code"),
    ]


def read_in_the_cut(tablet: Tablet, child: str) -> None:
    """The network goes, two are read, the page is loaded anew, and all of it says that they wait."""
    tablet.context.set_offline(True)
    for code in (f"R1:{child}", "9999999"):
        tablet.read(code)
        tablet.expect_result("queued")
    tablet.page.reload()
    tablet.expect_waiting(2)
    tablet.expect_link("away")
    assert tablet.listed()[:2] == ["queued", "queued"]
