"""The worker is killed in each of its jobs, halfway: the next run finishes it, and its effect is there once."""

import datetime as dt

import pytest
from django.utils import timezone
from django_q.models import Task

from backoffice.attendance.models import AttendanceCronLog, AttendanceEvent, InstructorAttendance, LectureAttendance
from backoffice.attendance.services import begin
from backoffice.attendance.tests.test_absences import lecture_of
from backoffice.courses.models import Course
from backoffice.courses.tests.makers import make_course, make_lecture, make_season
from backoffice.enrollments.models import EnrollmentRequest
from backoffice.enrollments.tests.makers import make_enrollment, make_request
from backoffice.payments.ledger import check_ledger
from backoffice.payments.models import LedgerCheck
from backoffice.shared.dates import cairo_today
from backoffice.shared.models import AuditEntry
from backoffice.users.tests.makers import make_instructor
from reports.models import Letter, ReportDelivery
from reports.tests.makers import accountant, make_report_schedule
from tests.crash.test_places_and_accounts import overdue, piece_of
from workers import jobs
from workers.schedules import DAY_JOBS, day_job

from .centre import database_of, eventually, hand_over
from .cluster import ancestors_of, kill_one

pytestmark = pytest.mark.server
TODAY = cairo_today()


@pytest.fixture(scope="module")
def working(running, django_db_blocker):
    """One worker for all of them: it loses one of its processes at a time."""
    with django_db_blocker.unblock(), database_of(running):
        running.start_worker()
    yield running
    running.worker.kill()


@pytest.fixture
def centre(working, django_db_blocker):
    with django_db_blocker.unblock(), database_of(working):
        yield working


def told(row, **new):
    """How often the trail says that a row became this."""
    entries = AuditEntry.objects.filter(object_id=str(row.pk)).values_list("changes", flat=True)
    return sum(all(name in changes and changes[name][1] == value for name, value in new.items()) for changes in entries)


# Each makes something to do, and gives back what says how often it was done.
def generate_instructor_attendance_weekly(_centre):
    lecture = make_lecture(make_course(instructor=make_instructor()), day=TODAY)
    return lambda: InstructorAttendance.objects.filter(lecture=lecture).count()


def mark_absent_daily(_centre):
    lecture, _rows = lecture_of(children=2)

    def times():
        marked = LectureAttendance.objects.filter(lecture=lecture, present=False, marked_via="auto").count()
        summaries = AttendanceEvent.objects.filter(lecture_id=lecture.pk, type="summary").count()
        staff = InstructorAttendance.objects.filter(lecture=lecture, status="absent").count()
        assert marked == 2 * summaries
        assert summaries == told(lecture, attendance_taken=True) == staff
        return summaries

    return times


def expire_enrollment_requests(_centre):
    request = make_request()
    EnrollmentRequest.objects.filter(pk=request.pk).update(created_at=timezone.now() - dt.timedelta(days=9))
    return lambda: told(request, status="expired")


def complete_enrollments(_centre):
    place = make_enrollment()
    Course.objects.filter(pk=place.course_id).update(end_date=TODAY - dt.timedelta(days=2))
    return lambda: told(place, status="completed")


def refresh_seasons(_centre):
    season = make_season(end_date=TODAY - dt.timedelta(days=3))
    return lambda: told(season, is_active=False)


def backup(centre):
    folder = centre.folder / "backups"

    def times():
        if finished := list(folder.glob("*.backup")):
            assert not list(folder.glob(".unfinished-*"))
        return len(finished)

    return times


def the_ledgers_check(_centre):
    before = LedgerCheck.objects.count()
    return lambda: LedgerCheck.objects.count() - before


def send_reports(_centre):
    schedule = make_report_schedule(accountant())

    def times():
        sent = ReportDelivery.objects.filter(schedule=schedule).count()
        assert Letter.objects.filter(delivery__schedule=schedule).count() == sent
        return sent

    return times


# Where each is held up: at a table that it writes to last, or reads.
PREPARED = {
    "generate_instructor_attendance_weekly": (generate_instructor_attendance_weekly, "attendance_instructorattendance"),
    "mark_absent_daily": (mark_absent_daily, "attendance_attendanceevent"),
    "expire_enrollment_requests": (expire_enrollment_requests, "shared_auditentry"),
    "complete_enrollments": (complete_enrollments, "shared_auditentry"),
    "refresh_seasons": (refresh_seasons, "shared_auditentry"),
    "backup": (backup, "django_migrations"),
    "check_ledger": (the_ledgers_check, "payments_receipt"),
    "send_reports": (send_reports, "reports_letter"),
}


ONLY_READ = {"django_migrations", "payments_receipt"}


def kill_the_worker_in(centre, table, function, *arguments):
    """Hold it up in the middle, and kill the process of the worker that does it."""
    mode = "ACCESS EXCLUSIVE" if table in ONLY_READ else "SHARE"
    with centre.cluster.held(table, mode):
        hand_over(function, *arguments)
        waiting = None

        def found():
            nonlocal waiting
            waiting = centre.cluster.who_waits()
            return waiting

        eventually(found, 30)
        path = ancestors_of(waiting)
        # `work`, the cluster, its sentinel, and then the one; what it started itself (pg_dump) goes with it.
        kill_one(path[path.index(centre.worker.pid) + 3])


@pytest.mark.parametrize("name", [job.name for job in DAY_JOBS])
def test_killed_in_a_job_of_the_day_the_next_run_finishes_it(centre, name):
    prepare, table = PREPARED[name]
    job = day_job(name)
    day = job.latest(timezone.now())
    AttendanceCronLog.objects.filter(job=name).delete()
    begin(name, job.before_the_first(timezone.now()) - dt.timedelta(days=7 if job.weekday else 1))
    times = prepare(centre)
    assert times() == 0
    kill_the_worker_in(centre, table, "workers.running.run_due", name)
    log = AttendanceCronLog.objects.get(job=name, business_day=day)
    assert (log.finished_at, log.attempts, times()) == (None, 1, 0)
    # The worker has another process by now. What was begun is taken up after a while, by the sweep.
    AttendanceCronLog.objects.filter(pk=log.pk).update(started_at=timezone.now() - dt.timedelta(days=1))
    centre.does("workers.running.run_missed")
    log.refresh_from_db()
    assert log.finished_at, log.error
    assert (log.attempts, times()) == (2, 1)
    # The queue brings the task of the killed one again.
    centre.does("workers.running.run_due", name)
    assert times() == 1
    assert list(check_ledger()) == []


def test_killed_while_it_passes_seats_on_the_next_sweep_does(centre):
    late, following = overdue()
    kill_the_worker_in(centre, "shared_auditentry", "workers.jobs.sweep_offers")
    assert not piece_of(late, following)
    for _again in range(2):
        centre.does("workers.jobs.sweep_offers")
        assert piece_of(late, following)
        assert told(late, status="expired") == 1
    assert list(check_ledger()) == []


def test_all_of_it_is_killed_and_started_again(centre):
    """By whoever watches containers; what was handed over meanwhile is done."""
    centre.worker.kill()
    waits = hand_over("workers.jobs.beat")
    centre.start_worker()
    assert Task.objects.filter(pk=waits, success=True).exists()


def test_no_job_is_left_out():
    by_function = {job.work.__name__ for job in DAY_JOBS} | {"sweep_offers", "beat"}
    assert by_function == set(jobs.__all__)
    assert {job.name for job in DAY_JOBS} == set(PREPARED)
