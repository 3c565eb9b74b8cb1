"""The staff's first page in a browser: open to everybody in either theme, its charts drawn with whole names."""

import re
import subprocess
from collections import Counter

import pytest

from .screen import SIZES
from .site.test_accessible import AXE, TAGS

pytestmark = pytest.mark.browser

_AMOUNT = re.compile(r"[\d,]+\.\d\d")

# The page's own part: the frame around it is Unfold's.
_LOOK = """async (tags) =>
    (await axe.run(".home", {runOnly: {type: "tag", values: tags}, preload: false})).violations.map(
        (one) => one.id + ": " + one.nodes.map((node) => node.target + " " + node.failureSummary))"""


@pytest.mark.parametrize("role", ["manager", "registrar", "instructor"])
def test_axe_finds_nothing_on_the_first_page_in_either_theme(demo_centre, open_screen, role):
    screen = open_screen(demo_centre, reduced_motion="reduce")
    screen.sign_in(role)
    found = []
    for theme in ("light", "dark"):
        screen.page.evaluate("theme => localStorage.setItem('_x_adminTheme', JSON.stringify(theme))", theme)
        screen.page.evaluate("theme => localStorage.setItem('adminTheme', JSON.stringify(theme))", theme)
        screen.page.goto("/courses-admin/")
        for width, height in SIZES.values():
            screen.page.set_viewport_size({"width": width, "height": height})
            screen.page.evaluate(AXE)
            assert screen.page.locator(".home").is_visible()
            wrong = screen.page.evaluate(_LOOK, TAGS)
            found += [f"{theme} {width}: {one}" for one in wrong]
    assert found == [], "\n".join(found)


def test_a_chart_with_long_names_lies_on_a_narrow_screen_and_stands_on_a_wide_one(demo_centre, open_screen):
    screen = open_screen(demo_centre)
    screen.sign_in("manager")
    for size, way in (("wide", "upright"), ("narrow", "across")):
        width, height = SIZES[size]
        screen.page.set_viewport_size({"width": width, "height": height})
        screen.page.goto("/courses-admin/reports/courses/")
        screen.page.locator(f'canvas[data-drawn="{way}"]').wait_for()


def test_paper_has_the_charts_table_and_no_menu(demo_centre, open_screen):
    screen = open_screen(demo_centre)
    screen.sign_in("manager")
    for address in ("/courses-admin/", "/courses-admin/reports/courses/"):
        screen.page.goto(address)
        screen.page.emulate_media(media="print")
        assert screen.page.locator(".chart-points").first.bounding_box()["height"] > 40
        assert not any(canvas.is_visible() for canvas in screen.page.locator("canvas").all())
        assert not screen.page.locator("#nav-sidebar").is_visible()
        screen.page.emulate_media(media="screen")


def test_the_months_sheet_with_pay_is_printed_to_its_last_column(demo_centre, open_screen, tmp_path):
    screen = open_screen(demo_centre)
    screen.sign_in("manager")
    screen.page.goto("/courses-admin/attendance/instructorattendance/month/")
    shown = _AMOUNT.findall(screen.page.locator("#month-everybody.staff-wide").inner_text())
    paper = tmp_path / "month.pdf"
    screen.page.pdf(path=paper, prefer_css_page_size=True)
    printed = subprocess.run(["pdftotext", "-layout", paper, "-"], capture_output=True, text=True, check=True).stdout
    assert shown
    assert Counter(_AMOUNT.findall(printed)) == Counter(shown)
