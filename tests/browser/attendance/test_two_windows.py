"""A mark in one window appears in the other; colleagues at one list; a list without a network and without a script."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from ..screen import SIZES, ar, ar_of_script
from ..test_screens import expect_arabic, expect_whole
from .conftest import Window

pytestmark = pytest.mark.browser

_SMALL = """() => {
    const targets = document.querySelectorAll("#marking :is(button, summary, a, input:not([type=hidden]))");
    const shown = Array.from(targets).filter((one) => one.checkVisibility());
    const boxes = shown.map((one) => [one, one.getBoundingClientRect()]);
    return boxes.filter(([, { width, height }]) => width < 48 || height < 48)
        .map(([one, { width, height }]) => `${one.outerHTML.slice(0, 80)} ${width}×${height}`);
}"""

type Opener = Callable[..., Window]


def test_a_mark_in_one_window_appears_on_the_board_in_the_other(window: Opener) -> None:
    board, sami = window("manager", "board"), window("instructor", "list")
    present, absent, unmarked = (int(board.figure(name).inner_text()) for name in ("present", "absent", "unmarked"))
    expect(board.missing("آدم")).to_have_count(1)
    sami.tap("آدم", "present")
    expect(board.figure("present")).to_have_text(str(present + 1))
    expect(board.figure("unmarked")).to_have_text(str(unmarked - 1))
    expect(board.missing("آدم")).to_have_count(0)
    sami.tap("بسملة", "absent")
    expect(board.figure("absent")).to_have_text(str(absent + 1))
    expect(board.missing("بسملة")).to_have_attribute("data-absent", "1")
    # Absent after all: a name that the board had taken away comes back.
    sami.tap("آدم", "absent")
    expect(board.missing("آدم")).to_have_attribute("data-absent", "1")
    expect(board.figure("present")).to_have_text(str(present))


def test_two_at_one_list_see_each_other_and_the_later_mark_counts(window: Opener) -> None:
    sami, colleague = window("instructor", "list"), window("supervisor", "list")
    sami.tap("جنى", "present")
    colleague.expect_row("جنى", "present")
    expect(colleague.said("جنى")).to_contain_text("سامي")
    colleague.tap("جنى", "absent")
    sami.expect_row("جنى", "absent")
    expect(sami.said("جنى")).not_to_contain_text(ar_of_script("Saved"))
    sami.page.reload()
    sami.expect_row("جنى", "absent")


def test_a_row_under_the_finger_stays_and_says_who_marked(window: Opener) -> None:
    sami, colleague = window("instructor", "list"), window("supervisor", "list")
    sami.row("حمزة").locator("summary").click()
    typed = sami.row("حمزة").locator("input[name=rating]")
    typed.fill("7.5")
    colleague.tap("حمزة", "absent")
    expect(sami.said("حمزة")).to_contain_text(ar_of_script("absent"))
    sami.expect_row("حمزة", "unmarked")
    expect(typed).to_have_value("7.5")
    typed.press("Enter")
    colleague.expect_row("حمزة", "present")
    expect(colleague.row("حمزة").locator("[data-rating]")).to_contain_text("7.5")


def test_a_rating_that_is_none_is_refused_at_its_row_and_stays_typed(window: Opener) -> None:
    sami = window("instructor", "list")
    sami.row("خديجة").locator("summary").click()
    typed = sami.row("خديجة").locator("input[name=rating]")
    typed.fill("10.01")
    typed.press("Enter")
    expect(sami.said("خديجة")).to_contain_text(ar("A rating is from 1 to 10."))
    sami.expect_row("خديجة", "unmarked")
    expect(typed).to_have_value("10.01")
    # In Arabic digits, as the keyboard has them.
    typed.fill("")
    typed.press_sequentially("٨٫٥")
    typed.press("Enter")
    expect(sami.row("خديجة").locator("[data-rating]")).to_contain_text("8.5")
    assert any("422" in one for one in sami.screen.trouble)
    sami.screen.trouble.clear()


def test_what_is_tapped_without_a_network_is_kept_and_sent_when_it_is_back(window: Opener) -> None:
    sami, board = window("instructor", "list"), window("manager", "board")
    sami.screen.context.set_offline(True)
    sami.tap("دانا", "absent")
    expect(sami.said("دانا")).to_contain_text(ar_of_script("Kept on this device, not saved yet"))
    expect(sami.page.locator("[data-net]")).to_be_visible()
    expect(board.missing("دانا")).to_have_attribute("data-absent", "0")
    sami.screen.context.set_offline(False)
    expect(board.missing("دانا")).to_have_attribute("data-absent", "1")
    expect(sami.said("دانا")).to_contain_text(ar_of_script("Saved"))
    expect(sami.page.locator("[data-net]")).to_be_hidden()
    sami.screen.trouble.clear()


def test_what_was_kept_is_sent_even_after_the_page_was_closed(window: Opener) -> None:
    sami = window("instructor", "list")
    sami.page.route(
        "**/lectures/*/", lambda route: route.abort() if route.request.method == "POST" else route.continue_()
    )
    sami.tap("زياد", "present")
    expect(sami.said("زياد")).to_contain_text(ar_of_script("Kept on this device, not saved yet"))
    sami.page.unroute_all()
    sami.page.reload()
    expect(sami.said("زياد")).to_contain_text(ar_of_script("Saved"))
    sami.page.reload()
    sami.expect_row("زياد", "present")
    sami.screen.trouble.clear()


def test_a_mark_that_came_late_does_not_take_a_colleagues_away(window: Opener) -> None:
    sami, colleague = window("instructor", "list"), window("supervisor", "list")
    sami.screen.context.set_offline(True)
    sami.tap("سلمى", "present")
    expect(sami.page.locator("[data-net]")).to_be_visible()
    colleague.tap("سلمى", "absent")
    expect(colleague.said("سلمى")).to_contain_text(ar_of_script("Saved"))
    sami.screen.context.set_offline(False)
    expect(sami.said("سلمى")).to_contain_text("زملائك")
    sami.expect_row("سلمى", "absent")
    colleague.expect_row("سلمى", "absent")
    sami.screen.trouble.clear()


def test_all_others_are_present_with_one_tap_and_unmarked_with_another(window: Opener) -> None:
    sami = window("instructor", "list")
    sami.page.set_viewport_size({"width": 390, "height": 844})
    left = int(sami.page.locator("[data-count=unmarked] dd").inner_text())
    assert left >= 2
    sami.page.locator("[data-default]").fill("9")
    sami.page.locator(".marking-all").click()
    expect(sami.page.locator("[data-count=unmarked] dd")).to_have_text("0")
    expect(sami.row("يوسف").locator("[data-rating]")).to_contain_text("9")
    sami.expect_row("بسملة", "absent")
    sami.page.locator("[data-undo]").click()
    expect(sami.page.locator("[data-count=unmarked] dd")).to_have_text(str(left))
    sami.expect_row("يوسف", "unmarked")


def test_a_name_is_found_in_any_spelling(window: Opener) -> None:
    sami = window("instructor", "list")
    sami.page.locator("[data-search]").fill("ادم")
    expect(sami.page.locator(".mark:visible")).to_have_count(1)
    expect(sami.row("آدم")).to_be_visible()
    sami.page.locator("[data-search]").fill("غسان")
    expect(sami.page.locator("[data-nothing]")).to_be_visible()


def test_without_a_script_a_tap_marks_all_the_same(window: Opener) -> None:
    sami = window("instructor", "list", java_script_enabled=False)
    sami.tap("عمر", "absent")
    sami.expect_row("عمر", "absent")
    assert "#child-" in sami.page.url
    sami.row("عمر").locator("summary").click()
    sami.row("عمر").locator("[name=quick][value='6']").click()
    sami.expect_row("عمر", "present")
    expect(sami.row("عمر").locator("[data-rating]")).to_contain_text("6")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_are_whole_in_both_widths(window: Opener, scheme: str) -> None:
    for key, what in (("instructor", "list"), ("manager", "board"), ("instructor", "board")):
        shown = window(key, what, color_scheme=scheme)
        expect_whole(shown.screen, direction="rtl")
        expect_arabic(shown.screen, what)
        shown.screen.picture(f"attendance-{what}-{key}-{scheme}")


def test_every_button_of_the_list_is_large_enough_for_a_thumb(window: Opener) -> None:
    sami = window("instructor", "list")
    width, height = SIZES["narrow"]
    sami.page.set_viewport_size({"width": width, "height": height})
    for summary in sami.page.locator(".mark summary").all()[:2]:
        summary.click()
    small = sami.page.evaluate(_SMALL)
    assert not small, small


def test_no_phone_number_is_on_the_instructors_list(window: Opener) -> None:
    sami = window("instructor", "list")
    assert not re.search(r"\+?20?1[0125]\d{8}", sami.page.content())
