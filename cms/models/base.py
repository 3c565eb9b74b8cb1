"""What every page of the site has: words for search engines, a picture, and translations that can be found."""

from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page

from ..addresses import Alternate, absolute, alternates_of
from ..structured import breadcrumbs
from .pictures import SitePicture


class SitePage(Page):
    """A page of the site."""

    #: In which shape the page itself shows its picture.
    picture_shape: ClassVar[str] = "wide"

    picture = models.ForeignKey(
        SitePicture,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("picture"),
        help_text=_("Stands at the top and where the page is shared."),
    )

    content_panels: ClassVar = [*Page.content_panels, FieldPanel("picture")]

    class Meta:
        abstract = True

    @cached_property
    def shown_picture(self) -> SitePicture | None:
        """The page's picture with all that it is shown as; two queries."""
        if self.picture_id is None:
            return None
        found: SitePicture | None = SitePicture.objects.in_shapes(self.picture_shape).filter(pk=self.picture_id).first()
        return found

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The page with its address, its translations and what programs read."""
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        alternates = alternates_of(self, request)
        context |= {
            "canonical": absolute(self.get_url(request) or "/"),
            "alternates": alternates,
            "other_languages": [one for one in alternates if one.language != self._language(alternates)],
            "structured": self.structured_data(context),
        }
        return context

    def structured_data(self, context: dict[str, Any]) -> list[dict[str, Any]]:
        """What programs read about this page (schema.org)."""
        return [breadcrumbs(self)]

    def _language(self, alternates: list[Alternate]) -> str:
        return next((one.language for one in alternates if one.page_id == self.pk), "")
