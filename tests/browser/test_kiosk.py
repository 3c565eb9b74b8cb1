"""The tablet at a door, between people, readers and a centre that isn't always there."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Error, Route, expect

from .centre import Centre
from .screen import Screen, ar
from .tablet import DEVICE, KEY, StandIn, Tablet, tablet_of

pytestmark = pytest.mark.browser

type Opener = Callable[..., Screen]
REFUSED_BY_NETWORK = ("ERR_INTERNET_DISCONNECTED", "ERR_FAILED")


@pytest.fixture
def stand_in() -> StandIn:
    return StandIn()


@pytest.fixture
def tablet(new_centre: Centre, open_screen: Opener, stand_in: StandIn) -> Tablet:
    """A tablet that is signed in."""
    tablet = tablet_of(open_screen, new_centre, stand_in)
    tablet.open()
    tablet.sign_in()
    tablet.expect_link("online")
    return tablet


def cut(route: Route, scans: list[dict[str, Any]]) -> bool:
    """No connection."""
    route.abort("internetdisconnected")
    return True


def answer(**answered: Any) -> Callable[[Route, list[dict[str, Any]]], bool]:
    """Something on the way answers, and it isn't the centre."""

    def fulfil(route: Route, scans: list[dict[str, Any]]) -> bool:
        route.fulfill(**answered)
        return True

    return fulfil


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
    tablet.expects(*REFUSED_BY_NETWORK[:1])


# --- readers that type --------------------------------------------------------------------------------------------


def test_what_a_reader_types_is_read_and_presses_no_button(tablet, stand_in):
    # The button that has the focus would be pressed by the reader's Enter.
    tablet.page.locator("#leave").focus()
    tablet.read("0004123456")
    tablet.expect_result("present")
    tablet.read("R1:F10001")
    expect(tablet.page.locator("#result")).to_contain_text("يوسف أحمد الجندي")
    expect(tablet.page.locator("#sign-out")).to_be_hidden()
    assert [(one["code"], one["method"]) for one in stand_in.taken.values()] == [
        ("0004123456", "rfid"),
        ("R1:F10001", "qr"),
    ]


def test_what_fingers_type_is_no_reading(tablet, stand_in):
    tablet.read("0004123456", between_keys=120)
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
    tablet.expects(*REFUSED_BY_NETWORK[:1])


def test_it_speaks_english_when_it_is_told_to(tablet):
    tablet.page.get_by_role("button", name="English").click()
    expect(tablet.page.locator("html")).to_have_attribute("dir", "ltr")
    tablet.expect_link("online")
    tablet.read("R1:F10001")
    expect(tablet.expect_result("present")).to_contain_text("Marked present")
    expect(tablet.page.locator("#link")).to_contain_text("Connected")
    tablet.screen.picture("kiosk-english")


# --- without a connection -----------------------------------------------------------------------------------------


def test_without_a_connection_it_says_queued_and_sends_in_order_when_it_is_back(tablet, stand_in):
    stand_in.fault = cut
    tablet.context.set_offline(True)
    for code in ("R1:F10001", "R1:M20002", "0004123456"):
        tablet.read(code)
        result = tablet.expect_result("queued")
        expect(result.locator(".said")).to_have_text("في الانتظار")
    tablet.expect_link("away")
    tablet.expect_waiting(3)
    assert tablet.listed() == ["queued"] * 3
    before = {one["scan_id"]: one["at"] for one in tablet.kept()}

    # Its page opens without the server, and knows what waits.
    tablet.page.reload()
    tablet.expect_waiting(3)
    tablet.expect_link("away")
    assert tablet.listed() == ["queued"] * 3
    tablet.read("R1:F10001")
    tablet.expect_result("queued")

    # The tab dies, and another one is opened.
    with pytest.raises(Error, match="crash"):
        tablet.page.goto("chrome://crash")
    tablet.page.close()
    tablet.page = tablet.context.new_page()
    tablet.page.goto("/kiosk/")
    tablet.expect_waiting(4)

    stand_in.fault = None
    tablet.context.set_offline(False)
    tablet.expect_waiting(0)
    tablet.expect_link("online")
    assert stand_in.codes() == ["R1:F10001", "R1:M20002", "0004123456", "R1:F10001"]
    assert before.items() <= {key: scan["at"] for key, scan in stand_in.taken.items()}.items()
    assert tablet.listed() == ["present"] * 4
    tablet.expects(*REFUSED_BY_NETWORK[:1])


@pytest.mark.parametrize(
    "fault",
    [
        answer(status=200, body="<title>Wi-Fi</title>", content_type="text/html"),
        answer(status=200, json={"welcome": "to the hotel"}),
        answer(status=502, body="Bad gateway"),
        answer(status=404, body="Not found"),
        answer(status=429, headers={"Retry-After": "1"}, body=""),
    ],
    ids=["a page", "something else", "a proxy", "another server", "too often"],
)
def test_what_isnt_an_answer_of_the_centre_is_no_connection(tablet, stand_in, fault):
    stand_in.fault = fault
    tablet.read("R1:F10001")
    tablet.expect_result("queued")
    tablet.expect_link("away")
    stand_in.fault = None
    tablet.expect_result("present")
    tablet.expect_link("online")
    assert stand_in.codes() == ["R1:F10001"]
    tablet.screen.trouble.clear()


def test_an_answer_that_was_lost_is_asked_for_again_with_the_same_numbers(tablet, stand_in):
    def lose(route: Route, scans: list[dict[str, Any]]) -> bool:
        stand_in.taken |= {scan["scan_id"]: scan for scan in scans}
        route.abort("connectionreset")
        return True

    stand_in.fault = lose
    tablet.read("R1:F10001")
    tablet.expect_result("queued")
    stand_in.fault = None
    tablet.expect_result("duplicate")
    assert stand_in.codes() == ["R1:F10001"]
    tablet.expects("ERR_CONNECTION_RESET")


def test_a_server_that_takes_its_time_leaves_nobody_at_the_door_waiting(tablet, stand_in):
    held: list[Route] = []
    stand_in.fault = lambda route, scans: held.append(route) or True
    tablet.read("R1:F10001")
    tablet.expect_result("sending")
    tablet.expect_result("queued")
    stand_in.fault = None
    stand_in.answer(held[0])
    tablet.expect_result("present")


def test_two_windows_of_a_tablet_send_one_after_the_other(tablet, stand_in):
    held: list[Route] = []
    stand_in.fault = lambda route, scans: held.append(route) or True
    tablet.read("R1:F10001")
    tablet.expect_result("sending")
    other = Tablet(tablet.screen)
    other.page = tablet.context.new_page()
    other.page.goto("/kiosk/")
    other.read("R1:M20002")
    other.expect_waiting(2)
    assert len(held) == 1
    stand_in.fault = None
    stand_in.answer(held[0])
    other.expect_result("present")
    tablet.expect_waiting(0)
    assert [scan["code"] for batch in stand_in.batches for scan in batch] == ["R1:F10001", "R1:M20002"]


# --- refusals -----------------------------------------------------------------------------------------------------


def test_a_key_that_is_no_longer_good_loses_nothing(tablet, stand_in):
    stand_in.key = "the-renewed-key"
    tablet.read("R1:F10001")
    tablet.expect_result("queued")
    tablet.expect_link("dismissed")
    alert = tablet.page.get_by_role("alert").filter(has_text=ar("This tablet's key is no longer good."))
    expect(alert).to_be_visible()
    tablet.screen.picture("kiosk-dismissed")
    tablet.page.reload()
    expect(alert).to_be_visible()
    # Who comes meanwhile is written down too.
    tablet.read("R1:M20002")
    tablet.expect_result("queued")
    tablet.expect_waiting(2)
    alert.get_by_role("button").click()
    tablet.screen.picture("kiosk-new-key")
    tablet.sign_in(line=f"{DEVICE}:the-renewed-key")
    tablet.expect_waiting(0)
    tablet.expect_link("online")
    expect(alert).to_be_hidden()
    assert stand_in.codes() == ["R1:F10001", "R1:M20002"]
    tablet.expects("401")


def test_one_faulty_reading_holds_no_other_up(tablet, stand_in):
    def refuse(route: Route, scans: list[dict[str, Any]]) -> bool:
        if not any(scan["code"] == "5550013" for scan in scans):
            return False
        route.fulfill(status=400, json={"scans": [{}, {"code": ["This code can't be."]}]})
        return True

    stand_in.fault = cut
    codes = [f"55500{number}" for number in range(10, 30)]
    for code in codes:
        tablet.read(code)
    tablet.expect_waiting(20)
    stand_in.fault = refuse
    tablet.expect_waiting(0)
    assert stand_in.codes() == [code for code in codes if code != "5550013"]
    refused = tablet.page.locator("#refused")
    expect(refused).to_contain_text("1")
    refused.click()
    dialog = tablet.page.locator("#refused-readings")
    expect(dialog).to_contain_text("5550013")
    expect(dialog).to_contain_text("This code can't be.")
    tablet.screen.picture("kiosk-refused")
    stand_in.fault = None
    dialog.get_by_role("button", name=ar("Send all again")).click()
    expect(refused).to_be_hidden()
    assert stand_in.codes()[-1] == "5550013"
    tablet.expects("400", *REFUSED_BY_NETWORK[:1])


def test_a_refused_reading_is_removed_by_a_second_press(tablet, stand_in):
    stand_in.fault = answer(status=400, json={"detail": "No."})
    tablet.read("5550013")
    tablet.expect_result("refused")
    tablet.page.locator("#refused").click()
    remove = tablet.page.locator("#refused-list").get_by_role("button")
    remove.click()
    expect(remove).to_have_text(ar("Remove for good?"))
    remove.click()
    expect(tablet.page.locator("#refused-list li")).to_have_count(0)
    assert tablet.kept() == []
    tablet.expects("400")


def test_what_waited_long_goes_in_batches_of_five_hundred(tablet, stand_in):
    stand_in.fault = cut
    tablet.page.evaluate(
        """async () => {
            const store = await import("/static/kiosk/js/store.js");
            for (let number = 0; number < 620; number += 1)
                await store.keepReading({ code: String(10000 + number), method: "rfid" });
        }"""
    )
    stand_in.fault = None
    tablet.read("R1:F10001")
    tablet.expect_result("present")
    assert [len(batch) for batch in stand_in.batches if batch] == [500, 121]
    assert stand_in.codes() == [*(str(10000 + number) for number in range(620)), "R1:F10001"]
    # Of those that were answered the last ten stay.
    assert len(tablet.kept()) == 10


def test_a_reading_that_cant_be_kept_is_said_aloud(tablet, stand_in):
    tablet.page.evaluate(
        "() => { IDBObjectStore.prototype.add = () => { throw new DOMException('full', 'QuotaExceededError'); }; }"
    )
    tablet.read("R1:F10001")
    expect(tablet.expect_result("not_kept")).to_contain_text(ar("Please tell a member of staff now."))
    assert stand_in.codes() == []
