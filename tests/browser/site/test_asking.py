"""A parent who was never here asks for a place: from the course to the request, in both languages and widths."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.centre import Centre
from tests.browser.screen import SIZES, Screen, ar
from tests.browser.test_screens import expect_whole

pytestmark = pytest.mark.browser

type Opener = Callable[..., Screen]

PASSWORD = "palms-of-ismailia-77"
COURSES = {"ar": ("الدورات", "برمجة للأطفال"), "en": ("Courses", "Programming for children")}
# One telephone for each walk: an account is made once.
WALKS = [
    ("ar", "wide", "٠١٠٥٥٥٠٠٧٠١", "light"),
    ("ar", "narrow", "0105 550 0702", "dark"),
    ("en", "wide", "+20 105 550 0703", "dark"),
    ("en", "narrow", "01055500704", "light"),
]


class Family:
    """One walk through the site in one language."""

    def __init__(self, screen: Screen, language: str, size: str) -> None:
        self.screen, self.page, self.language, self.size = screen, screen.page, language, size
        self.say = ar if language == "ar" else (lambda words: words)
        self.at_size()

    def at_size(self) -> None:
        """The window of this walk, after it was looked at in others."""
        width, height = SIZES[self.size]
        self.page.set_viewport_size({"width": width, "height": height})

    def look(self, name: str) -> None:
        """The page, once all of it is there, is whole in both widths, and its picture is kept."""
        self.page.wait_for_load_state()
        expect_whole(self.screen, direction="rtl" if self.language == "ar" else "ltr")
        self.screen.picture(f"site-{self.language}-{self.size}-{name}")
        self.at_size()

    def press(self, words: str) -> None:
        """Press a button or a link that looks like one, in the page itself."""
        name = re.compile(rf"^\s*{re.escape(self.say(words))}\s*$")
        page = self.page.locator("main")
        found = page.get_by_role("button", name=name).or_(page.get_by_role("link", name=name))
        found.locator("visible=true").first.click()
        self.page.wait_for_load_state()

    def field(self, label: str):
        """The field of this label."""
        return self.page.get_by_label(self.say(label), exact=True)

    def choose(self, name: str, value: str) -> None:
        """Choose among a few by the words beside them."""
        self.page.locator(f"[name={name}][value={value}]").check()

    def birthday(self, name: str, day: int, month: int, year: int) -> None:
        """Day, month and year, each from its list."""
        for part, value in (("day", day), ("month", month), ("year", year)):
            self.page.select_option(f"[name={name}_{part}]", str(value))


@pytest.mark.parametrize(("language", "size", "number", "scheme"), WALKS)
def test_a_new_parent_asks_for_a_place_and_sees_it(
    demo_centre: Centre, open_screen: Opener, language: str, size: str, number: str, scheme: str
) -> None:
    family = Family(open_screen(demo_centre, color_scheme=scheme), language, size)
    page = family.page
    index, course = COURSES[language]
    page.goto("/" if language == "ar" else "/en/")
    page.get_by_role("navigation").get_by_role("link", name=index, exact=True).first.click()
    page.get_by_role("link", name=course, exact=True).first.click()
    family.look("course")
    family.press("Ask for a place")
    family.look("visitor")

    family.press("Make an account")
    family.field("First and second name").fill("سعاد محمود")
    family.field("Third and fourth name").fill("حسن علي")
    family.choose("gender", "female")
    family.birthday("dob", 5, 6, 1988)
    family.field("Phone number").fill(number)
    family.field("Password").fill(PASSWORD)
    family.field("The password once more").fill("another one")
    family.press("Make the account")
    # Said at its place; what was typed is still there.
    expect(page.get_by_text(family.say("The two passwords are not the same."))).to_be_visible()
    expect(family.field("First and second name")).to_have_value("سعاد محمود")
    family.look("wrong")
    family.field("Password").fill(PASSWORD)
    family.field("The password once more").fill(PASSWORD)
    family.press("Make the account")

    # Back at the course, with nobody yet to ask for.
    expect(page.get_by_text(course).first).to_be_visible()
    family.field("The child's full name").fill("يوسف أحمد علي")
    family.choose("child-gender", "boy")
    family.birthday("child-dob", 3, 2, 2016)
    family.look("child")
    family.press("Add the child")
    expect(page.get_by_role("radio", name=re.compile("يوسف أحمد علي"))).to_be_checked()
    family.look("form")
    family.press("Send the request")
    expect(page.get_by_role("heading", level=1)).to_have_text(family.say("We have your request"))
    sent = page.url
    family.look("asked")
    page.reload()
    page.go_back()
    family.press("Send the request")
    expect(page.get_by_text(family.say("once is enough") if language == "en" else "ومرة واحدة تكفي")).to_be_visible()
    assert page.url.partition("?")[0] == sent

    family.press("My places")
    expect(page.locator(".own > li")).to_have_count(1)
    expect(page.locator(".own > li")).to_contain_text("يوسف أحمد علي")
    expect(page.locator(".own > li .state")).to_have_text(family.say("Waiting"))
    family.look("places")
    family.press("Sign out")

    family.field("Phone number").fill(number)
    family.field("Password").fill(PASSWORD)
    family.press("Sign in")
    expect(page.locator(".own > li")).to_have_count(1)
    page.locator(".own summary").click()
    family.press("Yes, take it back")
    expect(page.get_by_text(family.say("Your request was taken back."))).to_be_visible()
    expect(page.locator(".own > li .state-pending")).to_have_count(0)


def test_the_form_is_filled_in_by_the_keyboard_alone(demo_centre: Centre, open_screen: Opener) -> None:
    family = Family(open_screen(demo_centre), "ar", "wide")
    page = family.page
    page.goto("/account/sign-in/")
    family.field("Phone number").focus()
    page.keyboard.type("01000000006")
    page.keyboard.press("Tab")
    page.keyboard.type("redwan-demo-2026")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(ar("My places"))
    family.look("keyboard")
