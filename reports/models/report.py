"""A report reads and keeps nothing; this is what permissions and the audit trail call one."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Report(models.Model):
    """A report by its slug; it has no table, and a permission for each report of the catalogue."""

    slug = models.CharField(max_length=60, primary_key=True)

    class Meta:
        managed = False
        default_permissions = ()
        verbose_name = _("report")
        verbose_name_plural = _("reports")

    def __str__(self) -> str:
        return self.slug
