"""Visitors find a course, on a telephone and at a desk, in both languages, with scripts and without."""

import re
import subprocess

import pytest
from playwright.sync_api import expect

from tests.browser.screen import SIZES

pytestmark = pytest.mark.browser

BOTH_SIZES = pytest.mark.parametrize("size", SIZES)
BOTH_LANGUAGES = pytest.mark.parametrize("language", ["ar", "en"])


def of(language, name):
    return name if language == "ar" else f"{name}, en"


def expect_language(page, language):
    expect(page.locator("html")).to_have_attribute("lang", language)
    expect(page.locator("html")).to_have_attribute("dir", "rtl" if language == "ar" else "ltr")


@BOTH_SIZES
@BOTH_LANGUAGES
def test_a_visitor_filters_opens_a_course_and_changes_the_language(visit, addresses, size, language):
    other = "en" if language == "ar" else "ar"
    with visit(size) as visitor:
        page = visitor.page
        visitor.go(addresses[of(language, "courseindex")])
        expect_language(page, language)
        before = page.locator(".found-count").inner_text()
        page.locator("[name=age]").fill("٧")
        page.locator("[name=seats]").check()
        expect(page).to_have_url(re.compile("seats=on"))
        expect(page.locator("[data-found][aria-busy]")).to_have_count(0)
        expect(page.locator(".found-count")).not_to_have_text(before)
        assert page.locator(".found-count").inner_text() == page.locator("[data-found-status]").inner_text()
        assert page.locator(".seats-full, .seats-closed").count() == 0
        visitor.expect_calm()
        page.locator(".card h3 a").first.click()
        expect(page.locator(".course-facts .seats")).to_be_visible()
        visitor.expect_calm()
        visitor.go(addresses[of(language, "course")])
        page.locator(f".language[hreflang={other}]").click()
        expect_language(page, other)
        expect(page.locator(".course-facts .price")).to_be_visible()
        visitor.expect_calm()


@BOTH_SIZES
def test_without_a_script_the_forms_button_finds_the_same(visit, addresses, size):
    with visit(size, java_script_enabled=False) as visitor:
        page = visitor.page
        visitor.go(addresses["courseindex"])
        page.locator("[name=seats]").check()
        page.locator(".look button").click()
        expect(page.locator("[name=seats]")).to_be_checked()
        assert "seats=on" in page.url
        assert page.locator(".card").count() == page.locator(".card .seats-open").count() > 0
        page.locator(".card h3 a").first.click()
        expect(page.locator(".course-facts .price")).to_be_visible()
        expect(page.locator("[data-print]")).to_be_hidden()
        assert visitor.trouble == []


@pytest.mark.parametrize("which", ["course", "course, en", "full course"])
def test_a_course_takes_one_sheet_of_paper(visit, addresses, pictures, which):
    paper = pictures / f"{which.replace(', ', '-').replace(' ', '-')}.pdf"
    with visit("wide") as visitor:
        visitor.go(addresses[which])
        visitor.page.pdf(path=paper, format="A4", prefer_css_page_size=True)
        title = visitor.page.locator("h1").inner_text()
    told = subprocess.run(["pdfinfo", paper], check=True, capture_output=True, text=True).stdout
    assert "Pages:           1\n" in told, told
    assert title
