"""The registrar brings in the sheets and decides on the requests that came with them."""

import re

import openpyxl
from playwright.sync_api import expect

from ..centre import ROOT
from ..screen import Screen, ar, ar_many
from .plan import CRAFTS

DATA = ROOT / "tests" / "data"
REASON = "الدورة لا تناسب سن الطفل"


def import_sheet(screen: Screen, kind: str, file: str, lines: dict[str, int]) -> None:
    """Hand it in, look at what it would do, take the faulty lines home, confirm."""
    hand_in(screen, kind, file, lines)
    screen.picture(f"preview-{file}")
    _check_faulty_sheet(screen, file, lines["faulty"])
    screen.page.get_by_role("button", name=re.compile(_digits(lines["new"]))).click()
    expect(screen.page.locator("[data-count=new]")).to_have_text(_figure(lines["new"]), timeout=120_000)
    screen.expect_message(ar("Added:"))
    screen.picture(f"imported-{file}")


def import_again(screen: Screen, kind: str, file: str, lines: dict[str, int]) -> None:
    """The same sheet a second time: every good line is a repeat, and nothing is there to be imported."""
    repeated = lines["new"] + lines["repeated"]
    hand_in(screen, kind, file, {"new": 0, "changed": 0, "repeated": repeated, "faulty": lines["faulty"]})
    screen.press("Nothing is new: close this sheet")
    expect(screen.page.locator("[data-count=new]")).to_have_text("0")
    expect(screen.page.locator("[data-count=repeated]")).to_have_text(_figure(repeated))


def hand_in(screen: Screen, kind: str, file: str, lines: dict[str, int]) -> None:
    """Choose the kind and the file; the preview has these numbers."""
    screen.go("Imports", "Imported sheets")
    screen.add()
    screen.page.get_by_label(ar(kind)).check()
    screen.page.locator("input[type=file]").set_input_files(DATA / file)
    screen.press("Read the sheet")
    for name, count in lines.items():
        expect(screen.page.locator(f"[data-count={name}]")).to_have_text(_figure(count), timeout=120_000)


def _figure(count: int) -> re.Pattern[str]:
    """1476, however its thousands are written."""
    return re.compile(rf"^\s*{_digits(count)}\s*$")


def _digits(count: int) -> str:
    return f"{count:,}".replace(",", ",?")


def _check_faulty_sheet(screen: Screen, file: str, faulty: int) -> None:
    path = screen.download(screen.page.get_by_role("link", name=ar("Download the faulty lines")), of_people=True)
    sheet = openpyxl.load_workbook(path).active
    rows = list(sheet.iter_rows(values_only=True))
    given = next(openpyxl.load_workbook(DATA / file).active.iter_rows(values_only=True))
    assert sheet.sheet_view.rightToLeft
    assert rows[0] == (*given, ar("Line in the sheet"), ar("What is wrong"))
    assert len(rows) == faulty + 1
    assert all(isinstance(row[-2], int) and re.search("[ء-ي]{3}", row[-1]) for row in rows[1:]), rows
    # In a copy of the sheet that is open at the same time, the line is found by its number.
    original = list(openpyxl.load_workbook(DATA / file).active.iter_rows(values_only=True))
    assert rows[1][3] in (original[rows[1][-2] - 1][3], None, "")


def accept_one(screen: Screen, name: str, course: str) -> None:
    """The dialog says what the decision depends on; then there is a place."""
    _open_request(screen, name)
    dialog = screen.open_dialog("Accept")
    expect(dialog).to_contain_text(ar("seats left"))
    screen.picture("accept")
    screen.send(dialog)
    screen.expect_message(ar("%(name)s has a place in “%(course)s”.", name=name, course=course))


def refuse_one(screen: Screen, name: str) -> None:
    """Without a reason nothing happens but a sentence at the field; the reason stays on the request's page."""
    _open_request(screen, name)
    dialog = screen.open_dialog("Refuse")
    screen.send(dialog)
    expect(dialog.get_by_text(ar("This field is required."))).to_be_visible()
    screen.field("Reason", within=dialog).fill(REASON)
    screen.send(dialog)
    screen.expect_message(ar("The request is refused."))
    expect(screen.page.get_by_text(REASON).first).to_be_visible()
    screen.picture("refused")


def let_one_wait(screen: Screen, name: str) -> None:
    """The course is full: a seat is refused, a place on the waiting list is not."""
    _open_request(screen, name)
    dialog = screen.open_dialog("Accept")
    screen.send(dialog)
    no_seat = ar("No seat is left in “%(course)s”: put the request on the waiting list.", course=CRAFTS.name)
    expect(dialog).to_contain_text(no_seat)
    dialog.get_by_text(ar("Cancel"), exact=True).click()
    screen.send(screen.open_dialog("Put on the waiting list"))
    screen.expect_message(ar("The request is on the waiting list."))


def _open_request(screen: Screen, name: str) -> None:
    screen.go("Enrolments", "Requests")
    screen.search(name)
    screen.page.locator("#result_list").get_by_role("link", name=name).first.click()
    screen.page.wait_for_load_state()


def accept_more_than_fit(screen: Screen) -> None:
    """All of a page at once: as many as there are seats, in the order they asked, and the others by name."""
    screen.go("Enrolments", "Requests")
    screen.search(CRAFTS.name)
    screen.page.locator("#action-toggle").check()
    shown = screen.page.locator("#result_list input.action-select").count()
    assert shown > CRAFTS.seats
    run_action(screen, "Accept the selected")
    screen.expect_message(ar_many("%(count)s request was accepted.", "%(count)s requests were accepted.", CRAFTS.seats))
    screen.expect_message(ar_many("%(count)s could not be:", "%(count)s could not be:", shown - CRAFTS.seats))
    screen.picture("bulk")


def run_action(screen: Screen, label: str) -> None:
    """Run an action of the list on what is selected."""
    bar = screen.page.locator("#changelist-actions")
    bar.locator("select[name=action]").select_option(label=ar(label))
    bar.locator("button[type=submit]").click()
    screen.page.wait_for_load_state()
