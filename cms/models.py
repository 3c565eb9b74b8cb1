"""The public site's pages; facts about courses are never typed here."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Page

from backoffice.courses.selectors import courses_open_for_registration


class HomePage(Page):
    """The front page: marketing's words, and the courses that are open, as they are when the page is rendered."""

    intro = RichTextField(_("introduction"), blank=True, features=["bold", "italic", "link", "ul", "ol", "h2", "h3"])

    content_panels = [*Page.content_panels, FieldPanel("intro")]
    parent_page_types = ["wagtailcore.Page"]
    max_count = 1

    class Meta:
        verbose_name = _("front page")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The page's context with the open courses."""
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        context["courses"] = courses_open_for_registration()
        return context
