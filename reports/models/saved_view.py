"""Filters of a report, kept under a name."""

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ..querysets import SavedViewQuerySet

NAME_AT_MOST = 80
FILTERS_AT_MOST = 1000


class SavedView(models.Model):
    """Filters of a report that somebody kept under a name, for themselves or for a group.

    `filters` is the report's own part of an address, without what stands as it begins: "this month" stays this month.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("whose"), on_delete=models.CASCADE, related_name="+"
    )
    report = models.SlugField(_("report"), max_length=60)
    name = models.CharField(_("name"), max_length=NAME_AT_MOST)
    filters = models.CharField(_("filters"), max_length=FILTERS_AT_MOST, blank=True)
    group = models.ForeignKey(
        Group, verbose_name=_("shared with"), on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(_("saved"), auto_now_add=True)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        permissions = [("manage_savedview", _("May share saved views with any group and change shared ones"))]
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "report", "name"],
                name="reports_savedview_name_once",
                violation_error_message=_("You have a view of this name already: choose another name."),
            ),
            models.CheckConstraint(condition=~Q(name=""), name="reports_savedview_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name
