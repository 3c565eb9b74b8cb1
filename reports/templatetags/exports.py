"""The notice of exports, on every page of the staff admin."""

from typing import Any

from django import template

from ..export_views import news_context

register = template.Library()


@register.inclusion_tag("admin/reports/export_notice.html", takes_context=True)
def exports_notice(context: dict[str, Any]) -> dict[str, Any]:
    """What became of the person's exports; nothing, and no query, in a session that waits for none."""
    request = context.get("request")
    if request is None or not hasattr(request, "session"):
        return {}
    return news_context(request)
