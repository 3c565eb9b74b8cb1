"""A piece of a found text with the found words marked."""

import re
from collections.abc import Sequence
from typing import Final

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from .words import folded

#: Words of an excerpt, and how many of them stand before the first found one.
LENGTH: Final = 32
_BEFORE: Final = 8
# A word as it is written, with its marks; punctuation around it isn't marked.
_WORD: Final = re.compile(r"[^\s.,،؛;:؟?!()\[\]{}«»\"“”…/|–—-]+")


def excerpt(text: str, asked: Sequence[str]) -> SafeString:
    """The text around the first found word; without one, its beginning."""
    words = list(_WORD.finditer(text))
    if not words:
        return SafeString("")
    first = next((n for n, word in enumerate(words) if is_found(word[0], asked)), 0)
    start = max(first - _BEFORE, 0)
    end = min(start + LENGTH, len(words))
    begin = words[start].start() if start else 0
    stop = words[end - 1].end() if end < len(words) else len(text)
    before, after = "… " if start else "", " …" if end < len(words) else ""
    return format_html("{}{}{}", before, marked(text[begin:stop], asked), after)


def marked(text: str, asked: Sequence[str]) -> SafeString:
    """The text, escaped, with each found word in a `mark`."""
    parts, last = [], 0
    for word in _WORD.finditer(text):
        if is_found(word[0], asked):
            parts.append((text[last : word.start()], word[0]))
            last = word.end()
    return format_html("{}{}", format_html_join("", "{}<mark>{}</mark>", parts), text[last:])


def is_found(written: str, asked: Sequence[str]) -> bool:
    """Whether a word as it is written is one of those asked for, or begins like the last of them."""
    if not asked:
        return False
    found = folded(written).split()
    return any(one in asked or one.startswith(asked[-1]) for one in found)
