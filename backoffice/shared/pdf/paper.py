"""A sheet of paper that knows Arabic: letters are joined by HarfBuzz, lines run from the right."""

from pathlib import Path
from typing import Final

from backoffice.shared.absent import without

# Our papers are neither locked nor signed.
with without("cryptography"):
    from fpdf import FPDF

FONTS: Final = Path(__file__).parent
A5: Final = (148.0, 210.0)
INK, SOFT, LINE, BRAND = (24, 39, 45), (98, 112, 118), (214, 221, 224), (15, 118, 110)


class ArabicPaper(FPDF):
    """One page of A5, upright; lengths are millimetres."""

    font = "Plex"

    def __init__(self, title: str, *, margin: float = 12) -> None:
        super().__init__(orientation="portrait", unit="mm", format=A5)
        self.add_font(self.font, "", FONTS / "IBMPlexSansArabic-Regular.ttf")
        self.add_font(self.font, "B", FONTS / "IBMPlexSansArabic-Bold.ttf")
        # Every text here is Arabic, or stands within Arabic.
        self.set_text_shaping(use_shaping_engine=True, direction="rtl", script="arab")
        self.set_title(title)
        self.set_lang("ar")
        self.set_margin(margin)
        self.set_auto_page_break(auto=False)
        self.add_page()

    def write_line(
        self, text: str, *, size: float = 10, style: str = "", colour: tuple[int, int, int] = INK, align: str = "R"
    ) -> None:
        """A line, or as many as the text needs, over the whole width."""
        self.set_font(self.font, style, size)
        self.set_text_color(*colour)
        self.multi_cell(w=0, h=size * 0.62, text=text, align=align, new_x="LMARGIN", new_y="NEXT")

    def write_pair(self, label: str, value: str) -> None:
        """A label at the right and what it says beside it."""
        width, height, top = 32.0, 6.6, self.get_y()
        self.set_font(self.font, "", 9)
        self.set_text_color(*SOFT)
        self.set_xy(self.w - self.r_margin - width, top)
        self.cell(w=width, h=height, text=label, align="R")
        self.set_font(self.font, "", 10)
        self.set_text_color(*INK)
        self.set_xy(self.l_margin, top)
        self.multi_cell(w=self.epw - width, h=height, text=value, align="R", new_x="LMARGIN", new_y="NEXT")
        self.rule(after=1.2)

    def rule(self, *, after: float = 3) -> None:
        """A hairline over the whole width."""
        self.set_draw_color(*LINE)
        self.set_line_width(0.2)
        self.line(self.l_margin, self.get_y(), self.w - self.r_margin, self.get_y())
        self.ln(after)
