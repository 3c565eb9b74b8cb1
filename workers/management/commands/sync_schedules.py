"""`manage.py sync_schedules`: what is done by the clock, written into the worker's table; part of every deployment."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.formats import date_format
from django_q.models import Schedule

from workers.schedules import sync_schedules


class Command(BaseCommand):
    """Write the schedules and say when each runs next."""

    help = "Makes the worker's schedules exactly those of the code; unknown ones are removed, changed ones put right."

    def handle(self, *args: Any, **options: Any) -> None:
        """Write them, then list them."""
        sync_schedules()
        for name, next_run in Schedule.objects.order_by("next_run", "name").values_list("name", "next_run"):
            self.stdout.write(f"{date_format(timezone.localtime(next_run), 'Y-m-d H:i')}  {name}")
