"""A course page from an author to a visitor: drafted, previewed, handed in, published; in both languages and widths."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from ..centre import Centre
from ..screen import SIZES, Screen

pytestmark = pytest.mark.browser

type Opener = Callable[..., Screen]

# Each journey has a page of its own, so that none waits for another's.
JOURNEYS = [("ar", "wide"), ("ar", "narrow"), ("en", "wide"), ("en", "narrow")]
DIRECTION = {"ar": "rtl", "en": "ltr"}


def window(centre: Centre, open_screen: Opener, who: str, language: str, size: str) -> Screen:
    """A window of this width and language in which somebody of marketing is signed in; they come out at the site."""
    screen = open_screen(centre)
    screen.sign_in(who)
    expect(screen.page).to_have_url(re.compile(r"/cms/$"))
    screen.context.add_cookies([{"name": "django_language", "value": language, "url": screen.address}])
    width, height = SIZES[size]
    screen.page.set_viewport_size({"width": width, "height": height})
    screen.page.goto("/cms/")
    expect_whole(screen.page, DIRECTION[language])
    return screen


def keep(screen: Screen, name: str) -> None:
    """Keep the picture in the width that the window has."""
    screen.page.screenshot(path=screen.pictures / f"editors-{name}.png")


def expect_whole(page: Page, direction: str) -> None:
    """The page runs in its language's direction, and nothing of it lies beside the window."""
    expect(page.locator("html")).to_have_attribute("dir", direction)
    room, across = page.evaluate("() => [document.scrollingElement.clientWidth, document.scrollingElement.scrollWidth]")
    assert across <= room + 1, f"{page.url} scrolls sideways: {across} > {room}"


def a_course_page(page: Page, number: int) -> str:
    """The address, for visitors, of one of the demo's course pages."""
    page.goto("/الدورات/")
    links = page.locator("main h2 a[href], main h3 a[href]").evaluate_all("all => all.map(one => one.pathname)")
    return str(list(dict.fromkeys(links))[number])


def open_in_admin(screen: Screen, title: str, direction: str) -> None:
    """Find the page by its title, as an author does."""
    screen.page.goto("/cms/pages/")
    screen.page.goto(f"/cms/pages/?q={title}")
    screen.page.locator("main table").get_by_role("link", name=title, exact=True).first.click()
    expect(screen.page.locator("#id_summary")).to_be_visible()
    expect_whole(screen.page, direction)


def press_in_footer(page: Page, action: str) -> None:
    """Press one of the page's buttons; all but the first are behind the arrow beside it."""
    button = page.locator(f'footer button[name="{action}"]')
    if not button.is_visible():
        page.locator("footer .w-dropdown__toggle").click()
    button.click()
    page.wait_for_load_state()


def look_at_the_preview(screen: Screen, words: str, name: str) -> None:
    """The panel shows the words that are typed, and the price of this moment, as a telephone and as a desk has it."""
    page = screen.page
    page.locator("[data-side-panel-toggle=preview]").click()
    preview = page.frame_locator("iframe[title], .w-preview__iframe").first
    expect(preview.get_by_text(words).first).to_be_attached()
    expect(preview.get_by_text("جنيه").first).to_be_attached()
    for width in (390, 1400):
        size = page.locator(f'input[data-device-width="{width}"]')
        size.check(force=True)
        expect(size).to_be_checked()
        keep(screen, f"{name}-preview-as-{width}")
    page.locator("[data-side-panel-toggle=preview]").click()


@pytest.mark.parametrize(("language", "size"), JOURNEYS)
def test_a_page_goes_from_an_author_to_a_visitor(
    demo_centre: Centre, open_screen: Opener, language: str, size: str
) -> None:
    name, direction, words = f"{language}-{size}", DIRECTION[language], f"كلمات جديدة {language} {size}"
    visitor = open_screen(demo_centre)
    width, height = SIZES[size]
    visitor.page.set_viewport_size({"width": width, "height": height})
    address = a_course_page(visitor.page, JOURNEYS.index((language, size)))
    visitor.page.goto(address)
    title = visitor.page.locator("h1").inner_text()

    author = window(demo_centre, open_screen, "marketing", language, size)
    open_in_admin(author, title, direction)
    author.page.locator("#id_summary").fill(words)
    look_at_the_preview(author, words, name)
    keep(author, f"{name}-draft")
    press_in_footer(author.page, "action-submit")
    expect(author.page.locator('footer button[name="action-publish"]')).to_have_count(0)
    visitor.page.goto(address)
    expect(visitor.page.get_by_text(words)).to_have_count(0)

    editor = window(demo_centre, open_screen, "editor", language, size)
    keep(editor, f"{name}-waiting")
    editor.page.get_by_role("link", name=title).first.click()
    expect(editor.page.locator("#id_summary")).to_have_value(words)
    keep(editor, f"{name}-review")
    approve(editor)
    visitor.page.goto(address)
    expect(visitor.page.get_by_text(words).first).to_be_visible()
    keep(visitor, f"{name}-visitor")


def approve(editor: Screen) -> None:
    """Approve what was handed in, which publishes it."""
    page = editor.page
    button = page.locator('footer [data-workflow-action-name="approve"]').first
    if not button.is_visible():
        page.locator("footer .w-dropdown__toggle").click()
    button.click()
    page.wait_for_load_state()


@pytest.mark.parametrize("size", SIZES)
def test_the_sites_admin_is_whole(demo_centre: Centre, open_screen: Opener, size: str) -> None:
    editor = window(demo_centre, open_screen, "editor", "ar", size)
    for name, address in {
        "dashboard": "/cms/",
        "explorer": "/cms/pages/",
        "pictures": "/cms/images/",
        "new-picture": "/cms/images/add/",
        "many-pictures": "/cms/images/multiple/add/",
        "testimonials": "/cms/snippets/cms/testimonial/",
        "redirects": "/cms/redirects/",
        "promotions": "/cms/searchpicks/",
        "settings": "/cms/settings/cms/centresettings/",
        "moderation": "/cms/reports/workflow/",
        "account": "/cms/account/",
    }.items():
        answer = editor.page.goto(address)
        assert answer is not None
        assert answer.status == 200, address
        expect_whole(editor.page, "rtl")
        keep(editor, f"screen-{name}-{size}")
