"""Pictures of the site, each with the words for who can't see it."""

from collections.abc import Collection, Iterable
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.images.models import AbstractImage, AbstractRendition

from ..pictures import SHARED, filters
from .uploads import uploader

_ENDINGS = tuple(f".{ending}" for ending in settings.WAGTAILIMAGES_EXTENSIONS)


def hang_pictures(pages: Iterable[Any], *shapes: str) -> None:
    """Give each page its picture with all that it is shown as in these shapes; one query for all pages.

    A picture that was never shown yet isn't among them: it is read when it is asked for, and drawn then.
    """
    pictured = [page for page in pages if page.picture_id]
    pictures = pictures_in({page.picture_id for page in pictured}, *shapes)
    for page in pictured:
        if page.picture_id in pictures:
            page.picture = pictures[page.picture_id]


def pictures_in(keys: Collection[int], *shapes: str) -> dict[int, "SitePicture"]:
    """Pictures that were shown in these shapes before, by their keys; one query."""
    if not keys:
        return {}
    specs = [*(one.spec for one in filters(*shapes)), SHARED]
    found: dict[int, SitePicture] = {}
    for row in SiteRendition.objects.filter(image_id__in=keys, filter_spec__in=specs).select_related("image"):
        picture = found.setdefault(row.image_id, row.image)
        picture.prefetched_renditions = [*getattr(picture, "prefetched_renditions", []), row]
    return found


class SitePicture(AbstractImage):
    """A picture with an alternative text and a focal point."""

    description = models.CharField(
        _("alternative text"),
        max_length=255,
        help_text=_("What is to be seen, in a short sentence: read out to people who can't see it."),
    )

    uploaded_by_user = uploader()

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

    def clean(self) -> None:
        """A file's name tells nobody what is to be seen."""
        super().clean()
        if self.description.strip().lower().endswith(_ENDINGS):
            raise ValidationError({"description": _("This is a file's name. Say in a short sentence what is seen.")})


class SiteRendition(AbstractRendition):
    """A picture as it is shown in one size and kind."""

    image = models.ForeignKey(SitePicture, models.CASCADE, related_name="renditions")

    class Meta:
        verbose_name = _("size of a picture")
        verbose_name_plural = _("sizes of pictures")
        # As Wagtail checks it: it knows no UniqueConstraint here.
        unique_together = (("image", "filter_spec", "focal_point_key"),)
