"""What each job of a day finds to do: it is made here, with what says how often it was done."""

import datetime as dt

from django.utils import timezone

from backoffice.attendance.models import AttendanceCronLog, AttendanceEvent, InstructorAttendance, LectureAttendance
from backoffice.attendance.services import begin
from backoffice.attendance.tests.test_absences import lecture_of
from backoffice.courses.models import Course
from backoffice.courses.tests.makers import make_course, make_lecture, make_season
from backoffice.enrollments.models import EnrollmentRequest
from backoffice.enrollments.tests.makers import make_enrollment, make_request
from backoffice.payments.models import LedgerCheck
from backoffice.shared.dates import cairo_today
from backoffice.shared.models import AuditEntry
from backoffice.users.tests.makers import make_instructor
from reports.models import Letter, ReportDelivery
from reports.tests.makers import accountant, make_report_schedule
from workers.schedules import day_job

TODAY = cairo_today()
DAY = dt.timedelta(days=1)


def told(row, **new):
    """How often the trail says that a row became this."""
    entries = AuditEntry.objects.filter(object_id=str(row.pk)).values_list("changes", flat=True)
    return sum(all(name in changes and changes[name][1] == value for name, value in new.items()) for changes in entries)


def begun_before(name):
    """Let a job's clock begin a day of the job ago, so that one is to be done."""
    job = day_job(name)
    AttendanceCronLog.objects.filter(job=name).delete()
    begin(name, job.before_the_first(timezone.now()) - (7 * DAY if job.weekday else DAY))
    return job


def a_while_later():
    """What was begun and isn't finished is taken up after a while."""
    AttendanceCronLog.objects.filter(finished_at=None).update(started_at=timezone.now() - DAY)


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
    EnrollmentRequest.objects.filter(pk=request.pk).update(created_at=timezone.now() - 9 * DAY)
    return lambda: told(request, status="expired")


def complete_enrollments(_centre):
    place = make_enrollment()
    Course.objects.filter(pk=place.course_id).update(end_date=TODAY - 2 * DAY)
    return lambda: told(place, status="completed")


def refresh_seasons(_centre):
    season = make_season(end_date=TODAY - 3 * DAY)
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

# These read there, and write elsewhere.
ONLY_READ = {"backup", "check_ledger"}
