"""Seasons begin and end by their dates."""

import datetime as dt

from django.db import transaction
from django.db.models import Q, QuerySet

from backoffice.shared import audit

from ..models import Season


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
