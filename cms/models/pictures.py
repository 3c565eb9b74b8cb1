"""Pictures of the site, each with the words for who can't see it."""

from typing import Any, ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.images.models import AbstractImage, AbstractRendition, ImageQuerySet

from ..pictures import SHARED, filters


class PictureQuerySet(ImageQuerySet):
    """Pictures."""

    def in_shapes(self, *shapes: str) -> Self:
        """With what they are shown as in these shapes, and where a page is shared; one more query for all of them."""
        found: Self = self.prefetch_renditions(*filters(*shapes), SHARED)
        return found


class SitePicture(AbstractImage):
    """A picture with an alternative text and a focal point."""

    description = models.CharField(
        _("alternative text"),
        max_length=255,
        help_text=_("What is to be seen, in a short sentence: read out to people who can't see it."),
    )

    objects: ClassVar[Any] = PictureQuerySet.as_manager()

    admin_form_fields = (
        "title",
        "file",
        "description",
        "collection",
        "tags",
        "focal_point_x",
        "focal_point_y",
        "focal_point_width",
        "focal_point_height",
    )

    class Meta(AbstractImage.Meta):
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")


class SiteRendition(AbstractRendition):
    """A picture as it is shown in one size and kind."""

    image = models.ForeignKey(SitePicture, models.CASCADE, related_name="renditions")

    class Meta:
        # As Wagtail checks it: it knows no UniqueConstraint here.
        unique_together = (("image", "filter_spec", "focal_point_key"),)
