"""A report reads and keeps nothing; this is what permissions and the audit trail call one."""

from collections.abc import Mapping
from typing import ClassVar

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Report(models.Model):
    """A report by its slug; it has no table, and a permission for each report of the catalogue."""

    # What the trail tells of a report that was sent, beside what it tells of every file.
    TRAIL_WORDS: ClassVar[Mapping[str, Promise]] = {
        "schedule": _("schedule"),
        "made_by": _("made by"),
        "recipients": _("sent to"),
        "business_day": _("business day"),
    }

    slug = models.CharField(max_length=60, primary_key=True)

    class Meta:
        managed = False
        default_permissions = ()
        verbose_name = _("report")
        verbose_name_plural = _("reports")

    def __str__(self) -> str:
        return self.slug
