"""What stands around every page: the way to it, the menu, and the page in other languages. One query for all three."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin

from django.conf import settings
from django.db.models import CharField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import get_language
from wagtail.models import Page, PageViewRestriction, Site

if TYPE_CHECKING:
    from .models.base import SitePage

NAMES: Final = dict(settings.LANGUAGES)
_STEP: Final = Page.steplen
_HOME_DEPTH: Final = 2


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


@dataclass(frozen=True)
class Frame:
    """`way` goes from the front page to the page's parent; `menu` begins with the front page."""

    way: list[Page]
    menu: list[Page]
    alternates: list[Alternate]


def absolute(path: str) -> str:
    """The address under the site's own host (SITE_URL), whatever host was asked."""
    return urljoin(f"{settings.WAGTAILADMIN_BASE_URL}/", path)


def readable(pages: QuerySet[Page]) -> QuerySet[Page]:
    """Published pages that anybody may read: Wagtail's `live().public()`, in the query itself."""
    return pages.filter(~Exists(_closed()), live=True)


def with_readable(pages: QuerySet[Page]) -> QuerySet[Page]:
    """Pages that each know as `may_be_read` whether anybody may."""
    return pages.annotate(may_be_read=Q(~Exists(_closed()), live=True))


def _closed() -> QuerySet[PageViewRestriction]:
    path = ExpressionWrapper(OuterRef("path"), output_field=CharField())
    rows: QuerySet[PageViewRestriction] = PageViewRestriction.objects.annotate(below=path)
    return rows.filter(below__startswith=F("page__path"))


def frame_of(page: "SitePage", request: HttpRequest) -> Frame:
    """Read the pages around this one; a draft that was never saved has only its front page around it."""
    path = page.path or Page.get_first_root_node().path
    above = [path[:end] for end in range(_HOME_DEPTH * _STEP, len(path), _STEP)]
    home = path[: _HOME_DEPTH * _STEP]
    in_menu = Q(path__startswith=home, depth=_HOME_DEPTH + 1, show_in_menus=True)
    around = Page.objects.filter(Q(path__in=[*above, home]) | in_menu | Q(translation_key=page.translation_key))
    rows = list(readable(around).select_related("locale").order_by("path"))
    return Frame(
        way=[one for one in rows if one.path in above],
        menu=[one for one in rows if one.path == home or (one.path.startswith(home) and one.show_in_menus)],
        alternates=_alternates([one for one in rows if one.translation_key == page.translation_key], request),
    )


def menu_of(request: HttpRequest) -> list[Page]:
    """The menu where no page is shown: the front page of the language that is spoken first; empty without one."""
    site = Site.find_for_request(request)
    if site is None:
        return []
    root = site.root_page
    homes = Q(translation_key=root.translation_key, locale__language_code=get_language())
    below = Q(depth=root.depth + 1, show_in_menus=True)
    rows = list(readable(Page.objects.filter(homes | below)).select_related("locale").order_by("path"))
    home = next((one for one in rows if one.depth == root.depth), root)
    return [home, *(one for one in rows if one.path.startswith(home.path) and one.pk != home.pk)]


def _alternates(pages: list[Page], request: HttpRequest) -> list[Alternate]:
    """In every language in which the page can be read, the default one first."""
    found = [Alternate(one.pk, one.locale.language_code, one.get_url(request) or "/") for one in pages]
    return sorted(found, key=lambda one: (one.language != settings.LANGUAGE_CODE, one.language))
