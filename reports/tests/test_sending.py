"""What is sent to whom, what becomes of a letter that can't be handed over, and what never leaves the house."""

import datetime as dt
import email
import email.policy

import pytest
from django.contrib.auth.models import Permission
from django.core import mail
from django.utils import timezone

from backoffice.courses.tests.makers import make_course
from backoffice.enrollments.tests.makers import make_enrollment
from backoffice.payments.tests.makers import open_session
from backoffice.shared.dates import cairo_today
from backoffice.shared.models import AuditEntry
from backoffice.users.models import CustomUser
from backoffice.users.tests.makers import make_child, make_parent, make_staff
from reports.models import Letter, ReportDelivery, ReportSchedule
from reports.sending import deliver as delivering
from reports.sending import parcel
from reports.sending.deliver import MOST_ATTEMPTS, deliver
from reports.sending.due import forget_old, make_due, sweep

from .makers import LOCMEM, accountant, make_report_schedule
from .smtp_sink import sink

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def mail_server(settings):
    settings.MAIL_SERVER = LOCMEM
    settings.DEFAULT_FROM_EMAIL = "واحة الرضوان <reports@oasis.example>"


@pytest.fixture
def run(django_capture_on_commit_callbacks):
    """Do a morning's work, with the queue's at once."""

    def make(day=None):
        with django_capture_on_commit_callbacks(execute=True):
            return make_due(day or cairo_today())["reports"]

    return make


def states():
    return list(Letter.objects.order_by("pk").values_list("state", flat=True))


def again():
    """The next attempt, when its time has come."""
    ReportDelivery.objects.filter(finished_at=None).update(next_try_at=timezone.now() - dt.timedelta(seconds=1))
    for pk in ReportDelivery.objects.values_list("pk", flat=True):
        deliver(pk)


def test_a_morning_sends_each_report_once_with_its_file(run):
    make_enrollment(make_course(price=100), child=make_child(make_parent(), name="يوسف السري"))
    reader = accountant()
    make_report_schedule(reader, kind="xlsx")
    assert run() == 1
    assert run() == 0
    (letter,) = mail.outbox
    assert letter.to == ["huda@example.org"]
    assert letter.subject == f"المستحقات على الأسر {cairo_today():%Y-%m-%d}"
    (name, content, kind) = letter.attachments[0]
    assert name.endswith(f"{cairo_today():%Y-%m-%d}.xlsx")
    assert content.startswith(b"PK")
    assert kind.startswith("application/vnd.openxml")
    for shown in (letter.subject, name, letter.body):
        assert "يوسف" not in shown
    html = letter.alternatives[0][0]
    assert 'dir="rtl"' in html
    assert "/courses-admin/reports/receivables/?" in html
    assert states() == ["sent"]
    delivery = ReportDelivery.objects.get()
    assert (delivery.rows, delivery.attempts, delivery.next_try_at) == (1, 1, None)


def test_a_sending_is_in_the_trail_with_whose_schedule_to_whom_and_how_many_rows(run):
    reader = accountant()
    schedule = make_report_schedule(reader, filters="standing=")
    run()
    entry = AuditEntry.objects.get(action="export")
    told = {name: new for name, (_old, new) in entry.changes.items()}
    assert (entry.model, entry.object_id, entry.source) == ("reports.report", "receivables", "job")
    assert told["rows"] == 0
    assert "standing=" in told["filters"]
    assert told["made_by"] == str(schedule.made_by)
    assert "huda@example.org" in told["recipients"]


def lose_permission(person):
    person.groups.clear()


def close_account(person):
    CustomUser.objects.filter(pk=person.pk).update(is_active=False)


def leave_staff(person):
    CustomUser.objects.filter(pk=person.pk).update(is_staff=False)


def lose_address(person):
    CustomUser.objects.filter(pk=person.pk).update(email=None)


@pytest.mark.parametrize(
    ("change", "state"),
    [
        (lose_permission, "forbidden"),
        (close_account, "closed"),
        (leave_staff, "closed"),
        (lose_address, "no_address"),
        (open_session, "drawer"),
    ],
    ids=lambda one: getattr(one, "__name__", one),
)
def test_who_may_not_have_it_on_the_morning_gets_nothing_and_the_page_says_why(run, client, change, state):
    reader, other = accountant(), accountant(email="second@example.org", first_name="سلوى")
    schedule = make_report_schedule(reader, other)
    change(reader)
    run()
    assert [one.to for one in mail.outbox] == [["second@example.org"]]
    assert sorted(states()) == sorted([state, "sent"])
    client.force_login(schedule.made_by)
    page = client.get(f"/courses-admin/reports/schedules/{schedule.pk}/").content.decode()
    assert str(Letter.State(state).label) in page


def test_who_lost_only_the_permission_of_a_column_is_sent_nothing(run):
    reader = accountant()
    make_report_schedule(reader, report="seasons")
    (group,) = reader.groups.all()
    group.permissions.remove(Permission.objects.get(codename="view_revenue_target"))
    assert CustomUser.objects.get(pk=reader.pk).has_perm("reports.view_seasons")
    run()
    assert (mail.outbox, states()) == ([], ["forbidden"])


def test_rights_that_go_while_the_file_is_made_count_too(run, monkeypatch):
    reader = accountant()
    make_report_schedule(reader)
    make = parcel.parcel_of

    def slowly(*args):
        lose_permission(reader)
        return make(*args)

    monkeypatch.setattr(delivering, "parcel_of", slowly)
    run()
    assert mail.outbox == []
    assert states() == ["forbidden"]


def test_a_report_that_counts_no_drawers_is_sent_to_whoever_has_one_open(run):
    reader = accountant()
    make_report_schedule(reader, report="discounts")
    open_session(reader)
    run()
    assert states() == ["sent"]


def test_of_many_missed_mornings_the_latest_is_sent_and_a_missed_thursday_isnt_lost(run):
    make_report_schedule(accountant())
    weekly = make_report_schedule(accountant(email="w@example.org"), rhythm="week", weekday=5)
    assert run(dt.date(2026, 11, 2)) == 2
    assert run(dt.date(2026, 11, 23)) == 2
    assert run(dt.date(2026, 11, 24)) == 1
    assert [one.business_day for one in weekly.deliveries.order_by("pk")] == [
        dt.date(2026, 10, 29),
        dt.date(2026, 11, 19),
    ]
    # An earlier day that is done by hand afterwards sends nothing old.
    assert run(dt.date(2026, 11, 20)) == 0


def test_without_a_mail_server_nothing_is_begun_and_the_page_says_so(run, client, settings):
    settings.MAIL_SERVER = None
    schedule = make_report_schedule(accountant())
    assert run() == 0
    client.force_login(schedule.made_by)
    assert "EMAIL_URL" in client.get("/courses-admin/reports/schedules/").content.decode()


def test_a_paused_schedule_sends_nothing(run):
    schedule = make_report_schedule(accountant())
    ReportSchedule.objects.filter(pk=schedule.pk).update(is_paused=True)
    assert run() == 0


def test_filters_of_what_is_gone_send_nothing_and_say_why(run):
    course = make_course()
    make_report_schedule(accountant(), filters=f"course={course.pk}")
    course.delete()
    run()
    delivery = ReportDelivery.objects.get()
    assert delivery.trouble
    assert delivery.finished_at
    assert (mail.outbox, states()) == ([], ["failed"])


def test_a_file_too_large_for_a_letter_stays_at_home_and_the_letter_says_so(run, monkeypatch):
    monkeypatch.setattr(parcel, "MOST_BYTES", 10)
    make_report_schedule(accountant())
    run()
    (letter,) = mail.outbox
    assert letter.attachments == []
    assert "/courses-admin/reports/receivables/?" in letter.body


def test_an_address_with_a_line_break_makes_no_heading(run):
    reader, other = accountant(), accountant(email="ok@example.org")
    make_report_schedule(reader, other)
    CustomUser.objects.filter(pk=reader.pk).update(email="a@example.org\nBcc: spy@example.org")
    run()
    assert [one.to for one in mail.outbox] == [["ok@example.org"]]
    assert sorted(states()) == ["refused", "sent"]


def test_a_hostile_name_of_a_schedule_and_a_person_is_text(run):
    reader = accountant(first_name="<b>x</b>\r\nBcc: spy@example.org")
    make_report_schedule(reader, name="س\r\nBcc: spy@example.org")
    run()
    (letter,) = mail.outbox
    assert letter.recipients() == ["huda@example.org"]
    assert "Bcc" not in dict(letter.message().items())
    assert "<b>x</b>" not in letter.alternatives[0][0]


def test_a_letter_goes_through_a_real_socket_and_is_read_back(run, settings):
    with sink() as server:
        settings.MAIL_SERVER = server.settings
        make_report_schedule(accountant(), accountant(email="second@example.org", first_name="يسرا"))
        run()
    assert states() == ["sent", "sent"]
    letters = [email.message_from_bytes(one, policy=email.policy.default) for one in server.letters]
    assert [one["To"] for one in letters] == ["huda@example.org", "second@example.org"]
    assert {one["Auto-Submitted"] for one in letters} == {"auto-generated"}
    assert letters[0]["Message-ID"] != letters[1]["Message-ID"]
    (file,) = letters[0].iter_attachments()
    assert file.get_filename().endswith(".csv")
    assert file.get_content()


@pytest.mark.parametrize("mood", ["silent", "breaks", "later"])
def test_a_server_that_fails_is_asked_again_and_then_given_up(run, settings, mood):
    make_report_schedule(accountant())
    with sink(mood) as server:
        settings.MAIL_SERVER = server.settings
        run()
        delivery = ReportDelivery.objects.get()
        assert (states(), delivery.attempts) == (["waiting"], 1)
        assert delivery.next_try_at > timezone.now()
        # Before its time nothing is tried.
        deliver(delivery.pk)
        server.mood = "kind"
        again()
    assert states() == ["sent"]
    assert ReportDelivery.objects.get().attempts == 2


def test_after_so_many_attempts_it_is_given_up_and_shown(run, settings):
    settings.MAIL_SERVER = {
        "backend": "django.core.mail.backends.smtp.EmailBackend",
        "host": "127.0.0.1",
        "port": 1,
        "timeout": 0.5,
    }
    make_report_schedule(accountant())
    run()
    for _ in range(MOST_ATTEMPTS + 2):
        again()
    delivery = ReportDelivery.objects.get()
    assert (states(), delivery.attempts) == (["failed"], MOST_ATTEMPTS)
    assert "ConnectionRefusedError" in delivery.trouble
    assert delivery.finished_at


def test_a_person_whom_the_server_refuses_holds_up_nobody(run, settings):
    make_report_schedule(accountant())
    with sink("refuses") as server:
        settings.MAIL_SERVER = server.settings
        run()
    assert states() == ["refused"]
    assert ReportDelivery.objects.get().finished_at


def test_a_killed_worker_sends_the_rest_and_nothing_twice(run, monkeypatch):
    second, third = (
        accountant(email="b@example.org", first_name="وفاء"),
        accountant(email="c@example.org", first_name="يسرا"),
    )
    make_report_schedule(accountant(), second, third)
    note = delivering._note

    def killed(letter, state):
        note(letter, state)
        if letter.person.email == "b@example.org":
            raise SystemExit

    monkeypatch.setattr(delivering, "_note", killed)
    with pytest.raises(SystemExit):
        run()
    monkeypatch.setattr(delivering, "_note", note)
    assert sorted(states()) == ["sent", "sent", "waiting"]
    ReportDelivery.objects.update(next_try_at=timezone.now() - dt.timedelta(seconds=1))
    assert sweep() == 1
    again()
    assert sorted(one.to[0] for one in mail.outbox) == ["b@example.org", "c@example.org", "huda@example.org"]


def test_killed_between_the_servers_answer_and_the_note_the_letter_goes_again_under_the_same_number(run, monkeypatch):
    make_report_schedule(accountant())
    note = delivering._note

    def killed(*_args):
        raise SystemExit

    monkeypatch.setattr(delivering, "_note", killed)
    with pytest.raises(SystemExit):
        run()
    monkeypatch.setattr(delivering, "_note", note)
    again()
    first, second = mail.outbox
    assert first.extra_headers["Message-ID"] == second.extra_headers["Message-ID"]
    assert states() == ["sent"]


def test_nothing_else_of_the_system_has_a_way_to_write_letters(settings):
    from backoffice.config import settings as real

    assert real.EMAIL_BACKEND == "django.core.mail.backends.dummy.EmailBackend"


def test_managers_without_an_address_are_no_recipients(run):
    make_staff("Managers")
    from reports.access import may_receive
    from reports.registry import reports

    reader = accountant()
    assert list(may_receive(reports()["receivables"])) == [reader]


def test_what_became_of_letters_is_kept_for_a_year_and_no_morning_comes_again(run):
    schedule = make_report_schedule(accountant())
    assert run() == 1
    today = cairo_today()
    for days, ended in ((366, True), (365, True), (400, False)):
        day = today - dt.timedelta(days=days)
        moments = {"finished_at": timezone.now()} if ended else {"next_try_at": timezone.now()}
        old = ReportDelivery.objects.create(schedule=schedule, business_day=day, **moments)
        Letter.objects.create(delivery=old, person=schedule.recipients.get(), state="failed")
    assert forget_old() == 1
    left = ReportDelivery.objects.order_by("business_day").values_list("business_day", flat=True)
    assert [(today - day).days for day in left] == [400, 365, 0]
    assert Letter.objects.count() == 3
    assert forget_old() == 0
    assert run() == 0
