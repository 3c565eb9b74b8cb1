"""`manage.py run_job NAME --day D`: one business day of one job, by hand."""

import datetime as dt
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.attendance.services import Outcome, Run
from backoffice.shared.dates import parse_date
from backoffice.shared.errors import DomainError
from workers.running import run_by_hand
from workers.schedules import counts_in_words, day_job


class Command(BaseCommand):
    """Do a job's day, and say what came of it; exit code 1 when it failed or may not be done."""

    help = "Does one business day of a scheduled job by hand, at most once: run_job mark_absent_daily --day 2026-11-24"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which job and which day."""
        parser.add_argument("name", help="the job's name, as in the job log")
        parser.add_argument(
            "--day", help="the business day, 2026-11-24 or 24/11/2026 (default: the latest that is due)"
        )

    def handle(self, *args: Any, name: str, day: str | None, **options: Any) -> None:
        """Do it, unless it is done."""
        try:
            run = run_by_hand(name, self._day(name, day))
        except DomainError as refused:
            raise CommandError(str(refused)) from refused
        self._tell(run)

    def _day(self, name: str, day: str | None) -> dt.date:
        job = day_job(name)
        return parse_date(day) if day else job.latest(timezone.now())

    def _tell(self, run: Run) -> None:
        log = run.log
        what = {"job": log.job, "day": f"{log.business_day:%Y-%m-%d}"}
        match run.outcome:
            case Outcome.DONE:
                counts = counts_in_words(log.counts)
                self.stdout.write(self.style.SUCCESS(_("%(job)s of %(day)s is done.") % what + f" {counts}"))
            case Outcome.DONE_BEFORE:
                self.stdout.write(_("%(job)s of %(day)s was done already: nothing was changed.") % what)
            case Outcome.RUNNING:
                raise CommandError(_("%(job)s of %(day)s is being done by another process just now.") % what)
            case Outcome.FAILED:
                words = _("%(job)s of %(day)s failed (number %(id)d of the job log):") % {**what, "id": log.pk}
                raise CommandError(f"{words}\n{log.error}")
