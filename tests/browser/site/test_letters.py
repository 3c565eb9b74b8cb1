"""A page doesn't move under its reader when the site's letters come late, and has them when they don't."""

import pytest

from tests.browser.screen import SIZES

pytestmark = pytest.mark.browser

# A telephone's line: milliseconds, and bytes a second. The page is painted before its letters are here.
SLOW_LINE = {"offline": False, "latency": 100, "downloadThroughput": 200_000, "uploadThroughput": 100_000}
LOADED = "document.fonts.ready.then(() => [...document.fonts].filter((one) => one.status === 'loaded').length)"


@pytest.mark.parametrize("size", SIZES)
def test_letters_that_come_late_move_nothing(visit, addresses, size):
    for path in (addresses["home"], addresses["courseindex"]):
        # Anew, for what was had once is kept.
        with visit(size, reduced_motion="reduce") as visitor:
            line = visitor.page.context.new_cdp_session(visitor.page)
            line.send("Network.enable")
            line.send("Network.emulateNetworkConditions", SLOW_LINE)
            visitor.go(path)
            visitor.page.evaluate("document.fonts.ready.then(() => new Promise((after) => setTimeout(after, 500)))")
            visitor.expect_calm()


def test_letters_are_the_sites_own_where_they_are_at_hand(visit, addresses):
    with visit("narrow", reduced_motion="reduce") as visitor:
        visitor.go(addresses["home"])
        # The second page at the latest has them, however slow the first one was.
        visitor.go(addresses["courseindex"])
        assert visitor.page.evaluate(LOADED) >= 3
