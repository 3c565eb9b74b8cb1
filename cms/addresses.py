"""Addresses of pages as others know them: with the site's own host, and in each language there is."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin

from django.conf import settings
from django.http import HttpRequest

if TYPE_CHECKING:
    from wagtail.models import Page

NAMES: Final = dict(settings.LANGUAGES)


@dataclass(frozen=True)
class Alternate:
    """A page in one language."""

    page_id: int
    language: str
    path: str

    @property
    def name(self) -> str:
        """What the language calls itself."""
        return NAMES.get(self.language, self.language)

    @property
    def address(self) -> str:
        """With the site's host."""
        return absolute(self.path)


def absolute(path: str) -> str:
    """The address under the site's own host (SITE_URL), whatever host was asked."""
    return urljoin(f"{settings.WAGTAILADMIN_BASE_URL}/", path)


def alternates_of(page: "Page", request: HttpRequest | None = None) -> list[Alternate]:
    """The page in every language in which it can be read, the default language first; one query."""
    from wagtail.models import Page

    rows = Page.objects.filter(translation_key=page.translation_key, live=True).select_related("locale")
    found = [Alternate(one.pk, one.locale.language_code, one.get_url(request) or "/") for one in rows]
    return sorted(found, key=lambda one: (one.language != settings.LANGUAGE_CODE, one.language))
