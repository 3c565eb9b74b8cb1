"""Pages of words: a plain one, and how to reach the centre."""

from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField

from ..blocks import BODY_HELP, body_blocks
from .base import SitePage


class PlainPage(SitePage):
    """Words and pictures: who we are, rules, how to pay."""

    summary = models.TextField(
        _("summary"), max_length=300, blank=True, help_text=_("Two sentences under the title and in search engines.")
    )
    body = StreamField(body_blocks(), verbose_name=_("body"), blank=True, help_text=BODY_HELP)

    content_panels: ClassVar = [*SitePage.content_panels, FieldPanel("summary"), FieldPanel("body")]
    parent_page_types: ClassVar = ["cms.HomePage", "cms.PlainPage"]
    subpage_types: ClassVar = ["cms.PlainPage"]

    class Meta:
        verbose_name = _("plain page")
        verbose_name_plural = _("plain pages")


class ContactPage(SitePage):
    """How to reach the centre; numbers, address and hours are the site's settings."""

    intro = models.TextField(
        _("introduction"),
        blank=True,
        help_text=_("A sentence above the numbers and the hours. Those come from the settings."),
    )
    body = StreamField(body_blocks(), verbose_name=_("body"), blank=True, help_text=BODY_HELP)

    content_panels: ClassVar = [*SitePage.content_panels, FieldPanel("intro"), FieldPanel("body")]
    parent_page_types: ClassVar = ["cms.HomePage"]
    subpage_types: ClassVar[list[str]] = []
    max_count_per_parent = 1

    class Meta:
        verbose_name = _("contact page")

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page with its form, whose token is one visitor's: no cache between us may hand it to another."""
        response: HttpResponse = super().serve(request, *args, **kwargs)
        patch_cache_control(response, private=True)
        return response
