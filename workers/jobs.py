"""The functions behind the table of `schedules.py`: a business day's work is one service call and its counts."""

import datetime as dt
from collections.abc import Mapping

from django.utils.module_loading import import_string

from backoffice.attendance.services import generate_instructor_attendance, mark_absent_of_day
from backoffice.courses.services import refresh_seasons
from backoffice.enrollments.services import complete_enrollments, expire_enrollment_requests, expire_offers
from backoffice.payments.ledger.run import run_ledger_check
from backoffice.shared.backup.make import back_up_nightly
from backoffice.shared.dates import cairo_today

type Counts = Mapping[str, int]

__all__ = [
    "back_up",
    "beat",
    "check_ledger",
    "complete_enrollments",
    "expire_enrollment_requests",
    "generate_instructor_attendance_weekly",
    "mark_absent_daily",
    "refresh_seasons",
    "send_reports",
    "sweep_offers",
]

_A_WEEK = dt.timedelta(days=7)


def generate_instructor_attendance_weekly(day: dt.date) -> Counts:
    """The rows of the week that begins with `day`; of one that is under way what is left of it.

    The rows of days that are over come with their absences.
    """
    first = max(day, cairo_today())
    return {"rows": generate_instructor_attendance(first, days=(day + _A_WEEK - first).days)}


def mark_absent_daily(day: dt.date) -> Counts:
    """Who wasn't marked and who never came is absent."""
    return mark_absent_of_day(day)


def back_up(_day: dt.date) -> Counts:
    """Database and files in one file, read back whole; backups that are too old go."""
    return back_up_nightly()


def check_ledger(_day: dt.date) -> Counts:
    """Prove that the ledger adds up as it stands now. The result is kept for managers."""
    check, _found = run_ledger_check()
    return {"differences": int(check.differences)}


def send_reports(day: dt.date) -> Counts:
    """Begin the sending of the reports that are due; by its name, for doors don't import each other."""
    counts: Counts = import_string("reports.sending.due.make_due")(day)
    return counts


def sweep_offers() -> int:
    """Pass seats on whose offer nobody took in time; the number of offers that lapsed."""
    return expire_offers()


def beat() -> None:
    """The worker's heart: that this was done in time is all there is to it."""
