"""The managers' page of the system: Arabic, whole in both widths, open to everybody in either theme."""

import pytest
from django.urls import reverse

from .screen import SIZES
from .site.test_accessible import AXE, TAGS
from .test_screens import look_at

pytestmark = pytest.mark.browser

# The page's own part: the frame around it is Unfold's.
_LOOK = """async (tags) =>
    (await axe.run(".system", {runOnly: {type: "tag", values: tags}, preload: false})).violations.map(
        (one) => one.id + ": " + one.nodes.map((node) => node.target + " " + node.failureSummary))"""


def test_the_systems_page_is_whole_in_arabic_and_axe_finds_nothing(demo_centre, open_screen):
    screen = open_screen(demo_centre, reduced_motion="reduce")
    screen.sign_in("manager")
    look_at(screen, reverse("system"))
    screen.picture("system")
    found = []
    for theme in ("light", "dark"):
        screen.page.evaluate("theme => localStorage.setItem('_x_adminTheme', JSON.stringify(theme))", theme)
        screen.page.evaluate("theme => localStorage.setItem('adminTheme', JSON.stringify(theme))", theme)
        screen.page.goto(reverse("system"))
        for width, height in SIZES.values():
            screen.page.set_viewport_size({"width": width, "height": height})
            screen.page.evaluate(AXE)
            found += [f"{theme} {width}: {one}" for one in screen.page.evaluate(_LOOK, TAGS)]
    assert found == [], "\n".join(found)
