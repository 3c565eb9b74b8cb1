"""Each kind of page breaks no rule that a program can check (WCAG 2.2 AA and good practice, by axe-core), stands still
while it loads, fits its window and asks nobody else for anything.

A new kind of page is one line in `scene.make`, or one in OTHERS.
"""

from pathlib import Path

import axe_playwright_python
import pytest

from tests.browser.screen import SIZES

pytestmark = pytest.mark.browser

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Addresses that aren't Wagtail's pages, and what each answers.
OTHERS = {
    "sign-in": ("/account/sign-in/", 200),
    "sign-up": ("/account/sign-up/", 200),
    "asking": ("/ask/{course}/", 200),
    "search": ("/search/?q=قرآن", 200),
    "search, nothing found": ("/search/?q=ظظظ", 200),
    "nothing": ("/nothing-is-here/", 404),
    "nothing, en": ("/en/nothing-is-here/", 404),
    "broken": ("/broken/", 500),
    "sign-in, en": ("/en/account/sign-in/", 200),
    "sign-up, en": ("/en/account/sign-up/", 200),
    "search, en": ("/en/search/?q=course", 200),
    "asking, en": ("/en/ask/{course}/", 200),
}
_LOOK = """async (options) => (await axe.run(document, options)).violations.map((one) =>
    `${one.id}: ${one.help}\\n` + one.nodes.map((node) => `    ${node.target} ${node.failureSummary}`).join("\\n"))"""


def look(page, tags=None, rules=None):
    """What axe finds, by tags or by single rules."""
    only = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": tags}
    return page.evaluate(_LOOK, {"runOnly": only, "resultTypes": ["violations"], "preload": False})


@pytest.mark.parametrize("size", SIZES)
def test_every_kind_of_page_is_open_to_everybody_and_stands_still(visit, addresses, size):
    course = addresses["course's number"]
    pages = {name: (path, 200) for name, path in addresses.items() if path.startswith("/")}
    pages |= {name: (path.format(course=course), status) for name, (path, status) in OTHERS.items()}
    found = []
    with visit(size, reduced_motion="reduce") as visitor:
        page = visitor.page
        for name, (path, status) in pages.items():
            page.emulate_media(color_scheme="light")
            visitor.go(path, status)
            # What is loaded only when it is seen may move nothing either.
            page.evaluate("document.fonts.ready.then(() => scrollTo(0, document.body.scrollHeight))")
            visitor.expect_calm(status)
            page.evaluate("scrollTo(0, 0)")
            # From outside: the site's own policy holds for what is in the page.
            page.evaluate(AXE)
            wrong = look(page, tags=TAGS)
            # What changes in the dark is the colours.
            page.emulate_media(color_scheme="dark")
            wrong += look(page, rules=["color-contrast", "link-in-text-block"])
            found += [f"{name} ({size}): {one}" for one in dict.fromkeys(wrong)]
    assert found == [], "\n".join(found)
