"""Papers as PDF: whoever copies or searches in one finds the words as they were written."""

import re
import shutil
import subprocess

import polib
import pytest
from django.conf import settings
from django.test import override_settings

from backoffice.shared.pdf import typeset

CATALOGUE = settings.BASE_DIR / "locale/ar/LC_MESSAGES/django.po"
# What pdftotext puts around right-to-left words.
AROUND = dict.fromkeys(map(ord, "\u202a\u202b\u202c\u202d\u202e\u200e\u200f\f"))


@pytest.fixture
def lines_of(tmp_path):
    """Each line of a paper that says `words`, one in a line, as pdftotext reads it."""

    def read(words, spelling="it"):
        (tmp_path / "templates").mkdir(exist_ok=True)
        shutil.copy(settings.BASE_DIR / "templates/paper.typ", tmp_path / "templates/paper.typ")
        lines = (
            '#import "/paper.typ": latin, paper\n#show: paper\n'
            f"#json(bytes(sys.inputs.said)).words.map(it => {spelling}).join(parbreak())"
        )
        (tmp_path / "templates/lines.typ").write_text(lines)
        with override_settings(BASE_DIR=tmp_path):
            (tmp_path / "lines.pdf").write_bytes(typeset("lines.typ", {"words": words}))
        command = ["pdftotext", tmp_path / "lines.pdf", "-"]
        said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        return {line.translate(AROUND).strip() for line in said.splitlines()}

    return read


def test_every_arabic_word_of_ours_is_read_back_letter_by_letter(lines_of):
    words = {word for entry in polib.pofile(CATALOGUE) for word in re.findall("[\u0621-\u064a]+", entry.msgstr)}
    assert len(words) > 1000
    assert words - lines_of(sorted(words)) == set()


def test_numbers_are_read_back_as_they_are(lines_of):
    numbers = ["1,250.00", "-1,250.00", "01012345678", "+201012345678", "26/11/2026", "CH-000123", "(250.00)", "7.5%"]
    assert set(numbers) - lines_of(numbers, "latin(it)") == set()


def test_markup_is_text(lines_of):
    hostile = ['#panic("no")', "*bold*", "$x^2$", "<label>", "@reference", "\\u{41}", "= heading"]
    assert set(hostile) - lines_of(hostile, "latin(it)") == set()


def test_no_font_of_the_machine_is_used(tmp_path, lines_of):
    lines_of(["منى", "Mona 12"])
    fonts = subprocess.run(["pdffonts", tmp_path / "lines.pdf"], check=True, capture_output=True, text=True).stdout
    assert sorted(line.split()[0].split("+")[1] for line in fonts.splitlines()[2:]) == [
        "Amiri-Regular",
        "IBMPlexSansArabic",
    ]
