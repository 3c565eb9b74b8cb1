"""What a document's number is found by: a keyed hash, for the number itself is kept sealed."""

import re
from typing import Final

from backoffice.shared.sealed import keyed_hash, keyed_hashes
from backoffice.shared.text import ascii_digits

_NATIONAL_NUMBER: Final = re.compile(r"[23][0-9]{13}")


def document_hash(kind: str, number: str) -> str:
    """Under the newest key; who has no document has none."""
    return keyed_hash("document", kind, number) if number else ""


def document_hashes(kind: str, number: str) -> list[str]:
    """Under every key, for rows that were written before a key was changed."""
    return keyed_hashes("document", kind, number) if number else []


def hashes_of_national_number(typed: str) -> list[str]:
    """For what was typed into a search, if it is a whole national number in whatever digits; else none."""
    number = ascii_digits(typed).strip()
    return document_hashes("nid", number) if _NATIONAL_NUMBER.fullmatch(number) else []
