"""What the site's templates ask for."""

import json
from typing import Any

from django import template
from django.template.context import Context
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from wagtail.models import Page

from ..frame import absolute, menu_of
from ..models import CentreSettings, SitePicture
from ..pictures import KINDS, SHAPES, SHARED, filters
from ..rich_text import harmless

register = template.Library()

# As Django's own json_script has it: no text can end the script's element.
_IN_SCRIPT = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


@register.simple_tag(takes_context=True)
def centre(context: Context) -> CentreSettings:
    """The centre's numbers and hours."""
    found: CentreSettings = CentreSettings.for_request(context["request"])
    return found


@register.simple_tag(takes_context=True)
def menu(context: Context) -> list[Page]:
    """The front page, and the pages below it that stand in menus; read anew only where no page is shown (404)."""
    if "menu" in context:
        known: list[Page] = context["menu"]
        return known
    return menu_of(context["request"])


@register.simple_tag
def icon(name: str) -> SafeString:
    """One of the site's icons; it says nothing, so a word stands beside it."""
    address = static("brand/icons.svg")
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>', address, name)


@register.inclusion_tag("cms/parts/picture.html")
def shown(
    picture: SitePicture, shape: str, *, sizes: str, alt: str | None = None, first: bool = False
) -> dict[str, Any]:
    """A picture in every size and kind of a shape; the `first` one of a page is loaded at once."""
    made = picture.get_renditions(*filters(shape))
    sources = {kind: [made[spec] for spec in SHAPES[shape].specs(kind)] for kind in KINDS}
    best, fallback = sources[KINDS[0]], sources[KINDS[-1]]
    return {
        "best": _srcset(best),
        "fallback": _srcset(fallback),
        "picture": fallback[0],
        "alt": picture.description if alt is None else alt,
        "sizes": sizes,
        "first": first,
    }


def _srcset(renditions: list[Any]) -> str:
    return ", ".join(f"{one.url} {one.width}w" for one in renditions)


@register.simple_tag
def shared_picture(picture: SitePicture | None) -> str:
    """The address of the picture that is shown where a page is shared."""
    if picture is None:
        return absolute(static("brand/shared.jpg"))
    return absolute(picture.get_renditions(SHARED)[SHARED].url)


register.filter(harmless)


@register.filter
def json_ld(data: list[dict[str, Any]]) -> SafeString:
    """Data for programs, fit to stand inside a script element."""
    return mark_safe(json.dumps(data, ensure_ascii=False).translate(_IN_SCRIPT))  # noqa: S308  escaped right here
