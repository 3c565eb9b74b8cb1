"""Rich text as it is shown: its own few elements and nothing that runs, whatever was written into the database."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final

from bs4 import BeautifulSoup, Tag
from django.utils.safestring import SafeString, mark_safe
from wagtail.documents.rich_text import DocumentLinkHandler
from wagtail.models import Page
from wagtail.rich_text.pages import PageLinkHandler
from wagtail.whitelist import Whitelister, allow_without_attributes, attribute_rule, check_url

from .frame import readable

#: Of digits: all that fit into the database's smaller integers.
_LONGEST_KEY: Final = 9
#: What the editor can make (see `blocks.FULL_TEXT`), and how that was written by older editors.
_ELEMENTS: Final = ("b", "strong", "i", "em", "p", "br", "h2", "h3", "h4", "hr", "ul", "ol", "li", "blockquote")
#: Here what stands inside goes too; of other unknown elements the words stay.
_GO_WHOLE: Final = frozenset(
    {"script", "style", "template", "noscript", "iframe", "frame", "frameset", "object", "embed", "applet", "svg"}
    | {"math", "link", "meta", "base", "form", "input", "button", "select", "textarea", "title", "head"}
    | {"audio", "video", "canvas"}
)


class _Harmless(Whitelister):
    """Wagtail's own sieve, with the elements of this site."""

    element_rules: Final = {
        "[document]": allow_without_attributes,
        "a": attribute_rule({"href": check_url}),
        **dict.fromkeys(_ELEMENTS, allow_without_attributes),
    }

    def clean_tag_node(self, doc: BeautifulSoup, tag: Tag) -> None:
        """Take out whole what isn't words."""
        if tag.name in _GO_WHOLE:
            tag.decompose()
        else:
            super().clean_tag_node(doc, tag)


@lru_cache(maxsize=512)
def harmless(html: str) -> SafeString:
    """The text without script, style, event handler or foreign element; the same text is sieved once."""
    return mark_safe(_Harmless().clean(html))  # noqa: S308  that is what the sieve is for


class ReadablePageLinks(PageLinkHandler):
    """Links to pages that anybody may read; of a draft or a private page not even the address is told."""

    @classmethod
    def get_many(cls, attrs_list: list[dict[str, Any]]) -> list[Any]:
        """The pages in the order of the links, None for one that is not to be told of; one query."""
        keys = [str(attrs.get("id")) for attrs in attrs_list]
        found = {str(page.pk): page for page in readable(Page.objects.filter(pk__in=_numbers(keys)))}
        return [found.get(key) for key in keys]


class DocumentLinks(DocumentLinkHandler):
    """Links to documents; one that names none is the words alone, where Wagtail's own would break the whole page."""

    @classmethod
    def get_many(cls, attrs_list: list[dict[str, Any]]) -> list[Any]:
        """The documents in the order of the links, None for one that isn't there; one query."""
        keys = [str(attrs.get("id")) for attrs in attrs_list]
        found = cls.get_model().objects.in_bulk(_numbers(keys))
        return [found.get(int(key)) if key in _numbers([key]) else None for key in keys]

    @classmethod
    def extract_references(cls, attrs: dict[str, Any]) -> Iterator[Any]:
        """Which document it uses, if it can be one."""
        if _numbers([str(attrs.get("id"))]):
            yield from super().extract_references(attrs)


def _numbers(keys: list[str]) -> list[str]:
    """Those of the keys that a row can have; the database refuses longer ones with an error."""
    return [key for key in keys if key.isascii() and key.isdecimal() and len(key) <= _LONGEST_KEY]
