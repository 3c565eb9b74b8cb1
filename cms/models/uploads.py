"""What pictures and documents have in common."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


def uploader() -> Any:
    """The field of who uploaded it: as Wagtail has it, but that people, who stand below, know nothing of files."""
    field: Any = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        verbose_name=_("uploaded by"),
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    # Wagtail looks for it.
    field.wagtail_reference_index_ignore = True
    return field
