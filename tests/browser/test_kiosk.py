"""The tablet at a door, between people, readers and a centre that isn't always there."""

import pytest
from playwright.sync_api import expect

from .screen import ar
from .tablet import CUT, DEVICE, KEY, cut, tablet_of

pytestmark = pytest.mark.browser

# --- in and out ---------------------------------------------------------------------------------------------------


def test_a_tablet_signs_in_with_a_key_that_stands_in_no_address(new_centre, open_screen, stand_in):
    tablet = tablet_of(open_screen, new_centre, stand_in)
    asked: list[str] = []
    tablet.context.on("request", lambda request: asked.append(request.url))
    tablet.open()
    tablet.sign_in(line=f"{DEVICE}:an-old-key")
    wrong = ar("The centre doesn't know this device or key. Ask a manager for a new key.")
    expect(tablet.page.get_by_role("alert").filter(has_text=wrong)).to_be_visible()
    tablet.expects("401")
    tablet.sign_in(line="half of it")
    expect(
        tablet.page.get_by_role("alert").filter(
            has_text=ar("That isn't a device's line. It is long, and has a colon in it.")
        )
    ).to_be_visible()
    tablet.sign_in()
    tablet.expect_link("online")
    expect(tablet.page.locator("#sign-in")).to_be_hidden()
    tablet.page.reload()
    tablet.expect_link("online")
    assert not [url for url in asked if KEY in url]
    assert KEY not in tablet.page.content()


def test_signing_out_takes_the_key_and_the_names_and_leaves_what_waits(tablet, stand_in):
    tablet.read("R1:F10001")
    tablet.expect_result("present")
    stand_in.fault = cut
    tablet.read("R1:M20002")
    tablet.expect_waiting(1)
    tablet.page.get_by_role("button", name=ar("Sign the tablet out")).click()
    expect(tablet.page.locator("#kept-readings")).to_contain_text("1")
    tablet.page.get_by_role("button", name=ar("Sign out"), exact=True).click()
    expect(tablet.page.locator("#sign-in")).to_be_visible()
    assert [(one["code"], one["state"]) for one in tablet.kept()] == [("R1:M20002", "waiting")]
    stand_in.fault = None
    tablet.sign_in()
    tablet.expect_waiting(0)
    assert stand_in.codes() == ["R1:F10001", "R1:M20002"]
    tablet.expects(CUT)


# --- readers that type --------------------------------------------------------------------------------------------


def test_what_a_reader_types_is_read_and_presses_no_button(tablet, stand_in):
    # The button that has the focus would be pressed by the reader's Enter.
    tablet.page.locator("#leave").focus()
    tablet.type("0004123456")
    tablet.expect_result("present")
    tablet.read("R1:F10001")
    expect(tablet.page.locator("#result")).to_contain_text("يوسف أحمد الجندي")
    expect(tablet.page.locator("#sign-out")).to_be_hidden()
    assert [(one["code"], one["method"]) for one in stand_in.taken.values()] == [
        ("0004123456", "rfid"),
        ("R1:F10001", "qr"),
    ]


def test_a_key_that_comes_late_cuts_no_code_in_two(tablet, stand_in):
    tablet.page.evaluate(
        """async () => {
            const press = (key) => document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
            [..."R1:"].forEach(press);
            await new Promise((resolve) => setTimeout(resolve, 250));
            [..."F10001", "Enter"].forEach(press);
        }"""
    )
    tablet.expect_result("present")
    assert stand_in.codes() == ["R1:F10001"]


def test_what_fingers_type_is_no_reading(tablet, stand_in):
    tablet.type("0004123456", between_keys=120)
    tablet.read("77")
    tablet.read("R1:F10001")
    tablet.expect_result("present")
    assert stand_in.codes() == ["R1:F10001"]


def test_an_arabic_keyboard_layout_changes_no_code(tablet, stand_in):
    keys = [("Digit7", "٧"), ("KeyA", "ش"), ("KeyM", "ة"), ("Numpad0", "٠"), ("Minus", "ـ"), ("Digit1", "١")]
    tablet.page.evaluate(
        """keys => {
            for (const [code, key] of [...keys, ["Enter", "Enter"]])
                document.body.dispatchEvent(new KeyboardEvent("keydown", { code, key, bubbles: true }));
        }""",
        keys,
    )
    tablet.expect_result("present")
    assert stand_in.codes() == ["7am0-1"]


def test_the_key_of_a_device_is_never_a_reading(tablet, stand_in):
    tablet.read(f"{DEVICE}:{KEY}")
    tablet.read("R1:F10001")
    tablet.expect_result("present")
    assert stand_in.codes() == ["R1:F10001"]
    assert [one["code"] for one in tablet.kept()] == ["R1:F10001"]


# --- what it says -------------------------------------------------------------------------------------------------

OUTCOMES = {
    "check_in": "You are checked in",
    "check_out": "You are checked out",
    "re_entry": "Welcome back",
    "present": "Marked present",
    "repeat": "Read a moment ago",
    "duplicate": "Received before",
    "unknown_code": "Unknown card",
    "outside_window": "Outside the hours",
}


def test_each_outcome_has_its_words_its_colour_its_icon_and_its_sound(new_centre, open_screen, stand_in):
    tablet = tablet_of(open_screen, new_centre, stand_in)
    tablet.context.add_init_script(
        "window.tones = []; const Own = OscillatorNode;"
        "window.OscillatorNode = class extends Own {"
        "  start(at) { window.tones.push(this.frequency.value); super.start(at); }"
        "};"
    )
    tablet.open()
    tablet.sign_in()
    tablet.expect_link("online")
    looks = {}
    for number, (outcome, words) in enumerate(OUTCOMES.items()):
        code = f"R1:F1000{number}"
        stand_in.outcomes[code] = outcome
        tablet.page.evaluate("() => (window.tones.length = 0)")
        tablet.read(code)
        result = tablet.expect_result(outcome)
        expect(result.locator(".said")).to_have_text(ar(words))
        colour = result.evaluate("(one) => getComputedStyle(one).backgroundColor")
        icon = result.locator("use").get_attribute("href")
        looks[outcome] = (colour, icon, tuple(tablet.page.evaluate("() => window.tones")))
        tablet.screen.picture(f"kiosk-{outcome}")
    assert all(tones for _colour, _icon, tones in looks.values())
    # Nobody takes one kind for another: they differ in colour and sound, and most in the icon too.
    kinds = [looks[one] for one in ("present", "check_out", "repeat", "unknown_code", "outside_window")]
    assert len({colour for colour, _icon, _tones in kinds}) == len({icon for _colour, icon, _tones in kinds}) == 5
    assert len({looks[one][2] for one in ("present", "check_out", "repeat", "unknown_code")}) == 4


def test_the_page_is_whole_light_and_dark_at_the_sizes_of_tablets_and_telephones(tablet, stand_in):
    stand_in.outcomes = {"R1:M20002": "check_out", "5550001": "unknown_code", "0004123456": "repeat"}
    for code in ("R1:F10001", "R1:M20002", "5550001", "0004123456", "R1:F10001", "R1:M20002"):
        tablet.read(code)
        tablet.page.wait_for_timeout(50)
    stand_in.fault = cut
    for code in ("R1:F10001", "R1:M20002", "R1:F10001", "5550001", "R1:F10001"):
        tablet.read(code)
        tablet.page.wait_for_timeout(50)
    tablet.expect_result("queued")
    tablet.expect_link("away")
    for scheme in ("light", "dark"):
        tablet.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        for width, height in ((1400, 900), (1024, 768), (768, 1024), (390, 844)):
            tablet.page.set_viewport_size({"width": width, "height": height})
            tablet.read("R1:F10001")
            tablet.expect_result("queued")
            room, wide = tablet.page.evaluate(
                "() => [document.scrollingElement.clientWidth, document.scrollingElement.scrollWidth]"
            )
            assert wide <= room, (scheme, width)
            tablet.page.screenshot(path=tablet.screen.pictures / f"kiosk-queued-{scheme}-{width}.png", full_page=True)
    assert len(tablet.listed()) == 10
    tablet.expects(CUT)


def test_it_speaks_english_when_it_is_told_to(tablet):
    tablet.page.get_by_role("button", name="English").click()
    expect(tablet.page.locator("html")).to_have_attribute("dir", "ltr")
    tablet.expect_link("online")
    tablet.read("R1:F10001")
    expect(tablet.expect_result("present")).to_contain_text("Marked present")
    expect(tablet.page.locator("#link")).to_contain_text("Connected")
    tablet.screen.picture("kiosk-english")
