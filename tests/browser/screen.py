"""One person's browser window: how they find things on a page, and what must never happen in it."""

import gettext
import re
from pathlib import Path
from urllib.parse import urlsplit

from django.utils import translation
from playwright.sync_api import BrowserContext, ConsoleMessage, Download, Locator, Page, Request, Response, expect

from backoffice.config.demo.accounts import ACCOUNTS

from .centre import PASSWORD

SIZES = {"wide": (1400, 900), "narrow": (390, 844)}
_OWN_SCHEMES = {"data", "blob", "about"}


def ar(words: str, **params: object) -> str:
    """The words as the Arabic page shows them; the catalogue is complete, which `make lint` proves."""
    with translation.override("ar"):
        text = translation.gettext(words)
    return text % params if params else text


def ar_many(one: str, many: str, count: int, **params: object) -> str:
    """The same for words that follow a number, of which Arabic has six forms."""
    with translation.override("ar"):
        return translation.ngettext(one, many, count) % {"count": count, **params}


def ar_of_script(words: str) -> str:
    """The words as a script of the page says them in Arabic: scripts have a catalogue of their own."""
    catalogue = gettext.translation("djangojs", Path(__file__).parents[2] / "locale", languages=["ar"])
    return catalogue.gettext(words)


class Screen:
    """A window: signs in, walks by the menu, and remembers whatever went wrong in it."""

    def __init__(self, context: BrowserContext, address: str, pictures: Path) -> None:
        self.context, self.address, self.pictures = context, address, pictures
        self.trouble: list[str] = []
        self.has_given_password = False
        # Of the window and not of one page: the papers that it opens are watched too.
        context.on("console", self._heard)
        context.on("weberror", lambda error: self.trouble.append(f"script error on {self._where()}: {error.error}"))
        context.on("request", self._asked)
        context.on("response", self._answered)
        context.on("requestfailed", self._failed)
        self.page = context.new_page()

    # --- what must never happen ---------------------------------------------------------------------------------

    def _where(self) -> str:
        return self.page.url.removeprefix(self.address)

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.trouble.append(f"console error on {self._where()}: {message.text}")

    def _asked(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in _OWN_SCHEMES and f"{parts.scheme}://{parts.netloc}" != self.address:
            self.trouble.append(f"asked a foreign host on {self._where()}: {request.url}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400:
            self.trouble.append(f"{response.status} for {response.request.method} {response.url}")

    def _failed(self, request: Request) -> None:
        # Leaving a page ends what it was still loading, and a download ends its navigation.
        if request.failure != "net::ERR_ABORTED":
            self.trouble.append(f"{request.failure} for {request.method} {request.url}")

    def expect_no_trouble(self) -> None:
        """Fail with all that went wrong in this window."""
        assert not self.trouble, "\n".join(dict.fromkeys(self.trouble))

    # --- coming in and going about --------------------------------------------------------------------------------

    def sign_in(self, key: str) -> None:
        """Come in as one of the demo's accounts, typing the number as it is typed at home."""
        account = next(one for one in ACCOUNTS if one.key == key)
        self.page.goto("/courses-admin/")
        self.field("phone number").fill("0" + account.phone.removeprefix("+20"))
        self.field("Password").fill(PASSWORD)
        self.page.get_by_role("button", name=ar("Log in")).click()
        # Who works on the site alone comes out in its admin.
        expect(self.page.locator(".home-banner, .w-dashboard")).to_contain_text(account.first_name.split()[0])

    def go(self, group: str, item: str) -> None:
        """Open a page by its item in the menu."""
        part = self.page.locator("#nav-sidebar-apps > div").filter(
            has=self.page.get_by_role("heading", name=ar(group), exact=True)
        )
        part.get_by_role("link").filter(has=self.page.get_by_text(ar(item), exact=True)).click()
        self.page.wait_for_load_state()

    def add(self) -> None:
        """Press the button that begins a new row of the open list."""
        self.page.locator('a[href*="/add/"]').filter(has=self.page.get_by_text("add", exact=True)).first.click()
        self.page.wait_for_load_state()

    def search(self, typed: str) -> None:
        """Look something up in the open list."""
        self.page.locator("#searchbar").fill(typed)
        self.page.locator("#searchbar").press("Enter")
        self.page.wait_for_load_state()

    # --- filling in -----------------------------------------------------------------------------------------------

    def field(self, label: str, *, within: Locator | None = None) -> Locator:
        """The field of this label; one that is needed has a star after it."""
        words = re.compile(rf"^\s*{re.escape(ar(label))}\s*:?\s*\*?\s*$")
        return (within or self.page).get_by_label(words)

    def choose(self, label: str, typed: str) -> None:
        """Choose a row of another table: open the field, type, and take what is found."""
        found = self.field(label)
        row = self.page.locator(".form-row, .form-field, .field-line").filter(has=found).last
        row.locator(".select2-selection").first.click()
        self.page.locator(".select2-search__field").last.fill(typed)
        option = self.page.locator(".select2-results__option--selectable, .select2-results__option[role=option]")
        option.filter(has_text=typed).first.click()

    def save(self) -> None:
        """Save the open form; the list that it came from follows."""
        self.press("Save")
        expect(self.page.locator("#changelist")).to_be_visible()

    def press(self, label: str, *, within: Locator | None = None, exact: bool = True) -> None:
        """Press a button of the page and wait for what it does; one with an icon has more in its name."""
        (within or self.page).get_by_role("button", name=ar(label), exact=exact).first.click()
        self.page.wait_for_load_state()

    def open_dialog(self, title: str) -> Locator:
        """Press one of the object's buttons and wait for its dialog."""
        self.page.locator("a[hx-get]").filter(has_text=re.compile(rf"{re.escape(ar(title))}\s*$")).first.click()
        dialog = self.page.locator("#dialog")
        expect(dialog).to_be_visible()
        return dialog

    def send(self, dialog: Locator) -> None:
        """Press the dialog's button; the page that follows is another, or the dialog says what is wrong."""
        dialog.locator("button[type=submit]").click()

    # --- looking --------------------------------------------------------------------------------------------------

    def expect_message(self, words: str) -> None:
        """The page says this."""
        expect(self.page.get_by_text(words).first).to_be_visible()

    def give_password(self) -> None:
        """What is of people comes after the password."""
        self.has_given_password = True
        self.field("Your password").fill(PASSWORD)
        self.press("Go on")

    def download(self, press: Locator, *, of_people: bool = False) -> Path:
        """Take the file that a link or button gives; the first that is of people after the password, and then back."""
        asks = of_people and not self.has_given_password
        if asks:
            self.has_given_password = True
            press.click()
            self.field("Your password").fill(PASSWORD)
            press = self.page.get_by_role("button", name=ar("Go on"))
        with self.page.expect_download() as waiting:
            press.click()
        if asks:
            self.page.get_by_role("link", name=ar("Back"), exact=True).click()
        download: Download = waiting.value
        path = self.pictures / download.suggested_filename
        download.save_as(path)
        return path

    def picture(self, name: str, *, of: Page | None = None) -> None:
        """Keep the page's pictures, as wide as a desk's screen and as a telephone's."""
        page = of or self.page
        for size, (width, height) in SIZES.items():
            page.set_viewport_size({"width": width, "height": height})
            page.screenshot(path=self.pictures / f"{name}-{size}.png")
        width, height = SIZES["wide"]
        page.set_viewport_size({"width": width, "height": height})
