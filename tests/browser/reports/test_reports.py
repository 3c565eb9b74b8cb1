"""Three trips through the reports: a long export, a saved view, a report that is sent by itself."""

import csv
import re

import pytest
from playwright.sync_api import expect

from ..screen import ar
from .looking import look
from .scene import COURSE, HELPER, LONG, OTHER, SHORTER

pytestmark = pytest.mark.browser

REPORTS = "/courses-admin/reports/"
DISCOUNTS = f"{REPORTS}discounts/"
# How far the bar of the newest export is: it says so while it is on its way.
_MOVED = """(before) => {
    const bar = document.querySelector("#exports .export progress[max]");
    return bar && bar.value > before && bar.value < bar.max ? [bar.value, bar.max] : null;
}"""

_HALF_WAY = {"status": "running", "done": SHORTER // 2, "total": SHORTER}


@pytest.fixture
def window(centre, open_screen):
    """Somebody's window, signed in; nothing in it moves by itself."""

    def open_as(key):
        screen = open_screen(centre, reduced_motion="reduce")
        screen.sign_in(key)
        return screen

    return open_as


def filter_by(screen, course):
    """Open the discounts of one course."""
    screen.page.goto(DISCOUNTS)
    screen.field("Course").select_option(label=course)
    screen.press("Show")
    screen.page.wait_for_url("**course=*")
    expect(screen.page.locator("#report-rows")).to_contain_text(course)


def test_a_long_export_shows_how_far_it_is_can_be_cancelled_and_is_taken_by_its_owner_alone(window, centre):
    books = window("accountant")
    page = books.page
    # A link begins no work: it shows the button that does.
    page.goto(f"{DISCOUNTS}file.xlsx")
    look(books, "password")
    books.give_password()
    expect(page.get_by_role("button", name=ar("Make the file"))).to_be_visible()
    look(books, "long-export")
    books.press("Make the file")
    export = page.locator("#exports .export").first
    first, total = page.wait_for_function(_MOVED, arg=0).json_value()
    assert total == LONG + SHORTER
    second, _total = page.wait_for_function(_MOVED, arg=first).json_value()
    assert first < second < total
    expect(export.locator("[data-total]")).to_have_text(f"{total:,}")
    export.get_by_role("button", name=ar("Cancel")).click()
    books.expect_message(ar("The export was cancelled; nothing of it is kept."))
    expect(export).to_have_attribute("data-status", "cancelled")
    expect(export.get_by_role("link", name=ar("Download"))).to_have_count(0)

    filter_by(books, OTHER)
    # Held in the middle of its way for as long as it is looked at.
    page.route("**/progress/", lambda asked: asked.fulfill(json=_HALF_WAY))
    books.press("CSV", exact=False)
    page.wait_for_url("**/exports/")
    expect(export.locator("[data-done]")).to_have_text(f"{_HALF_WAY['done']:,}")
    look(books, "export-under-way")
    page.unroute("**/progress/")
    # Meanwhile she goes on working, and is told on whatever page she is.
    page.goto(REPORTS)
    notice = page.locator("#export-news .export-notice")
    expect(notice).to_contain_text(ar("Your export “%(title)s” is ready.", title=ar("Discounts given")))
    look(books, "notice")
    path = books.download(notice.get_by_role("link", name=ar("Download")))
    rows = list(csv.reader(path.read_text("utf-8-sig").splitlines()))
    assert len(rows) == 1 + SHORTER + 1
    assert {row[2] for row in rows[1:-1]} == {OTHER}
    page.goto(f"{REPORTS}exports/")
    look(books, "exports")
    link = export.get_by_role("link", name=ar("Download")).get_attribute("href")

    # A manager may open the same report, and has no part in her files.
    boss = window("manager")
    boss.page.goto(f"{REPORTS}exports/")
    boss.expect_message(ar("You have no exports. Ask for one on the page of a report."))
    assert boss.page.request.get(f"{centre.address}{link}").status == 404


def test_filters_are_kept_under_a_name_shared_opened_by_another_and_deleted(window):
    books, helper = window("accountant"), window(HELPER)
    filter_by(books, COURSE)
    books.page.get_by_role("link", name=ar("Save these filters")).click()
    form = books.page.locator("form.report-card")
    expect(form).to_contain_text(ar("Shared with"))
    books.press("Save", within=form)
    expect(form.locator(".report-error")).to_have_count(1)
    look(books, "save-form")
    name = "خصومات نور البيان لمراجعة آخر الشهر"
    books.field("Name", within=form).fill(name)
    books.field("Shared with", within=form).select_option(label=ar("Accountants"))
    books.press("Save", within=form)
    books.expect_message(ar("Saved as “%(name)s”.", name=name))
    chip = books.page.locator(".report-chip-open")
    expect(chip).to_contain_text(name)
    look(books, "saved-view")

    helper.page.goto(REPORTS)
    shared = helper.page.get_by_role("link").filter(has_text=name)
    look(helper, "list-with-views")
    shared.click()
    expect(helper.page.locator("#report-rows")).to_contain_text(COURSE)
    expect(helper.field("Course").locator("option:checked")).to_have_text(COURSE)
    expect(helper.page.locator("#report-rows")).not_to_contain_text(OTHER)
    # It is hers: he sees it and can't change it.
    expect(helper.page.locator(".report-chip-edit")).to_have_count(0)

    chip.get_by_role("link", name=re.compile(name)).last.click()
    delete = books.page.get_by_role("link", name=ar("Delete this view"))
    expect(delete).to_be_visible()
    look(books, "view")
    delete.click()
    expect(books.page.locator("#content")).to_contain_text(
        ar("“%(group)s” see it too, and lose it with you.", group=ar("Accountants"))
    )
    look(books, "view-delete")
    books.page.get_by_role("link", name=ar("No, keep it")).click()
    delete.click()
    books.press("Yes, delete it", exact=False)
    books.expect_message(ar("“%(name)s” is deleted.", name=name))
    helper.page.goto(REPORTS)
    expect(shared).to_have_count(0)


def test_a_report_is_sent_by_itself_changed_paused_and_deleted(window):
    boss = window("manager")
    page, name = boss.page, "خصومات الأسبوع"
    filter_by(boss, COURSE)
    page.get_by_role("link", name=ar("Send by e-mail")).click()
    boss.field("Name").fill(name)
    boss.field("How often").select_option(label=ar("Every week"))
    boss.press("Save")
    # Neither the weekday nor anybody to send it to.
    expect(page.locator(".report-error")).to_have_count(1)
    look(boss, "schedule-form-refused")
    page.get_by_label("هدى سمير").check()
    boss.press("Save")
    # What leaves by itself is of people too; nothing that was typed is lost on the way.
    boss.give_password()
    expect(page.locator(".report-error")).to_have_text([ar("Say on which weekday.")])
    boss.field("Weekday").select_option(label=ar("Thursday"))
    boss.field("About").select_option(label=ar("The week before, Saturday to Friday"))
    boss.press("Save")
    facts = page.locator(".report-facts")
    expect(facts).to_contain_text(f"{ar('Every week')}: {ar('Thursday')}")
    expect(facts).to_contain_text("هدى سمير")
    expect(facts).to_contain_text(COURSE)
    look(boss, "schedule")

    page.get_by_role("link", name=ar("Change"), exact=True).click()
    boss.field("How often").select_option(label=ar("Every month"))
    # As the centre's keyboards type it.
    boss.field("Day of the month").fill("٣١")
    look(boss, "schedule-form")
    boss.press("Save")
    expect(facts).to_contain_text(re.compile(rf"{ar('Every month')}: .*31"))
    boss.press("Pause")
    expect(facts).to_contain_text(ar("Paused"))
    page.goto(f"{REPORTS}schedules/")
    expect(page.locator(".report-schedules")).to_contain_text(ar("Paused"))
    look(boss, "schedules")
    page.get_by_role("link", name=name).click()
    boss.press("Resume")
    expect(facts).not_to_contain_text(ar("Paused"))

    page.get_by_role("link", name=ar("Delete"), exact=False).click()
    expect(page.locator("#content")).to_contain_text(ar("To stop it for a while, pause it."))
    look(boss, "schedule-delete")
    boss.press("Yes, delete it", exact=False)
    boss.expect_message(ar("“%(name)s” is deleted.", name=name))
    boss.expect_message(ar("No report is sent by e-mail yet."))
