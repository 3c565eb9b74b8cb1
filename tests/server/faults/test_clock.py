"""The machine's clock is set back by an hour under load: nobody is signed out, nothing is done twice or put off."""

import datetime as dt
import os
import shutil
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from django_q.models import Schedule

from backoffice.attendance.models import AttendanceCronLog
from backoffice.attendance.services import begin
from backoffice.courses.models import Lecture
from backoffice.payments.models import CashSession, Receipt
from workers.schedules import day_job

from .centre import BACK_WITHIN, eventually
from .people import Person
from .prepared import complete_enrollments

pytestmark = pytest.mark.server
HOUR = dt.timedelta(hours=1)


def library():
    """Debian's libfaketime; `.ci/run` installs it."""
    found = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
    if not found or not shutil.which("faketime"):
        says = pytest.fail if os.environ.get("CI") else pytest.skip
        says("needs Debian's package faketime")
    return found[0]


class Clock:
    """What web server and worker take for the hour; the one that only goes forward is the machine's own."""

    def __init__(self, centre):
        self.centre, self.file, self.seconds = centre, centre.folder / "clock", centre.folder / "seconds"
        self.set(0)

    def set(self, seconds):
        self.file.write_text(f"{seconds:+d}s")
        self.seconds.write_text(str(seconds))

    def start_web(self):
        """With all that asks for the hour, PyJWT too."""
        self.centre.more = {
            "LD_PRELOAD": str(library()),
            "FAKETIME_TIMESTAMP_FILE": str(self.file),
            "FAKETIME_CACHE_DURATION": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            # With it, threads wait for Python's lock by the wrong clock: 4 s instead of 0.1 for a hundred small tasks.
            "FAKETIME_FORCE_MONOTONIC_FIX": "0",
        }
        self.centre.start_web()

    def start_worker(self):
        """Python's clock and Django's: between the worker's many processes the library comes to a standstill."""
        self.centre.more = {"FAULT_CLOCK": str(self.seconds)}
        self.centre.start_worker()


@pytest.fixture
def clock(centre):
    yield Clock(centre)
    centre.more = {}


def close(centre, cashier):
    """Count the drawer in the dialog; the session as it is afterwards."""
    session = CashSession.objects.get(cashier=cashier.user, closed_at=None)
    address = reverse("admin:payments_cashsession_close", args=[session.pk])
    typed = urlencode({"_form_submitted": "1", "counted": "500"}).encode()
    answer = Person(centre).ask("POST", address, typed, cashier.headers)
    assert "hx-redirect" in answer[1], answer[2].decode()
    session.refresh_from_db()
    return session


def test_the_clock_is_set_back_by_an_hour(centre, load, clock, monkeypatch):
    name = "complete_enrollments"
    AttendanceCronLog.objects.filter(job=name).delete()
    begin(name, day_job(name).before_the_first(timezone.now()) - dt.timedelta(days=1))
    times = complete_enrollments(centre)
    # Of yesterday, and to be marked all of today: one that began a minute ago hasn't begun once the clock is set back.
    yesterday = {"day": timezone.localdate() - dt.timedelta(days=1), "start_time": "00:00", "end_time": "23:59:59"}
    Lecture.objects.filter(pk=load.teacher.lecture.pk).update(**yesterday)
    clock.start_web()
    clock.start_worker()
    load.start()
    centre.does("workers.running.run_due", name)
    assert times() == 1
    before = Receipt.objects.count()

    clock.set(-3600)
    # Tokens and sessions are of an hour to come, and good.
    load.goes_on(BACK_WITHIN)
    # This process hands work over as the web server would.
    monkeypatch.setattr(timezone, "now", lambda: dt.datetime.now(dt.UTC) - HOUR)
    set_back = timezone.now() + dt.timedelta(seconds=90)
    # What comes every minute isn't due in an hour; until then there would be no heartbeat.
    eventually(lambda: Schedule.objects.get(name="heartbeat").next_run < set_back, BACK_WITHIN)
    centre.does("workers.running.run_due", name)
    centre.does("workers.running.run_missed")
    assert times() == 1
    load.stop()
    connection.close()
    # In the order in which they were written, whatever their hour says.
    receipts = list(Receipt.objects.order_by("year", "serial"))
    assert len(receipts) > before
    assert [one.serial for one in receipts] == [*range(1, len(receipts) + 1)]
    assert receipts[-1].issued_at < receipts[before - 1].issued_at
    session = close(centre, load.cashiers[0])
    assert session.closed_at >= session.payments.latest("recorded_at").recorded_at
    load.check()
