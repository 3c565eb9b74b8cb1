"""Reads of what is kept of reports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from .registry import reports_for

if TYPE_CHECKING:
    from backoffice.users.models import CustomUser

    from .models import SavedView

MANAGE_VIEWS = "reports.manage_savedview"


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    """Saved views."""

    def visible_to(self, user: CustomUser) -> Self:
        """One's own and those shared with a group of one's; of reports that one may see, and of no other."""
        seen = Q(owner=user)
        seen |= Q(group__isnull=False) if user.has_perm(MANAGE_VIEWS) else Q(group__in=user.groups.all())
        return self.filter(seen, report__in=[report.slug for report in reports_for(user)])
