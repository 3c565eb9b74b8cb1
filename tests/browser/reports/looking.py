"""Looking at an open page of the reports: whole, in Arabic, open to everybody in either theme and width."""

from typing import Final

from ..screen import SIZES, Screen
from ..site.test_accessible import AXE, TAGS
from ..test_screens import expect_arabic, expect_whole

# The page's own part; the frame around it is Unfold's.
_LOOK: Final = """async (only) => {
    const own = ["#content", "#export-news"].filter((one) => document.querySelector(one));
    const found = await axe.run({include: own}, {runOnly: only, resultTypes: ["violations"], preload: false});
    return found.violations.map((one) =>
        `${one.id}: ` + one.nodes.map((node) => `${node.target} ${node.failureSummary}`).join("; "));
}"""
_THEME: Final = "(isDark) => document.documentElement.classList.toggle('dark', isDark)"
# What changes in the dark is the colours.
_ALL: Final = {"type": "tag", "values": TAGS}
_COLOURS: Final = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}


def look(screen: Screen, name: str) -> None:
    """See that the page has no fault that a program finds, and keep its pictures in both themes."""
    page = screen.page
    expect_arabic(screen, page.url)
    expect_whole(screen, direction="rtl")
    page.evaluate(AXE)
    found = []
    for theme, rules in (("light", _ALL), ("dark", _COLOURS)):
        page.evaluate(_THEME, theme == "dark")
        for width, height in SIZES.values():
            page.set_viewport_size({"width": width, "height": height})
            found += [f"{name}, {theme}, {width}: {one}" for one in page.evaluate(_LOOK, rules)]
        screen.picture(f"reports-{name}-{theme}")
    page.evaluate(_THEME, False)
    assert found == [], "\n".join(found)
