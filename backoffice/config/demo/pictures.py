"""The demo site's pictures, drawn here: flat scenes in the centre's colours, so that nobody's photograph is needed."""

import io
import math
from collections.abc import Callable, Sequence
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from backoffice.shared.pdf import FONTS

_WIDTH, _HEIGHT = 160, 100
# Drawn twice as large and then made small: no edge has stairs.
_UNIT: Final = 20
_SIZE: Final = (_WIDTH * _UNIT // 2, _HEIGHT * _UNIT // 2)

DAY, DUSK, NIGHT, MORNING = (
    ("#bfe6d8", "#f6ecd6"),
    ("#0f7764", "#f3d9a4"),
    ("#052521", "#12594c"),
    ("#7ccfb7", "#fbf3e2"),
)
PALM, DEEP, LEAF, GOLD, DATE, PAPER, SAND = "#0f7764", "#0d4039", "#7ccfb7", "#d9b779", "#c98a3d", "#fbf6ea", "#e7cd98"

type Point = tuple[float, float]


class Scene:
    """A sheet of 160 by 100 units with the sky of an hour on it."""

    def __init__(self, sky: tuple[str, str]) -> None:
        size = (_WIDTH * _UNIT, _HEIGHT * _UNIT)
        shade = Image.linear_gradient("L").resize(size)
        self.image = Image.composite(Image.new("RGB", size, sky[1]), Image.new("RGB", size, sky[0]), shade)
        self.pen = ImageDraw.Draw(self.image)

    def shape(self, points: Sequence[Point], colour: str) -> None:
        """A filled shape."""
        self.pen.polygon([(x * _UNIT, y * _UNIT) for x, y in points], fill=colour)

    def disc(self, x: float, y: float, radius: float, colour: str, flat: float = 1.0) -> None:
        """A circle, or with `flat` below one an ellipse that lies."""
        box = (x - radius, y - radius * flat, x + radius, y + radius * flat)
        self.pen.ellipse([side * _UNIT for side in box], fill=colour)

    def box(self, x: float, y: float, width: float, height: float, colour: str, bend: float = 1.5) -> None:
        """A rectangle with bent corners."""
        sides = [side * _UNIT for side in (x, y, x + width, y + height)]
        self.pen.rounded_rectangle(sides, radius=bend * _UNIT, fill=colour)

    def stroke(self, points: Sequence[Point], colour: str, width: float) -> None:
        """A line with round ends."""
        self.pen.line([(x * _UNIT, y * _UNIT) for x, y in points], colour, int(width * _UNIT), joint="curve")
        for x, y in (points[0], points[-1]):
            self.disc(x, y, width / 2, colour)

    def word(self, x: float, y: float, text: str, size: float, colour: str) -> None:
        """A word around a point."""
        font = ImageFont.truetype(str(FONTS / "IBMPlexSansArabic-Bold.ttf"), int(size * _UNIT))
        self.pen.text((x * _UNIT, y * _UNIT), text, fill=colour, font=font, anchor="mm")

    def hill(self, top: float, swing: float, start: float, colour: str) -> None:
        """A dune from one side to the other."""
        line = [(x, top + swing * math.sin(start + x / 26)) for x in range(-2, _WIDTH + 3, 2)]
        self.shape([*line, (_WIDTH, _HEIGHT), (0, _HEIGHT)], colour)

    def ring(self, x: float, y: float, radius: float, colour: str) -> None:
        """A star of eight points, as in old woodwork."""
        turns = [(radius if n % 2 == 0 else radius * 0.77, math.tau * n / 16) for n in range(16)]
        self.shape([(x + r * math.cos(a), y + r * math.sin(a)) for r, a in turns], colour)

    def tree(self, x: float, foot: float, height: float) -> None:
        """A date palm."""
        top = foot - height
        width = height * 0.035
        self.shape([(x - width, top), (x + width, top), (x + 2.2 * width, foot), (x - 2.2 * width, foot)], "#7a5a2e")
        for number in range(9):
            self._leaf(x, top, math.pi * (0.02 + number * 0.12), height * 0.5, (DEEP, "#128069")[number % 2])
        for side in (-1, 1):
            self.disc(x + side * height * 0.05, top + height * 0.04, height * 0.035, DATE)

    def _leaf(self, x: float, y: float, angle: float, length: float, colour: str) -> None:
        above, below = [], []
        for step in range(11):
            way = step / 10
            out, fall = length * way * math.cos(angle), length * (way**2 * 0.75 - way * math.sin(angle) * 0.9)
            thick = length * 0.1 * math.sin(math.pi * min(way + 0.08, 1))
            above.append((x + out, y + fall - thick))
            below.append((x + out, y + fall + thick))
        self.shape([*above, *reversed(below)], colour)

    def as_jpeg(self) -> bytes:
        """The picture at half its size."""
        out = io.BytesIO()
        self.image.resize(_SIZE, Image.Resampling.LANCZOS).save(out, "JPEG", quality=90, optimize=True)
        return out.getvalue()


def _ground(sky: tuple[str, str], *, sun: str = "#fbe7bd") -> Scene:
    scene = Scene(sky)
    scene.disc(80, 52, 38, sun)
    scene.hill(74, 4, 0.4, GOLD)
    scene.hill(82, 3, 2.4, SAND)
    scene.hill(91, 2, 4.2, "#f3e4c4")
    return scene


def _oasis() -> Scene:
    scene = _ground(DUSK)
    scene.tree(58, 84, 52)
    scene.tree(102, 86, 60)
    scene.tree(80, 84, 36)
    scene.disc(82, 88, 34, GOLD, flat=0.16)
    scene.disc(82, 87.5, 31, "#48b398", flat=0.14)
    scene.stroke([(66, 87), (78, 87)], "#d7f2e8", 0.6)
    scene.stroke([(84, 89), (98, 89)], "#d7f2e8", 0.6)
    return scene


def _book(scene: Scene, y: float) -> None:
    for side in (-1, 1):
        page = [(80, y), (80 + side * 12, y - 5), (80 + side * 30, y - 3), (80 + side * 30, y + 20), (80, y + 25)]
        scene.shape([(x + side * 1.5, down + 2) for x, down in page], DEEP)
        scene.shape(page, PAPER)
        for line in range(4):
            down = y + 3 + line * 4.5
            scene.stroke([(80 + side * 5, down + 1), (80 + side * 26, down - 1.5)], "#d8c9a8", 0.8)
    scene.stroke([(80, y), (80, y + 25)], GOLD, 0.8)


def _quran() -> Scene:
    scene = _ground(MORNING)
    scene.ring(80, 40, 24, "#f3d9a4")
    scene.ring(80, 40, 17, "#fbf3e2")
    for side in (-1, 1):
        scene.shape([(80 - side * 26, 88), (80 - side * 19, 88), (80 + side * 27, 54), (80 + side * 21, 52)], "#8a5a2b")
    _book(scene, 42)
    return scene


def _letters() -> Scene:
    scene = _ground(DAY)
    for x, y, colour, letter in (
        (108, 60, PALM, "أ"),
        (80, 60, DATE, "ب"),
        (52, 60, "#128069", "ت"),
        (80, 33, DEEP, "ن"),
    ):
        scene.box(x - 12, y - 12, 25, 26, "#b99a63", 3)
        scene.box(x - 13, y - 13, 25, 25, colour, 3)
        scene.word(x - 0.5, y - 1, letter, 15, PAPER)
    return scene


def _screen(scene: Scene) -> None:
    scene.box(46, 26, 68, 46, DEEP, 3)
    scene.box(49, 29, 62, 38, "#103a33", 1.5)
    rows = [(53, 34, 12, LEAF), (68, 34, 20, GOLD), (57, 40, 26, "#d7f2e8"), (57, 46, 14, GOLD), (74, 46, 18, LEAF)]
    rows += [(57, 52, 22, "#d7f2e8"), (53, 58, 9, LEAF)]
    for x, y, length, colour in rows:
        scene.stroke([(x, y), (x + length, y)], colour, 1.8)


def _code() -> Scene:
    scene = _ground(DAY)
    _screen(scene)
    scene.shape([(40, 72), (120, 72), (126, 78), (34, 78)], "#c9bda6")
    scene.box(70, 72.5, 20, 2, "#a99f8f", 1)
    return scene


def _desk() -> Scene:
    scene = _ground(MORNING)
    _screen(scene)
    scene.shape([(74, 72), (86, 72), (90, 82), (70, 82)], "#a99f8f")
    scene.box(60, 81, 40, 3, "#c9bda6", 1.5)
    scene.box(122, 70, 10, 12, PALM, 2)
    scene.disc(134, 75, 3, PALM)
    scene.disc(134, 75, 1.5, SAND)
    return scene


def _robot() -> Scene:
    scene = _ground(DUSK)
    scene.stroke([(80, 14), (80, 24)], DEEP, 1.5)
    scene.disc(80, 13, 3, DATE)
    scene.box(60, 22, 40, 28, PAPER, 7)
    scene.box(64, 27, 32, 17, DEEP, 5)
    for x in (73, 87):
        scene.disc(x, 35, 3.6, LEAF)
    scene.box(63, 53, 34, 26, PALM, 5)
    scene.ring(80, 65, 8, GOLD)
    for side in (-1, 1):
        scene.stroke([(80 + side * 20, 58), (80 + side * 29, 66), (80 + side * 27, 74)], PAPER, 4)
        scene.box(80 + side * 9 - 4, 79, 8, 9, DEEP, 2)
    return scene


def _art() -> Scene:
    scene = _ground(DAY)
    scene.disc(76, 52, 32, "#b98a4e", flat=0.78)
    scene.disc(75, 50.5, 32, "#e3bd80", flat=0.78)
    scene.disc(88, 63, 6, "#f7eedb", flat=0.8)
    dabs = ((54, 48, PALM), (64, 36, DATE), (79, 33, "#b3523c"), (93, 40, GOLD), (58, 61, DEEP), (73, 67, LEAF))
    for x, y, colour in dabs:
        scene.disc(x, y, 5, colour)
    scene.stroke([(126, 20), (98, 58)], "#7a5a2e", 2.5)
    scene.shape([(99.5, 54), (102, 56.5), (91, 68)], DEEP)
    return scene


def _tent() -> Scene:
    scene = _ground(DUSK)
    scene.tree(128, 80, 46)
    scene.tree(34, 80, 38)
    scene.shape([(80, 28), (42, 80), (118, 80)], PAPER)
    scene.shape([(80, 28), (62, 80), (80, 80)], "#e9dcc0")
    scene.shape([(80, 40), (71, 80), (90, 80)], DEEP)
    scene.stroke([(80, 18), (80, 30)], "#7a5a2e", 1.2)
    scene.shape([(80, 18), (94, 21.5), (80, 25)], DATE)
    return scene


def _swim() -> Scene:
    scene = Scene(("#fbf3e2", "#7ccfb7"))
    scene.disc(122, 22, 12, "#f3d9a4")
    for number, colour in enumerate(("#7ccfb7", "#48b398", "#2aa086", PALM)):
        top = 40 + number * 15
        line = [(x, top + 2.6 * math.sin(x / 6 + number * 1.7)) for x in range(_WIDTH + 1)]
        scene.shape([*line, (_WIDTH, _HEIGHT), (0, _HEIGHT)], colour)
        if number == 1:
            scene.disc(70, 54, 23, PAPER, flat=0.62)
            for side in (-1, 1):
                scene.shape(
                    [(70 + side * 9, 50), (70 + side * 15, 42), (70 + side * 22, 50), (70 + side * 12, 54)], DATE
                )
            scene.disc(70, 53, 11, "#48b398", flat=0.6)
    return scene


def _lanterns() -> Scene:
    scene = Scene(NIGHT)
    for x, y, size in ((20, 20, 1.2), (44, 12, 0.9), (100, 10, 1), (142, 26, 1.4), (128, 52, 0.8), (30, 46, 0.8)):
        scene.ring(x, y, size, "#f3d9a4")
    scene.disc(112, 34, 19, "#f3d9a4")
    scene.disc(119, 30, 17, "#09352e")
    scene.hill(84, 3, 1.8, "#0d4039")
    scene.hill(92, 2, 3.9, PALM)
    for x, top, size in ((48, 22, 1.3), (76, 36, 0.9)):
        scene.stroke([(x, 0), (x, top)], GOLD, 0.6)
        scene.shape([(x, top), (x - 7 * size, top + 9 * size), (x + 7 * size, top + 9 * size)], GOLD)
        scene.box(x - 8 * size, top + 9 * size, 16 * size, 20 * size, "#8a5a2b", 2)
        scene.box(x - 6 * size, top + 11 * size, 12 * size, 16 * size, "#fbe7bd", 2)
        scene.ring(x, top + 19 * size, 5 * size, DATE)
        scene.box(x - 9 * size, top + 29 * size, 18 * size, 3 * size, GOLD, 1)
    return scene


def _scroll() -> Scene:
    scene = _ground(MORNING)
    scene.box(44, 26, 72, 46, "#c9b184", 2)
    scene.box(42, 24, 72, 46, PAPER, 2)
    scene.word(78, 36, "إجازة", 13, DEEP)
    for y in (49, 55):
        scene.stroke([(56, y), (100, y)], "#d8c9a8", 1)
    for side in (-1, 1):
        scene.shape([(98 + side * 1, 66), (98 + side * 7, 84), (98 + side * 2, 81), (98 - side * 2, 84)], PALM)
    scene.ring(98, 64, 9, DATE)
    scene.ring(98, 64, 6, GOLD)
    return scene


_SCENES: Final[dict[str, Callable[[], Scene]]] = {
    "oasis": _oasis, "quran": _quran, "letters": _letters, "code": _code, "desk": _desk, "robot": _robot, "art": _art,
    "tent": _tent, "swim": _swim, "lanterns": _lanterns, "scroll": _scroll,
}  # fmt: skip


def draw(name: str) -> bytes:
    """A scene as a JPEG of 1600 by 1000."""
    return _SCENES[name]().as_jpeg()
