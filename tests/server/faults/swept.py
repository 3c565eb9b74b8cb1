"""What each sweep finds to do: it is made here, with what says how often it was done."""

import pytest
from django.contrib.sessions.models import Session
from django.db import transaction
from django.test import override_settings
from django.utils import timezone
from environ import Env
from wagtail.models import PageLogEntry

from api.models import IdempotentAnswer
from backoffice.attendance import events
from backoffice.attendance.models import AttendanceEvent, InstructorAttendance
from backoffice.attendance.tests.staff_makers import make_supervisor, on_the_rota
from backoffice.config.storages import storages_from
from backoffice.payments.imports.children_list import COLUMNS
from backoffice.shared.dates import cairo_today
from backoffice.shared.imports import batches
from backoffice.shared.models import AuditEntry, ImportBatch
from backoffice.shared.tests.import_makers import hand_in, make_sheet
from backoffice.users.models import SignIn
from backoffice.users.tests.makers import huda, make_parent
from cms.tests.makers import make_course_page
from reports.models import Export, Letter, ReportDelivery
from reports.tests.exports import asked
from reports.tests.makers import accountant, make_report_schedule
from tests.crash.test_places_and_accounts import overdue, piece_of

from .prepared import DAY, TODAY, begun_before, refresh_seasons, told

RUN_EXPORT = "reports.exporting.running.run_export"


def retry_jobs(centre):
    begun_before("refresh_seasons")
    return refresh_seasons(centre)


def follow_the_rota(_centre):
    row = on_the_rota(make_supervisor(), "08:00-09:00", day=cairo_today() - DAY)

    def times():
        said = AttendanceEvent.objects.filter(instructor_id=row.instructor_id, data__status="absent").count()
        assert said == InstructorAttendance.objects.filter(pk=row.pk, status="absent").count()
        return said

    return times


def an_event(old):
    """That a supervisor is expected, told so long ago, and nobody's bell has rung."""
    row = on_the_rota(make_supervisor(), day=cairo_today() - 9 * DAY)
    with transaction.atomic():
        events.announce_presence([row])
    found = AttendanceEvent.objects.filter(instructor_id=row.instructor_id)
    assert found.update(at=timezone.now() - old, sent_at=None) == 1
    return found


def sweep_events(_centre):
    event, moments = an_event(DAY / 24), set()

    def times():
        moments.update(event.exclude(sent_at=None).values_list("sent_at", flat=True))
        return len(moments)

    return times


def gone(old, young):
    """1 once what is old isn't there any more; what is young stays."""

    def times():
        assert young.count() == 1
        return 1 - old.count()

    return times


def forget_events(_centre):
    return gone(an_event(1.1 * DAY), an_event(0.9 * DAY))


def expire_offers(_centre):
    late, following = overdue()

    def times():
        assert piece_of(late, following) == told(late, status="expired")
        return told(late, status="expired")

    return times


def publish_pages(_centre):
    page = make_course_page(live=False)
    page.save_revision(approved_go_live_at=timezone.now() - DAY)

    def times():
        page.refresh_from_db()
        published = PageLogEntry.objects.filter(page=page, action="wagtail.publish.scheduled").count()
        assert page.live == bool(published)
        return published

    return times


def take_down_pages(_centre):
    page = make_course_page(expire_at=timezone.now() - DAY)

    def times():
        page.refresh_from_db()
        noted = PageLogEntry.objects.filter(page=page, action="wagtail.unpublish.scheduled").count()
        assert (page.live, page.expired) == (not noted, bool(noted))
        return noted

    return times


def an_export():
    """One that waits for the worker."""
    with pytest.MonkeyPatch.context() as patch:
        return asked(patch, huda())


def take_up_exports(centre):
    export, entries = an_export(), AuditEntry.objects.filter(action="export")
    before, folder = entries.count(), centre.var / "private" / "exports"
    files = set(folder.glob("*"))
    centre.kill_the_worker_in("shared_auditentry", RUN_EXPORT, str(export.pk))

    def times():
        made = entries.count() - before
        export.refresh_from_db()
        assert (export.status == "done") == bool(made)
        assert not made or {one.name for one in {*folder.glob("*")} - files} == {export.stored_as.rpartition("/")[2]}
        return made

    return times


def forget_exports(centre):
    export = an_export()
    centre.does(RUN_EXPORT, str(export.pk))
    assert Export.objects.filter(pk=export.pk).update(expires_at=timezone.now() - DAY) == 1
    export.refresh_from_db()
    file = centre.var / "private" / export.stored_as
    assert file.exists()

    def times():
        over = Export.objects.filter(pk=export.pk, status="expired", stored_as="").count()
        assert not (over and file.exists())
        return over

    return times


def forget_sheets(centre):
    with override_settings(STORAGES=storages_from(Env(), centre.var, debug=False)):
        batch = hand_in(make_sheet([names[0] for names in COLUMNS.values()], [["هدى"]]), "children")
    batches.cancel(batch.pk, by=None)
    assert ImportBatch.objects.filter(pk=batch.pk).update(uploaded_at=timezone.now() - 31 * DAY) == 1
    folder = centre.var / "private" / "imports" / str(batch.pk)
    assert {one.name for one in folder.iterdir()} == {"sheet.xlsx.sealed", "faulty.sealed"}

    def times():
        over = ImportBatch.objects.filter(pk=batch.pk, status="cancelled", stored_as="").count()
        assert not (over and folder.exists())
        return over

    return times


def a_sending(day, **moments):
    """A report's, with its letter."""
    schedule = make_report_schedule(accountant(email=f"huda-{day}@example.org"))
    sending = ReportDelivery.objects.create(schedule=schedule, business_day=day, **moments)
    Letter.objects.create(delivery=sending, person=schedule.recipients.get())
    return sending


def resend_reports(_centre):
    sending = a_sending(cairo_today(), next_try_at=timezone.now() - DAY)

    def times():
        sending.refresh_from_db()
        # Nobody takes the letter here: it is tried again much later.
        assert sending.letters.get().state == "waiting"
        return sending.attempts if sending.trouble else 0

    return times


def forget_sendings(_centre):
    ended = {"finished_at": timezone.now()}
    old, young = a_sending(TODAY - 400 * DAY, **ended), a_sending(TODAY - 300 * DAY, **ended)
    return gone(Letter.objects.filter(delivery=old), ReportDelivery.objects.filter(pk=young.pk))


def forget_sign_ins(_centre):
    user, now = huda(), timezone.now()
    old, young = (SignIn.objects.create(user=user, ends_at=now + age) for age in (-DAY, DAY))
    Session.objects.create(session_key=old.pk.hex, session_data="", expire_date=now - DAY)
    times = gone(SignIn.objects.filter(pk=old.pk), SignIn.objects.filter(pk=young.pk))

    def both():
        assert not (times() and Session.objects.filter(session_key=old.pk.hex).exists())
        return times()

    return both


def forget_answers(_centre):
    user, now = make_parent().user, timezone.now()
    for key, age in (("old", 1.1 * DAY), ("young", 0.9 * DAY)):
        IdempotentAnswer.objects.create(user=user, key=key, fingerprint=key, status=200, made_at=now - age)
    answers = IdempotentAnswer.objects.filter(user=user)
    return gone(answers.filter(key="old"), answers.filter(key="young"))


# Which sweep, what it finds, and where it is held up: at a table that it writes to, or reads.
SWEPT = [
    ("retry_jobs", retry_jobs, "shared_auditentry"),
    ("follow_the_rota", follow_the_rota, "attendance_attendanceevent"),
    # The bell has rung, and it isn't noted.
    ("sweep_events", sweep_events, "attendance_attendanceevent"),
    ("forget_events", forget_events, "attendance_attendanceevent"),
    ("expire_offers", expire_offers, "shared_auditentry"),
    # Wagtail has noted that the revision is done with, and the page isn't there.
    ("publish_pages", publish_pages, "wagtailcore_page"),
    # The page isn't there any more, and it isn't noted.
    ("publish_pages", take_down_pages, "wagtailcore_pagelogentry"),
    ("take_up_exports", take_up_exports, "reports_export"),
    # The file is gone, and the row doesn't say so.
    ("forget_exports", forget_exports, "reports_export"),
    # The same.
    ("forget_sheets", forget_sheets, "shared_importbatch"),
    ("resend_reports", resend_reports, "reports_reportdelivery"),
    # The sessions are gone, and the sign-ins aren't.
    ("forget_sign_ins", forget_sign_ins, "users_signin"),
    ("forget_sendings", forget_sendings, "reports_reportdelivery"),
    ("forget_answers", forget_answers, "api_idempotentanswer"),
]

# These read there, and hand work over.
ONLY_READ = {"take_up_exports", "resend_reports"}
