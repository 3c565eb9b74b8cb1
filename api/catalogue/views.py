"""What everyone may see: seasons, courses, instructors."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet

from backoffice.courses.models import Season

from ..contract import Operation, Tag
from ..views import DetailView, ListView, OpenView
from .serializers import SeasonSerializer

SEASON = {
    "id": "0b0f5a54-6a4e-4c55-9d7e-2f1b6f3d9a10",
    "name": "صيف 2026",
    "type": "summer_camp",
    "start_date": "2026-06-20",
    "end_date": "2026-09-10",
}


class SeasonRows(OpenView):
    """Active seasons."""

    def rows(self) -> QuerySet[Any]:
        """The latest first."""
        return Season.objects.filter(is_active=True).order_by("-start_date", "pk").values(*SEASON)

    def shown(self, rows: Sequence[Any]) -> Sequence[Any]:
        """As they were read."""
        return rows


class SeasonsView(SeasonRows, ListView):
    """GET /api/v1/seasons/"""

    operations = {
        "GET": Operation(
            id="listSeasons", tag=Tag.CATALOGUE, summary="Active seasons", answer=SeasonSerializer, example=SEASON
        )
    }


class SeasonView(SeasonRows, DetailView):
    """GET /api/v1/seasons/{id}/"""

    operations = {
        "GET": Operation(
            id="getSeason", tag=Tag.CATALOGUE, summary="An active season", answer=SeasonSerializer, example=SEASON
        )
    }
