"""Files that visitors take home."""

from django.core.files.storage import Storage, storages
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.documents.models import AbstractDocument

from .uploads import uploader


def kept_apart() -> Storage:
    """Not among the public files, where a private collection's document could be had by its name alone."""
    return storages["private"]


class SiteDocument(AbstractDocument):
    """A document; it is only handed out by Wagtail's own view, which asks whether its collection is private."""

    file = models.FileField(_("file"), upload_to="documents", storage=kept_apart)
    uploaded_by_user = uploader()

    admin_form_fields = ("title", "file", "collection", "tags")

    class Meta(AbstractDocument.Meta):
        verbose_name = _("document")
        verbose_name_plural = _("documents")
