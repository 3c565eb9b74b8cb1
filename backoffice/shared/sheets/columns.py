"""Which column of a sheet is which, by its heading as people write headings."""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Final

from django.utils.translation import gettext_lazy as _

from ..errors import DomainError
from ..text import fold

_PUNCTUATION: Final = re.compile(r"[^\w\s]+|_+")
_MOST_NAMED: Final = 30


def map_columns(
    headers: Sequence[str], columns: Mapping[str, tuple[str, ...]], *, optional: Collection[str] = ()
) -> dict[str, int]:
    """Find each wanted column by any of its headings, the first of which is its name to people; key → index.

    A column that is missing and not optional, or there twice, is a `DomainError` that names it and what was found.
    """
    places: dict[str, list[int]] = {}
    for index, header in enumerate(headers):
        places.setdefault(_plain(header), []).append(index)
    found: dict[str, int] = {}
    missing: list[str] = []
    twice: list[str] = []
    for key, headings in columns.items():
        indexes = sorted({index for heading in headings for index in places.get(_plain(heading), ())})
        if len(indexes) > 1:
            twice += [headers[index] for index in indexes]
        elif indexes:
            found[key] = indexes[0]
        elif key not in optional:
            missing.append(headings[0])
    if missing:
        params = {"missing": "، ".join(missing), "found": "، ".join(_named(headers))}
        sentence = _("These columns are missing: %(missing)s. The sheet has: %(found)s.")
        raise DomainError("missing_columns", sentence % params, columns=missing, **params)
    if twice:
        params = {"twice": "، ".join(dict.fromkeys(twice))}
        sentence = _("These columns are there more than once: %(twice)s. Leave one of each.")
        raise DomainError("duplicate_columns", sentence % params, columns=twice, **params)
    return found


def _plain(heading: str) -> str:
    """A heading as it is compared: folded, without its marks, stars, colons and brackets."""
    return fold(_PUNCTUATION.sub(" ", fold(heading)))


def _named(headers: Sequence[str]) -> list[str]:
    """The written headings, as many as a sentence bears."""
    return [header[:40] for header in headers if header][:_MOST_NAMED]
