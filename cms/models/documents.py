"""Files that visitors take home."""

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.documents.models import AbstractDocument


def kept_apart() -> Storage:
    """Not among the public files, where a private collection's document could be had by its name alone."""
    return storages["private"]


class SiteDocument(AbstractDocument):
    """A document; it is only handed out by Wagtail's own view, which asks whether its collection is private."""

    file = models.FileField(_("file"), upload_to="documents", storage=kept_apart)
    # As Wagtail has it, but that people, who stand below, know nothing of documents.
    uploaded_by_user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        verbose_name=_("uploaded by"),
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    uploaded_by_user.wagtail_reference_index_ignore = True  # type: ignore[attr-defined]  # Wagtail looks for it

    admin_form_fields = ("title", "file", "collection", "tags")

    class Meta(AbstractDocument.Meta):
        verbose_name = _("document")
        verbose_name_plural = _("documents")
