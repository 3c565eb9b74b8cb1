"""Arabic text as people type it: cleaned for keeping, folded for finding, cut into names."""

import re
import unicodedata
from datetime import date, datetime
from typing import Final

# Shapes that pages and PDFs paste instead of letters: ligatures, isolated, initial, medial and final forms.
_PRESENTATION_FORMS: Final = (*range(0xFB50, 0xFE00), *range(0xFE70, 0xFEFD))
_ARABIC_BLOCKS: Final = (*range(0x0600, 0x0700), *range(0x0750, 0x0780), *range(0x0870, 0x0900))
_TATWEEL: Final = "\u0640"

_LETTERS: Final = {
    **dict.fromkeys("أإآٱ", "ا"),
    **dict.fromkeys("ىیې", "ي"),
    **dict.fromkeys("ةۀہەۃ", "ه"),
    "ؤ": "و",
    "ئ": "ي",
    "ک": "ك",
}
_DIGITS: Final = {chr(start + value): str(value) for start in (0x0660, 0x06F0) for value in range(10)}

# Never seen, never typed on purpose: controls, bidi marks, zero-width characters, and halves of a surrogate pair.
_UNSEEN: Final = re.compile(
    r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufffe\uffff"
    r"\ud800-\udfff]"
)

# The article and the particles written onto it; three letters of the word itself must stay (الله, وليد, بلال, والي).
_ARTICLE: Final = re.compile(r"(?<!\w)(?:[وبكف]?ال|لل)+(?=\w{3})")


def _fold_table() -> dict[int, str | int]:
    """One table for `str.translate`, so that folding a text is a single pass."""
    # A letter that stays is named too: for one that is missing, translate raises and catches an error inside.
    table: dict[int, str | int] = {code: code for code in (*range(0x20, 0x7F), *range(0x0600, 0x0700))}
    table |= {ord(letter): folded for letter, folded in {**_LETTERS, **_DIGITS, _TATWEEL: ""}.items()}
    for code in _ARABIC_BLOCKS:
        if unicodedata.category(chr(code)) in ("Mn", "Cf"):
            table[code] = ""
    for code in _PRESENTATION_FORMS:
        plain = unicodedata.normalize("NFKC", chr(code))
        if plain != chr(code):
            table[code] = plain.translate(table)
    return table


_FOLD: Final = _fold_table()
_TO_ASCII_DIGITS: Final = str.maketrans(_DIGITS)


def fold(text: str) -> str:
    """The shape under which a text is found: no marks, one form of each letter and digit, no article.

    Both what is kept for searching and what is typed into the search go through it.
    """
    if text.isascii():
        return " ".join(_UNSEEN.sub("", text).casefold().split())
    # Composed like what is kept (see `clean`), and only once nothing unseen stands between a letter and its mark.
    folded = unicodedata.normalize("NFC", _UNSEEN.sub("", text)).translate(_FOLD).casefold()
    if "ال" in folded or "لل" in folded:
        folded = _ARTICLE.sub("", folded)
    return " ".join(folded.split())


def ascii_digits(text: str) -> str:
    """The same text with Arabic-Indic and Persian digits as 0–9."""
    return text if text.isascii() else text.translate(_TO_ASCII_DIGITS)


def clean(text: str) -> str:
    """A line of text fit to be kept: one space between words, and nothing that can't be seen."""
    text = _UNSEEN.sub("", text)
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    return " ".join(text.split())


def clean_lines(text: str) -> str:
    """Some lines of text fit to be kept: each cleaned, and no more than one empty line between two."""
    lines = [clean(line) for line in text.splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def isolated(code: object) -> str:
    """A number with dashes or a code inside an Arabic sentence; bare, 2026-000492 would read 000492-2026 there."""
    return f"\u2066{code}\u2069"


def as_text(value: object) -> str:
    """A cell's value as a clean line of text; the number 97551269.0 is "97551269", nothing is ""."""
    if value is None:
        return ""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds")
    if isinstance(value, date):
        return value.isoformat()
    return clean(str(value))


# Words that make one name with the word after them, and with the word before them, as people spell them.
# fmt: off
_JOINS_NEXT: Final = frozenset((
    "عبد", "عبيد", "أبو", "ابو", "أبي", "ابي", "أبا", "ابا", "أم", "ام",
    "بن", "ابن", "إبن", "بنت", "آل", "ال", "ذو", "رب", "أمة", "امة",
))
_JOINS_PREVIOUS: Final = frozenset((
    "الدين", "الله", "الإسلام", "الاسلام", "الحق", "الهدى", "الهدي", "الرب", "المولى", "المولي",
    "النبي", "الرسول", "الزهراء", "الرحمن", "المسيح",
))
# fmt: on
_MARKS: Final = re.compile("[\u0640\u064b-\u0652\u0670]")


def split_name(full: str) -> list[str]:
    """The parts of a full name; عبد الله, أبو بكر and سيف الدين are one part each."""
    parts: list[str] = []
    joins_next = False
    for word in clean(full).split():
        plain = _MARKS.sub("", word)
        if parts and (joins_next or plain in _JOINS_PREVIOUS):
            parts[-1] = f"{parts[-1]} {word}"
        else:
            parts.append(word)
        joins_next = plain in _JOINS_NEXT
    return parts


def first_and_last(full: str) -> tuple[str, str]:
    """A full name as its first two parts (the person's and the father's), and the rest."""
    parts = split_name(full)
    return " ".join(parts[:2]), " ".join(parts[2:])
