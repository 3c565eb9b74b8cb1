"""In which sizes pictures are shown: one table, so that a page can ask for all that it needs at once."""

from dataclasses import dataclass
from typing import Final

from wagtail.images.models import Filter


@dataclass(frozen=True)
class Shape:
    """A way to cut pictures, from small to large; focal points stay in what is cut."""

    cuts: tuple[str, ...]

    def specs(self, kind: str) -> list[str]:
        """What Wagtail calls these pictures in one kind of file."""
        return [f"{cut}|format-{kind}" for cut in self.cuts]


#: AVIF is half of what WebP takes; WebP is for browsers that don't know it.
KINDS: Final = ("avif", "webp")
SHAPES: Final = {
    "card": Shape(("fill-400x250", "fill-800x500")),
    "wide": Shape(("fill-640x360", "fill-1280x720")),
    "arch": Shape(("fill-400x480", "fill-800x960")),
    "face": Shape(("fill-160x160", "fill-320x320")),
    "whole": Shape(("max-640x640", "max-1280x1280")),
}
#: What is shown where somebody passes the page on; not all of those programs read WebP.
SHARED: Final = "fill-1200x630|format-jpeg"


def filters(*shapes: str) -> list[Filter]:
    """The filters of these shapes in every kind, to be read beforehand."""
    specs = [spec for shape in shapes for kind in KINDS for spec in SHAPES[shape].specs(kind)]
    return [Filter(spec=spec) for spec in specs]
