"""The notice of exports, on every page of the staff admin."""

import re
from typing import Any, Final

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from ..export_views import news_context

register = template.Library()

_DAY: Final = re.compile(r"(\d{4}-\d\d-\d\d)")


@register.filter
def with_days(text: object) -> SafeString:
    """A sentence whose days keep their direction and stay on one line: in Arabic 2026-11-01 reads 01-11-2026."""
    pieces = enumerate(_DAY.split(str(text)))
    day = '<bdi dir="ltr" class="report-day">{}</bdi>'
    return format_html_join("", "{}", ((format_html(day, one) if place % 2 else one,) for place, one in pieces))


@register.inclusion_tag("admin/reports/export_notice.html", takes_context=True)
def exports_notice(context: dict[str, Any]) -> dict[str, Any]:
    """What became of the person's exports; nothing, and no query, in a session that waits for none."""
    request = context.get("request")
    if request is None or not hasattr(request, "session"):
        return {}
    return news_context(request)
