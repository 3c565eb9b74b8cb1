"""Seasons begin and end by their dates, and have a target."""

import datetime as dt
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from backoffice.shared import audit
from backoffice.shared.errors import DomainError
from backoffice.shared.money import CENT
from backoffice.users.models import CustomUser

from ..models import Season

SEES_TARGET = "courses.view_revenue_target"


@transaction.atomic
def refresh_seasons(day: dt.date) -> dict[str, int]:
    """Open the seasons whose first day it is, and close those whose last day is over; returns `opened` and `closed`.

    In between, and before the first day, a season is as somebody set it: registration for the summer opens in spring,
    and a season that was closed by hand stays closed. To keep one open longer, move its last day.
    """
    begins = Q(start_date=day, is_active=False) & (Q(end_date__isnull=True) | Q(end_date__gte=day))
    ended = Q(end_date__lt=day, is_active=True)
    seasons = Season.objects.select_for_update(of=("self",)).order_by("pk")
    return {"opened": _set(seasons.filter(begins), to=True), "closed": _set(seasons.filter(ended), to=False)}


def _set(seasons: QuerySet[Season], *, to: bool) -> int:
    count = 0
    for season in seasons:
        before = audit.snapshot(season)
        season.is_active = to
        season.save(update_fields=["is_active"])
        count += audit.record_changed(season, before, by=None)
    return count


@transaction.atomic
def set_revenue_target(season_id: UUID, *, target: Decimal | None, by: CustomUser) -> Season:
    """Say what a season should bring in, in EGP; None takes the target away.

    Raises DomainError for who may not see it, and for an amount below zero.
    """
    if not by.has_perm(SEES_TARGET):
        raise DomainError("target_not_yours", _("Targets aren't yours to set."), field="target")
    if target is not None and target < 0:
        raise DomainError("target_negative", _("A target can't be negative."), field="target")
    season: Season = Season.objects.lock(season_id)
    before = audit.snapshot(season)
    season.revenue_target = None if target is None else target.quantize(CENT)
    season.save(update_fields=["revenue_target"])
    audit.record_changed(season, before, by=by)
    return season
