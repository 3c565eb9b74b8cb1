"""Whoever has no mouse reaches everything, in the order in which it is read, and sees where they are."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.screen import SIZES

pytestmark = pytest.mark.browser

# What can be worked with, in the order of the page; what is in a closed question isn't there yet, and of choices
# that shut each other out Tab reaches one, the arrows the others.
_ALL = """() => {
  const all = [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")];
  window.places = all.filter((one) => one.checkVisibility({visibilityProperty: true}) && one.tabIndex === 0
    && !(one.type === "radio" && one !== all.find((other) => other.type === "radio" && other.name === one.name))
    && !one.closest("[hidden]") && !one.closest('[aria-hidden="true"]'));
  return window.places.map((one) => `${one.tagName} ${(one.textContent || one.name).trim().slice(0, 40)}`);
}"""
# Where one is: which of them, whether that is marked, whether something covers it, and how small it is.
_HERE = """() => {
  const one = document.activeElement;
  if (one === document.body) return null;
  const marked = (element) => getComputedStyle(element).outlineStyle === "solid"
    && parseFloat(getComputedStyle(element).outlineWidth) >= 2;
  const box = one.getBoundingClientRect();
  const x = Math.min(Math.max(box.x + box.width / 2, 1), innerWidth - 1);
  const y = Math.min(Math.max(box.y + box.height / 2, 1), innerHeight - 1);
  const top = document.elementFromPoint(x, y);
  const inText = one.matches("p a, li a, dd a") && getComputedStyle(one).display === "inline";
  return {
    place: window.places.indexOf(one),
    marked: marked(one) || marked(one.closest(".card, .person, .seek, .hits > li") ?? one),
    seen: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
    covered: !(one.contains(top) || top?.contains(one)),
    small: !inText && Math.min(box.width, box.height) < 24,
  };
}"""
MOST = 140


def walk(page):
    """Press Tab from the top to the end and say what is wrong on the way."""
    names = page.evaluate(_ALL)
    assert len(names) > 5
    wrong, reached = [], []
    for _step in range(MOST):
        page.keyboard.press("Tab")
        here = page.evaluate(_HERE)
        if here is None or here["place"] in reached:
            break
        reached.append(here["place"])
        name = names[here["place"]] if here["place"] >= 0 else "something unknown"
        wrong += [f"{name}: {what}" for what in ("covered", "small") if here[what]]
        wrong += [f"{name}: not {what}" for what in ("marked", "seen") if not here[what]]
    if reached != list(range(len(names))):
        missed = [names[one] for one in range(len(names)) if one not in reached]
        wrong.append(f"never reached: {missed}; the order was {reached}")
    return wrong


@pytest.mark.parametrize("size", SIZES)
def test_tab_goes_through_everything_in_order_and_is_always_seen(visit, addresses, size):
    course = addresses["course's number"]
    paths = [addresses[name] for name in ("home", "courseindex", "course with everything", "contact", "course, en")]
    wrong = []
    with visit(size, reduced_motion="reduce") as visitor:
        for path in (*paths, "/account/sign-in/", "/account/sign-up/", f"/ask/{course}/"):
            visitor.go(path)
            # A form that takes the first focus itself would begin the walk in the middle.
            visitor.page.evaluate("document.activeElement.blur()")
            wrong += [f"{path} ({size}) {one}" for one in walk(visitor.page)]
    assert wrong == [], "\n".join(wrong)


@pytest.mark.parametrize("size", SIZES)
def test_the_keys_alone_skip_the_menu_filter_and_open_an_answer(visit, addresses, size):
    with visit(size, reduced_motion="reduce") as visitor:
        page = visitor.page
        visitor.go(addresses["courseindex"])
        page.keyboard.press("Tab")
        expect(page.locator(".skip")).to_be_focused()
        expect(page.locator(".skip")).to_be_in_viewport()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.evaluate("document.querySelector('main').contains(document.activeElement)")
        page.locator("[name=seats]").focus()
        page.keyboard.press("Space")
        expect(page).to_have_url(re.compile("seats=on"))
        expect(page.locator("[name=seats]")).to_be_focused()
        visitor.go(addresses["course with everything"])
        page.locator("summary").first.focus()
        page.keyboard.press("Enter")
        expect(page.locator("details").first).to_have_attribute("open", "")
        # The film's link says where it leads before anybody goes there.
        video = page.locator("a.video")
        assert "YouTube" in video.inner_text()
        assert video.get_attribute("href").startswith("https://www.youtube.com/")
        visitor.go(addresses["course"])
        page.locator(".language").focus()
        page.keyboard.press("Enter")
        expect(page.locator("html")).to_have_attribute("lang", "en")
        assert visitor.trouble == []
