"""What a page says in plain words: read without a query, so that indexing and showing many pages costs none."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from django.db import models
from wagtail.fields import RichTextField, StreamField
from wagtail.rich_text import get_text_for_indexing

# What stands beside the words in a kept block: keys, kinds and links.
_NO_WORDS: Final = frozenset({"id", "type", "address"})
_RICH: Final = "text"


def plain_words(page: models.Model) -> str:
    """The texts of a page's own kind one after the other: introduction, summary, body."""
    return " ".join(" ".join(_texts(page)).split())


def _texts(page: models.Model) -> Iterator[str]:
    for field in page._meta.local_fields:
        value = field.value_from_object(page)
        if isinstance(field, StreamField):
            yield from _of_blocks(value.get_prep_value() if value else [])
        elif isinstance(field, RichTextField):
            yield get_text_for_indexing(value or "")
        elif isinstance(field, (models.CharField, models.TextField)):
            yield value or ""


def _of_blocks(blocks: Iterable[Any]) -> Iterator[str]:
    for block in blocks:
        if block["type"] == _RICH:
            yield get_text_for_indexing(str(block["value"]))
        else:
            yield from _strings(block["value"])


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for key, one in value.items() if key not in _NO_WORDS for text in _strings(one))
    elif isinstance(value, list):
        yield from (text for one in value for text in _strings(one))
