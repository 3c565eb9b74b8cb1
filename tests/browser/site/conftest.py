"""The public site as a server shows it, and windows of visitors on it."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page

from benchmarks.served_sheet import web_server
from tests.browser.centre import Centre, Demo, run
from tests.browser.screen import SIZES

# How much of what one sees moved by itself, as browsers count it; and what the policy stopped.
WATCH = """
window.moved = 0; window.stopped = [];
new PerformanceObserver((list) => {
  for (const one of list.getEntries()) if (!one.hadRecentInput) window.moved += one.value;
}).observe({type: "layout-shift", buffered: true});
const stopped = (one) => window.stopped.push(`${one.violatedDirective} ${one.blockedURI}`);
document.addEventListener("securitypolicyviolation", stopped);
"""


@pytest.fixture(scope="package")
def addresses(demo: Demo) -> dict[str, str]:
    """Where each kind of page is."""
    told = run("-m", "tests.browser.site.scene", env=demo.env)
    return json.loads(told.splitlines()[-1])


@pytest.fixture(scope="package")
def site(demo: Demo, addresses: dict[str, str], chromium: Browser) -> Iterator[Centre]:
    """The running site."""
    ours = {"DJANGO_SETTINGS_MODULE": "tests.browser.site.settings", "DEBUG": "0", "HTTPS_ONLY": "0"}
    with web_server(demo.env | ours) as (_process, port):
        yield Centre(f"http://127.0.0.1:{port}", demo.folder)


class Visitor:
    """A visitor's window, which remembers what must not happen in it."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address
        self.trouble: list[str] = []
        page.on("console", lambda said: said.type == "error" and self.trouble.append(f"console: {said.text}"))
        page.on("pageerror", lambda error: self.trouble.append(f"script: {error}"))
        page.on("request", lambda asked: asked.url.startswith((address, "data:")) or self.trouble.append(asked.url))

    def go(self, path: str, status: int = 200) -> None:
        """Open a page of the site."""
        answer = self.page.goto(path)
        assert answer is not None
        assert answer.status == status, f"{path} answered {answer.status}"

    def expect_calm(self, status: int = 200) -> None:
        """Nothing moved by itself, nothing lies beside the window, nothing went wrong but what the status says."""
        page = self.page
        page.evaluate("document.fonts.ready.then(() => 1)")
        assert page.evaluate("window.moved") < 0.02, f"{page.url}: things moved by {page.evaluate('window.moved')}"
        assert page.evaluate("window.stopped") == [], page.url
        wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wider <= 0, f"{page.url}: {wider} px lie beside the window"
        trouble = [one for one in self.trouble if status == 200 or f"status of {status}" not in one]
        assert trouble == [], page.url
        self.trouble.clear()


@pytest.fixture
def visit(site: Centre, chromium: Browser) -> Callable[..., Visitor]:
    """Open a visitor's window of a size; it ends with a look at what went wrong in it."""

    @contextmanager
    def open_one(size: str, **options: object) -> Iterator[Visitor]:
        width, height = SIZES[size]
        context = chromium.new_context(
            base_url=site.address,
            viewport={"width": width, "height": height},
            timezone_id="Africa/Cairo",
            **options,
        )
        context.set_default_timeout(20_000)
        context.add_init_script(WATCH)
        try:
            yield Visitor(context.new_page(), site.address)
        finally:
            context.close()

    return open_one
