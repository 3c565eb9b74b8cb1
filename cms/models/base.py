"""What every page of the site has: words for search engines, a picture, and translations that can be found."""

from typing import Any, ClassVar

from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, TitleFieldPanel
from wagtail.models import Page
from wagtail.search import index

from ..finding.texts import plain_words
from ..frame import absolute, frame_of
from ..structured import breadcrumbs
from .pictures import SitePicture, hang_pictures


class SitePage(Page):
    """A page of the site."""

    #: In which shape the page itself shows its picture.
    picture_shape: ClassVar[str] = "wide"
    #: And those of other pages.
    card_shape: ClassVar[str] = "card"

    picture = models.ForeignKey(
        SitePicture,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("picture"),
        help_text=_("Stands at the top and where the page is shared."),
    )

    search_fields: ClassVar = [*Page.search_fields, index.SearchField("words")]
    content_panels: ClassVar = [
        TitleFieldPanel("title", help_text=_("What stands large at the top, in lists and in the browser's tab.")),
        FieldPanel("picture"),
    ]
    promote_panels: ClassVar = [
        MultiFieldPanel(
            [
                FieldPanel("slug", help_text=_("The last part of the address. After a change the old one leads here.")),
                FieldPanel("seo_title", help_text=_("What search engines show as the title; the title, when empty.")),
                FieldPanel(
                    "search_description",
                    help_text=_("Two sentences for search engines; the summary, when empty."),
                ),
            ],
            heading=_("For search engines"),
        ),
        MultiFieldPanel(
            [FieldPanel("show_in_menus", help_text=_("Shows a link to this page at the top of every page."))],
            heading=_("In the site's menu"),
        ),
    ]

    class Meta:
        abstract = True

    @property
    def preview_sizes(self) -> list[dict[str, Any]]:
        """As most visitors see it first: on a telephone."""
        return [
            {"name": "phone", "icon": "mobile-alt", "device_width": 390, "label": _("As on a telephone")},
            {"name": "tablet", "icon": "tablet-alt", "device_width": 820, "label": _("As on a tablet")},
            {"name": "desktop", "icon": "desktop", "device_width": 1400, "label": _("As on a desk's screen")},
        ]

    @transaction.atomic
    def publish(self, *args: Any, **kwargs: Any) -> None:
        """As Wagtail does it, wholly or not at all.

        It notes first that the hour of a page is done with: a worker killed after that would never show the page.
        """
        super().publish(*args, **kwargs)

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page; what somebody who is signed in sees at its top is for no common cache."""
        response: HttpResponse = super().serve(request, *args, **kwargs)
        if request.user.is_authenticated:
            patch_cache_control(response, private=True)
        return response

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The page with what stands around it, what its kind shows besides, and what programs read."""
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        frame = frame_of(self, request)
        context |= {
            "canonical": absolute(self.get_url(request) or "/"),
            "way": frame.way,
            "menu": frame.menu,
            "alternates": frame.alternates,
            "other_languages": [one for one in frame.alternates if one.page_id != self.pk],
        }
        context |= self.own_context(request)
        hang_pictures([self, *self.pages_shown(context)], self.picture_shape, self.card_shape)
        context["structured"] = self.structured_data(context)
        return context

    def words(self) -> str:
        """What the page says, for who looks for it."""
        return plain_words(self)

    def own_context(self, request: HttpRequest) -> dict[str, Any]:
        """What this kind of page shows besides its own words."""
        return {}

    def pages_shown(self, context: dict[str, Any]) -> list[Page]:
        """Other pages whose pictures are shown on this one."""
        return []

    def structured_data(self, context: dict[str, Any]) -> list[dict[str, Any]]:
        """What programs read about this page (schema.org)."""
        return [breadcrumbs(self, context)]
