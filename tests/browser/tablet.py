"""A tablet at a door: what is typed and shown to it, what it says, and a stand-in for the centre that can fail."""

import io
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import segno
from PIL import Image
from playwright.sync_api import BrowserContext, Locator, Route, expect

from .centre import Centre
from .screen import Screen, ar

DEVICE = "0f8fad5b-d9cb-469f-a165-70867728950e"
KEY = "hAy4Qd8yXQ0mC2lJvR7sT1uW3zB5nE6gK9pF"
NAMES = {"F10001": "يوسف أحمد الجندي", "M20002": "سارة محمود", "0004123456": "سامي عادل منصور"}
ADDRESS = "**/api/v1/devices/scans/"


@dataclass
class StandIn:
    """Answers as the centre would; `fault` is what it does instead."""

    key: str = KEY
    outcomes: dict[str, str] = field(default_factory=dict)
    batches: list[list[dict[str, Any]]] = field(default_factory=list)
    fault: Callable[[Route, list[dict[str, Any]]], bool] | None = None
    taken: dict[str, dict[str, Any]] = field(default_factory=dict)

    def answer(self, route: Route) -> None:
        """One POST of scans."""
        request = route.request
        scans = json.loads(request.post_data or "")["scans"]
        if self.fault and self.fault(route, scans):
            return
        if request.headers["authorization"] != f"Device {DEVICE}:{self.key}":
            route.fulfill(status=401, json={"detail": "…", "code": "device_refused"})
            return
        self.batches.append(scans)
        route.fulfill(json={"results": [self._result(scan) for scan in scans]})

    def _result(self, scan: dict[str, Any]) -> dict[str, Any]:
        outcome = "duplicate" if scan["scan_id"] in self.taken else self.outcomes.get(scan["code"], "present")
        self.taken[scan["scan_id"]] = scan
        code = scan["code"].removeprefix("R1:")
        named = {"who": {"name": NAMES[code], "kind": "participant"}} if code in NAMES else {}
        return {"scan_id": scan["scan_id"], "outcome": outcome, **named}

    def codes(self) -> list[str]:
        """What it took, in the order in which it came."""
        return [scan["code"] for scan in self.taken.values()]


class Tablet:
    """The page `/kiosk/` in a window of its own."""

    def __init__(self, screen: Screen) -> None:
        self.screen, self.page, self.context = screen, screen.page, screen.context

    def open(self) -> None:
        """Open the page and wait until its files are kept."""
        self.page.goto("/kiosk/")
        self.page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")

    def sign_in(self, line: str = f"{DEVICE}:{KEY}") -> None:
        """Type what stands below the QR code of the admin."""
        dialog = self.page.locator("#sign-in")
        dialog.get_by_label(ar("The line below the code")).fill(line)
        dialog.get_by_role("button", name=ar("Sign in")).click()

    def read(self, code: str, *, between_keys: float = 0) -> None:
        """Type as a reader does."""
        self.page.keyboard.type(code, delay=between_keys)
        self.page.keyboard.press("Enter")

    def expect_result(self, outcome: str) -> Locator:
        """The stage shows this."""
        result = self.page.locator("#result")
        expect(result).to_have_attribute("data-outcome", outcome)
        return result

    def expect_link(self, state: str) -> None:
        """How the tablet says that it and the centre stand."""
        expect(self.page.locator("#link")).to_have_attribute("data-link", state)

    def expect_waiting(self, count: int) -> None:
        """So many readings wait."""
        chip = self.page.locator("#waiting")
        expect(chip).to_be_visible(visible=bool(count))
        if count:
            expect(chip).to_contain_text(str(count))

    def listed(self) -> list[str]:
        """What became of the last readings, newest first."""
        return [line.get_attribute("data-outcome") or "" for line in self.page.locator("#latest li").all()]

    def kept(self) -> list[dict[str, Any]]:
        """What stands in the tablet's own database."""
        return self.page.evaluate("() => import('/static/kiosk/js/store.js').then((store) => store.latest())")

    def expects(self, *patterns: str) -> None:
        """What went wrong was meant to: forget it, and nothing else."""
        trouble = self.screen.trouble
        for pattern in patterns:
            assert any(re.search(pattern, one) for one in trouble), f"{pattern} is not among {trouble}"
        trouble[:] = [one for one in trouble if not any(re.search(pattern, one) for pattern in patterns)]


def film(folder: Path, pictures: Iterable[tuple[str, int]]) -> Path:
    """What a camera sees: QR codes, each for so many frames, as the JPEGs that chromium's fake camera plays."""
    path = folder / "door.mjpeg"
    with path.open("wb") as file:
        for code, frames in pictures:
            file.write(_frame(code) * frames)
    return path


def _frame(code: str) -> bytes:
    view = Image.new("L", (640, 480), 150)
    if code:
        drawn = io.BytesIO()
        segno.make(code, micro=False).save(drawn, kind="png", scale=8)
        card = Image.open(drawn).convert("L")
        card.thumbnail((320, 320))
        view.paste(card, (160, 80))
    jpeg = io.BytesIO()
    view.convert("RGB").save(jpeg, "JPEG", quality=85)
    return jpeg.getvalue()


def tablet_of(open_screen: Callable[..., Screen], centre: Centre, stand_in: StandIn | None = None) -> Tablet:
    """A window on the centre; with a stand-in, that answers the scans."""
    tablet = Tablet(open_screen(centre))
    if stand_in:
        answer_by(tablet.context, stand_in)
    return tablet


def answer_by(context: BrowserContext, stand_in: StandIn) -> None:
    """From now on the stand-in answers the scans of this window."""
    context.route(ADDRESS, stand_in.answer)
