"""Every staff screen on the demo's centre: Arabic, right to left, without sideways scrolling or a word of English."""

import re
from collections.abc import Callable

import pytest
from django.contrib import admin
from django.urls import reverse
from playwright.sync_api import expect

from .centre import Centre
from .screen import SIZES, Screen, ar

pytestmark = pytest.mark.browser

type Opener = Callable[..., Screen]

MODELS = sorted(model._meta.label_lower for model in admin.site._registry)
ROLES = ("manager", "accountant", "registrar", "supervisor", "instructor", "marketing")

# Text that a person reads, but no icons, no numbers and codes (these stand in <bdi dir="ltr">), no fields' values.
_LATIN = """() => {
    const passed = ".material-symbols-outlined, [dir=ltr], code, pre, kbd, script, style, noscript, textarea, svg";
    const words = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const parent = walker.currentNode.parentElement;
        if (!parent.closest(passed) && parent.checkVisibility()) words.push(walker.currentNode.data);
    }
    for (const one of document.querySelectorAll("[placeholder], [title], [aria-label]"))
        if (!one.closest(passed)) words.push(one.placeholder ?? "", one.title ?? "", one.ariaLabel ?? "");
    return words.filter((text) => /[A-Za-z]{2,}/.test(text)).map((text) => text.trim());
}"""
# Names that are written so in Arabic too: of languages, of file types, of files, of codes, keys and addresses; in the
# queue also the names of its tasks and jobs, which are the code's (workers.…), and four words drawn by lot.
_ALLOWED = re.compile(
    r"\b(English|Wagtail|Excel|CSV|XLSX|QR|RFID|PDF|JSON|TSV|XLS|YAML|ODS|HTML)\b|[\w.+-]+@[\w.-]+|\S+\.(xlsx|csv)|https?://\S+"
    r"|\b[A-Z]{0,3}\d[\w-]*|\b[MF]\d{5}\b|\b[0-9a-f]{64}\b|\bUTC\b"
    r"|\b([Ww]orkers|[Bb]ackoffice|[Aa]pi|[Cc]ms|[Rr]eports)(\.\w+)+|\b[A-Za-z]+(-[a-z]+){3}\b"
    r"|\b[A-Za-z][a-z]*(_[a-z]+)+ · \d{4}-\d\d-\d\d|\b[a-z]+(_[a-z]+)+ \d{4}-\d\d-\d\d [a-z_]+"
)


@pytest.fixture(scope="module")
def states() -> dict[str, object]:
    """Who is signed in already."""
    return {}


@pytest.fixture
def as_role(demo_centre: Centre, open_screen: Opener, states: dict[str, object]) -> Callable[[str], Screen]:
    """A window in which somebody of the staff is signed in."""

    def open_as(key: str) -> Screen:
        if key not in states:
            screen = open_screen(demo_centre)
            screen.sign_in(key)
            states[key] = screen.context.storage_state()
        return open_screen(demo_centre, storage_state=states[key])

    return open_as


def look_at(screen: Screen, address: str) -> None:
    """Open the page and see that it is whole in both widths."""
    answer = screen.page.goto(address)
    assert answer.status == 200, f"{address}: {answer.status}"
    expect_whole(screen, direction="rtl")
    expect_arabic(screen, address)


def look_at_dialogs(screen: Screen, address: str, name: str) -> None:
    """Open each dialog of an object's buttons, those in menus too, and see that it is whole in both widths."""
    screen.page.goto(address)
    # What begins with "?" turns the pages of a long table on the page itself.
    buttons = screen.page.locator('a[hx-get]:not([hx-get^="?"])')
    for path in dict.fromkeys(button.get_attribute("hx-get") or "" for button in buttons.all()):
        screen.page.goto(address)
        # What a menu hides can't be pressed by a mouse before the menu is open; its event is the same.
        screen.page.locator(f'a[hx-get="{path}"]').first.dispatch_event("click")
        expect(screen.page.locator("#dialog button[type=submit]")).to_be_visible()
        expect_whole(screen, direction="rtl")
        expect_arabic(screen, path)
        screen.picture(f"dialog-{name}-{path.rstrip('/').split('/')[-1]}")


def expect_arabic(screen: Screen, address: str) -> None:
    """No word of English is on the page that is open."""
    english = {text for text in screen.page.evaluate(_LATIN) if re.search("[A-Za-z]{2,}", _ALLOWED.sub("", text))}
    assert not english, f"not Arabic on {address}: {sorted(english)}"


def expect_whole(screen: Screen, *, direction: str) -> None:
    """The page runs in this direction, and nothing of it lies beside the window."""
    expect(screen.page.locator("html")).to_have_attribute("dir", direction)
    for width, height in reversed(SIZES.values()):
        screen.page.set_viewport_size({"width": width, "height": height})
        room, wide = screen.page.evaluate(
            "() => [document.scrollingElement.clientWidth, document.scrollingElement.scrollWidth]"
        )
        assert wide <= room + 1, f"{screen.page.url} scrolls sideways at {width}: {wide} > {room}"


@pytest.mark.parametrize("label", MODELS)
def test_each_screen_of_a_table_is_whole(label: str, as_role: Callable[[str], Screen]) -> None:
    app, name = label.split(".")
    screen = as_role("manager")
    changelist = reverse(f"admin:{app}_{name}_changelist")
    look_at(screen, changelist)
    screen.picture(f"screen-{app}-{name}-list")
    links = screen.page.locator("#result_list tbody").get_by_role("link")
    hrefs = [link.get_attribute("href") or "" for link in links.all()[:10]]
    if screen.page.locator(f'a[href^="{changelist}add/"]').count():
        look_at(screen, f"{changelist}add/")
        screen.picture(f"screen-{app}-{name}-add")
    change = next((href for href in hrefs if "/change/" in href and href.startswith(changelist)), "")
    if change:
        look_at(screen, change)
        screen.picture(f"screen-{app}-{name}-change")
        look_at(screen, change.split("/change/")[0] + "/history/")
        look_at_dialogs(screen, change, f"{app}-{name}")


@pytest.mark.parametrize("key", ROLES)
def test_each_role_has_a_first_page(key: str, as_role: Callable[[str], Screen]) -> None:
    screen = as_role(key)
    look_at(screen, reverse("admin:index"))
    screen.picture(f"home-{key}")


# All of the manager's screens are looked at above.
@pytest.mark.parametrize("key", ROLES[1:])
def test_all_that_the_menu_offers_opens(key: str, as_role: Callable[[str], Screen]) -> None:
    screen = as_role(key)
    screen.page.goto(reverse("admin:index"))
    links = screen.page.locator("#nav-sidebar-apps").get_by_role("link").all()
    addresses = [link.get_attribute("href") or "" for link in links]
    assert addresses
    for address in addresses:
        assert screen.page.goto(address).status == 200, f"{key}: {address}"


def test_the_sign_in_page_says_in_arabic_what_is_wrong(demo_centre: Centre, open_screen: Opener) -> None:
    screen = open_screen(demo_centre)
    look_at(screen, reverse("admin:login"))
    screen.picture("login")
    screen.field("phone number").fill("01000000009")
    screen.field("Password").fill("not the password")
    screen.press("Log in", exact=False)
    expect(screen.page.locator("#login-form")).to_be_visible()
    expect_whole(screen, direction="rtl")
    expect(screen.page.get_by_text(re.compile("الهاتف|كلمة المرور")).first).to_be_visible()
    screen.picture("login-refused")


def test_english_is_a_switch_away_and_arabic_comes_back(demo_centre: Centre, open_screen: Opener) -> None:
    screen = open_screen(demo_centre)
    screen.page.goto(reverse("admin:login"))
    screen.page.get_by_text("English", exact=True).click()
    expect(screen.page.get_by_role("button", name="Log in")).to_be_visible()
    expect_whole(screen, direction="ltr")
    screen.page.get_by_text("العربي", exact=False).click()
    expect(screen.page.get_by_role("button", name=ar("Log in"))).to_be_visible()
    expect_whole(screen, direction="rtl")
