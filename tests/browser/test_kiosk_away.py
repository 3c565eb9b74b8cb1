"""The tablet at a door and a centre that isn't there, answers late, or says no: what was read is never lost."""

from typing import Any

import pytest
from playwright.sync_api import Error, Route, expect

from .screen import ar
from .tablet import CUT, DEVICE, Tablet, answer, cut

pytestmark = pytest.mark.browser


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
    tablet.expects(CUT)


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
    tablet.expects("400", CUT)


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
