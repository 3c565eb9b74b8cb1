"""The tablet's camera, with a film in place of the door."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from .centre import Centre
from .conftest import ARGUMENTS, CHROMIUM, SECONDS_TO_WAIT
from .screen import SIZES, Screen
from .tablet import DEVICE, KEY, StandIn, Tablet, answer_by, film

pytestmark = pytest.mark.browser

FAKE_CAMERA = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
# Each picture stays for some looks; what comes again with the film's next round was away for two seconds.
FILM = [(f"{DEVICE}:{KEY}", 30), ("", 5), ("R1:F10001", 30), ("", 5), ("R1:M20002", 30), ("", 5)]


@pytest.fixture
def at_the_door(chromium: Browser, tmp_path: Path) -> Iterator[Browser]:
    """A browser whose camera sees the film, again and again."""
    arguments = [*ARGUMENTS, *FAKE_CAMERA, f"--use-file-for-fake-video-capture={film(tmp_path, FILM)}"]
    browser = chromium.browser_type.launch(executable_path=CHROMIUM, args=arguments)
    yield browser
    browser.close()


def window(browser: Browser, centre: Centre) -> BrowserContext:
    """A window that may use the camera."""
    width, height = SIZES["wide"]
    context = browser.new_context(
        base_url=centre.address,
        viewport={"width": width, "height": height},
        locale="ar-EG",
        timezone_id="Africa/Cairo",
        permissions=["camera"],
    )
    context.set_default_timeout(SECONDS_TO_WAIT * 1000)
    return context


def test_the_camera_signs_the_tablet_in_and_reads_each_card_once(new_centre, at_the_door, pictures):
    context, stand_in = window(at_the_door, new_centre), StandIn()
    answer_by(context, stand_in)
    tablet = Tablet(Screen(context, new_centre.address, pictures))
    tablet.open()
    # This browser has no detector of its own, so the one that came with the page reads the film.
    assert tablet.page.evaluate("async () => (await window.BarcodeDetector?.getSupportedFormats())?.length ?? 0") == 0
    tablet.expect_link("online")
    expect(tablet.page.locator("#sign-in")).to_be_hidden()
    expect(tablet.page.locator("#latest li")).to_have_count(2)
    # Until every picture has come again.
    begun = tablet.page.locator("#camera").evaluate("(video) => video.currentTime")
    tablet.page.wait_for_function(
        "([begun, more]) => document.getElementById('camera').currentTime > begun + more", arg=[begun, 9]
    )
    assert sorted(stand_in.codes()) == ["R1:F10001", "R1:M20002"]
    assert {scan["method"] for scan in stand_in.taken.values()} == {"qr"}
    assert sorted(one["code"] for one in tablet.kept()) == ["R1:F10001", "R1:M20002"]
    tablet.screen.picture("kiosk-camera")
    tablet.screen.expect_no_trouble()

    tablet.page.locator("#camera-switch").click()
    expect(tablet.page.locator("#camera")).to_be_hidden()
    tablet.page.reload()
    tablet.expect_link("online")
    expect(tablet.page.locator("#camera-switch")).to_have_attribute("aria-pressed", "false")


def test_the_browsers_own_detector_is_used_where_there_is_one(new_centre, at_the_door, pictures):
    context, stand_in = window(at_the_door, new_centre), StandIn()
    answer_by(context, stand_in)
    context.add_init_script(
        """window.BarcodeDetector = class {
            static async getSupportedFormats() { return ["ean_13", "qr_code"]; }
            async detect(source) { return source.videoWidth && window.shown ? [{ rawValue: " R1:F10001 " }] : []; }
        };"""
    )
    asked: list[str] = []
    tablet = Tablet(Screen(context, new_centre.address, pictures))
    tablet.page.on("request", lambda request: asked.append(request.url))
    tablet.open()
    expect(tablet.page.locator("#sign-in-camera")).to_be_visible()
    tablet.screen.picture("kiosk-sign-in-camera")
    tablet.sign_in()
    tablet.expect_link("online")
    tablet.page.evaluate("() => (window.shown = true)")
    tablet.expect_result("present")
    assert stand_in.codes() == ["R1:F10001"]
    assert not [url for url in asked if "vendor" in url]
    tablet.screen.expect_no_trouble()
