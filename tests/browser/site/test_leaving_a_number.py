"""A visitor leaves a number on a telephone and at a desk, in both languages; a registrar makes a family of it."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import translation
from playwright.sync_api import expect

from cms.leads.form import SOONEST
from tests.browser.screen import SIZES, ar

pytestmark = pytest.mark.browser

CONTACT = {"ar": "/اتصل-بنا/", "en": "/en/contact/"}
WAYS = [(size, language) for size in SIZES for language in CONTACT]


def words(sentence, language):
    with translation.override(language):
        return translation.gettext(sentence)


def visitor(open_screen, centre, size="wide", language="ar", **options):
    # A colour that is still on its way to another has any contrast.
    screen = open_screen(centre, reduced_motion="reduce", **options)
    width, height = SIZES[size]
    screen.page.set_viewport_size({"width": width, "height": height})
    screen.page.goto(CONTACT[language])
    return screen


def leave(screen, language, *, name, number):
    page = screen.page
    page.get_by_label(words("Your name", language)).fill(name)
    page.get_by_label(words("Your phone number", language)).fill(number)
    page.get_by_label(words("Child's age", language)).fill("9")
    page.get_by_label(words("Your message", language)).fill("متى تبدأ المجموعة القادمة؟")
    send(screen, language)


def send(screen, language):
    # Nobody writes so quickly, and the form knows.
    screen.page.wait_for_timeout((SOONEST + 1) * 1000)
    screen.page.get_by_role("button", name=words("Call me", language)).click()
    screen.page.wait_for_load_state()


def expect_accessible(screen):
    found = Axe().run(screen.page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]})
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize(("size", "language"), WAYS)
def test_a_visitor_mends_what_is_wrong_and_leaves_a_number(open_screen, demo_centre, size, language):
    screen = visitor(open_screen, demo_centre, size, language)
    page, number = screen.page, f"0106{WAYS.index((size, language)):07d}"
    expect_accessible(screen)
    leave(screen, language, name="سلوى مجدي", number="0106")
    # Said at its place; the rest is still there.
    expect(page.locator("[aria-invalid=true]")).to_have_count(1)
    expect(page.get_by_label(words("Your message", language))).to_have_value("متى تبدأ المجموعة القادمة؟")
    expect_accessible(screen)
    page.screenshot(path=screen.pictures / f"number_{size}_{language}.png", full_page=True)
    page.get_by_label(words("Your phone number", language)).fill(number)
    send(screen, language)
    expect(page.get_by_role("heading", level=1)).to_have_text(words("Thank you, we are going to call you", language))
    expect_accessible(screen)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_visitor_without_scripts_leaves_a_number_and_a_registrar_makes_a_family_of_it(open_screen, demo_centre):
    screen = visitor(open_screen, demo_centre, java_script_enabled=False)
    leave(screen, "ar", name="وفاء حسن النادي", number="٠١٠٦٩٩٩٨٨٧٧")
    expect(screen.page).to_have_url(re.compile("/leads/thanks/$"))
    desk = open_screen(demo_centre)
    desk.sign_in("registrar")
    desk.go("Enrolments", "Numbers to call")
    desk.search("01069998877")
    desk.page.get_by_role("link", name="وفاء حسن النادي").click()
    dialog = desk.open_dialog("Called")
    desk.field("What came of it", within=dialog).fill("تريد الرسم يوم الخميس")
    desk.send(dialog)
    desk.expect_message(ar("The call is noted."))
    desk.page.get_by_role("link", name=ar("Turn into a family")).click()
    desk.field("Child's name").fill("جنى")
    desk.field("Boy or girl, man or woman").select_option("female")
    desk.field("Date of birth").fill("3/5/2016")
    desk.press("Turn into a family")
    desk.expect_message(ar("%(name)s is entered.", name="جنى"))
    desk.page.get_by_role("link", name="جنى", exact=True).click()
    expect(desk.page.locator("#id_name")).to_have_value("جنى")
