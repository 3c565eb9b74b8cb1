"""The calendar feed: what calendar programs read, and the link that lets them."""

import datetime as dt
from zoneinfo import ZoneInfo

import icalendar
import pytest
from django.utils import timezone

from api.students.feed import cairo_timezone
from backoffice.courses.models import Course
from backoffice.courses.services import cancel_lecture, move_lecture
from backoffice.courses.tests.makers import make_course, make_lecture, make_room
from backoffice.enrollments.tests.makers import make_enrollment
from backoffice.users.models import CalendarLink
from backoffice.users.services import deactivate_user, reactivate_user, whose_calendar
from backoffice.users.tests.makers import make_child, make_parent, manager, ziad

from .cast import be

pytestmark = pytest.mark.django_db

LINK = "/api/v1/calendar/"
FEED = "/api/v1/calendar.ics"
CAIRO = ZoneInfo("Africa/Cairo")


@pytest.fixture
def place(course, yusuf):
    """Yusuf's place in Sami's course."""
    return make_enrollment(course, child=yusuf)


@pytest.fixture
def token(app, mona, place):
    """The token of Mona's link; the app has no other one from now on."""
    be(app, mona)
    token = app.post(LINK).json()["token"]
    app.credentials(HTTP_ACCEPT_LANGUAGE="en")
    return token


def read(app, token, **headers):
    answer = app.get(FEED, {"token": token}, **headers)
    assert answer.status_code == 200, answer.content
    return answer


def events(app, token):
    calendar = icalendar.Calendar.from_ical(read(app, token).content)
    return list(calendar.walk("VEVENT"))


class TestLink:
    def test_it_is_made_renewed_and_revoked_and_shown_once(self, app, mona, place):
        be(app, mona)
        assert app.get(LINK).json() == {"exists": False, "made_at": None}
        first = app.post(LINK)
        assert (first.status_code, first["Cache-Control"]) == (201, "no-store")
        assert first.json()["url"] == f"http://testserver{FEED}?token={first.json()['token']}"
        assert app.get(LINK).json()["exists"] is True
        assert first.json()["token"] not in str(app.get(LINK).json())
        second = app.post(LINK).json()["token"]
        assert app.get(FEED, {"token": first.json()["token"]}).status_code == 404
        assert app.get(FEED, {"token": second}).status_code == 200
        assert app.delete(LINK).status_code == 204
        assert app.get(FEED, {"token": second}).status_code == 404
        assert app.delete(LINK).status_code == 204

    def test_only_its_hash_is_kept(self, token):
        link = CalendarLink.objects.get()
        assert token not in (link.key_hash, str(link.pk))
        assert len(link.key_hash) == 64

    def test_a_repeated_post_doesnt_keep_the_token_either(self, app, mona):
        be(app, mona)
        first, second = (app.post(LINK, HTTP_IDEMPOTENCY_KEY="k").json()["token"] for _ in range(2))
        assert first != second
        assert whose_calendar(second) == mona

    def test_a_key_that_is_none_is_refused_here_too(self, app, mona):
        be(app, mona)
        answer = app.post(LINK, HTTP_IDEMPOTENCY_KEY="مفتاح")
        assert (answer.status_code, answer.json()["code"]) == (400, "bad_idempotency_key")

    def test_it_dies_with_the_account_and_doesnt_come_back_with_it(self, app, mona, token):
        deactivate_user(mona.pk, by=manager())
        assert app.get(FEED, {"token": token}).status_code == 404
        reactivate_user(mona.pk, by=manager())
        assert app.get(FEED, {"token": token}).status_code == 404

    def test_a_closed_account_is_enough(self, app, mona, token):
        mona.is_active = False
        mona.save()
        assert whose_calendar(token) is None

    def test_who_is_no_family_has_none(self, app, sami):
        assert app.post(LINK).status_code == 401
        stranger = ziad()
        stranger.role = "admin"
        stranger.save()
        for user in (sami.user, stranger):
            be(app, user)
            assert [app.get(LINK).status_code, app.post(LINK).status_code, app.delete(LINK).status_code] == [403] * 3


class TestFeed:
    @pytest.mark.parametrize("query", ["", "?token=", f"?token={'x' * 101}", "?token=a&token=b", "?token=a&foo=1"])
    def test_a_bad_parameter_is_a_400(self, app, db, query):
        assert app.get(FEED + query).status_code == 400

    @pytest.mark.parametrize("typed", ["x", "ü", "\0", "'"])
    def test_a_wrong_token_is_a_404(self, app, db, typed):
        assert app.get(FEED, {"token": typed}).status_code == 404

    def test_it_has_the_family_s_lectures_alone(self, app, token, course):
        room = make_room(name="قاعة النور")
        lecture = make_lecture(course, room=room)
        make_lecture(make_course())
        (event,) = events(app, token)
        assert event["UID"] == f"lecture-{lecture.pk}@redwan-courses"
        assert event["SUMMARY"] == f"{course.name} · يوسف"
        assert event["LOCATION"] == "قاعة النور"
        assert event["STATUS"] == "CONFIRMED"
        assert event["DTSTART"].dt == dt.datetime.combine(lecture.day, lecture.start_time, CAIRO)
        assert event["DTSTART"].params["TZID"] == "Africa/Cairo"

    def test_another_parent_s_feed_hasnt_them(self, app, token, course):
        make_lecture(course)
        other = make_parent().user
        be(app, other)
        theirs = app.post(LINK).json()["token"]
        assert events(app, theirs) == []

    def test_of_two_children_in_a_course_there_is_one_event(self, app, token, mona, course):
        make_enrollment(course, child=make_child(mona.parent, name="أمل"))
        make_lecture(course)
        (event,) = events(app, token)
        assert event["SUMMARY"] == f"{course.name} · أمل، يوسف"

    def test_what_is_long_past_is_left_out(self, app, token, course):
        today = timezone.localdate()
        make_lecture(course, day=today - dt.timedelta(days=91))
        kept = make_lecture(course, day=today - dt.timedelta(days=89))
        assert [str(kept.pk) in event["UID"] for event in events(app, token)] == [True]

    def test_a_moved_lecture_has_a_higher_number_and_the_same_name(self, app, token, course):
        lecture = make_lecture(course)
        Course.objects.update(created_at=timezone.now() - dt.timedelta(days=1))
        (before,) = events(app, token)
        day = lecture.day + dt.timedelta(days=1)
        move_lecture(lecture.pk, day=day, start_time=dt.time(17), end_time=dt.time(18), by=None)
        (after,) = events(app, token)
        assert before["UID"] == after["UID"]
        assert before["SEQUENCE"] == 0
        assert after["SEQUENCE"] > 0
        assert after["LAST-MODIFIED"].dt > before["LAST-MODIFIED"].dt
        assert after["DTSTART"].dt.date() == day

    def test_a_cancelled_lecture_stays_and_says_so(self, app, token, course):
        cancel_lecture(make_lecture(course).pk, by=None, reason="مطر")
        (event,) = events(app, token)
        assert (event["STATUS"], event["SEQUENCE"] > 0, event["TRANSP"]) == ("CANCELLED", True, "TRANSPARENT")
        assert "cancelled" in event["DESCRIPTION"]

    def test_lines_are_short_end_with_crlf_and_cut_no_letter(self, app, token, course):
        course.name = "دورة " + "البرمجة والروبوتات للأطفال " * 5
        course.save()
        make_lecture(course)
        answer = read(app, token)
        assert answer["Content-Type"] == "text/calendar; charset=utf-8"
        lines = answer.content.split(b"\r\n")
        assert b"\n" not in b"".join(lines)
        assert max(map(len, lines)) <= 75
        assert lines[-1] == b""
        for line in lines:
            line.decode()
        (event,) = events(app, token)
        assert event["SUMMARY"] == f"{course.name} · يوسف"

    def test_it_speaks_arabic_unless_english_is_asked_for(self, app, token, course):
        make_lecture(course)
        app.credentials()
        assert "محاضر" in icalendar.Calendar.from_ical(read(app, token).content)["X-WR-CALNAME"]

    def test_who_has_it_already_gets_a_304(self, app, token, course):
        lecture = make_lecture(course)
        first = read(app, token)
        assert first["Cache-Control"] == "private, max-age=3600"
        again = app.get(FEED, {"token": token}, HTTP_IF_NONE_MATCH=first["ETag"])
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
        cancel_lecture(lecture.pk, by=None, reason="مطر")
        assert read(app, token, HTTP_IF_NONE_MATCH=first["ETag"])["ETag"] != first["ETag"]

    def test_it_asks_as_much_for_many_lectures_as_for_few(self, app, token, course, django_assert_num_queries):
        for days in (1, 2):
            make_lecture(course, day=timezone.localdate() + dt.timedelta(days=days))
        with django_assert_num_queries(4):
            read(app, token)
        for days in range(3, 60):
            make_lecture(course, day=timezone.localdate() + dt.timedelta(days=days))
        with django_assert_num_queries(4):
            read(app, token)


class TestSummerTime:
    """What the feed itself says of Egypt's clock, not what the reader knows of it."""

    NIGHTS = (
        # The last evening of winter time, then the first of summer time.
        (dt.datetime(2026, 4, 23, 23, 0), "21:00"),
        (dt.datetime(2026, 4, 24, 1, 0), "22:00"),
        (dt.datetime(2026, 4, 24, 16, 0), "13:00"),
        # The last Thursday of October: until 24:00 summer time; the Friday after it is winter.
        (dt.datetime(2026, 10, 29, 16, 0), "13:00"),
        (dt.datetime(2026, 10, 29, 22, 30), "19:30"),
        (dt.datetime(2026, 10, 30, 0, 30), "22:30"),
        (dt.datetime(2026, 10, 30, 16, 0), "14:00"),
    )

    def test_lectures_of_both_nights_of_change_are_at_the_right_instant(self, app, token, course, monkeypatch):
        monkeypatch.setattr("api.students.feed.cairo_today", lambda: dt.date(2026, 4, 1))
        for start, _utc in self.NIGHTS:
            end = (start + dt.timedelta(minutes=20)).time()
            make_lecture(course, day=start.date(), start_time=start.time(), end_time=end)
        calendar = icalendar.Calendar.from_ical(read(app, token).content)
        (zone,) = calendar.walk("VTIMEZONE")
        own = zone.to_tz(lookup_tzid=False)
        found = []
        for event in calendar.walk("VEVENT"):
            wall = event["DTSTART"].dt.replace(tzinfo=None)
            told, known = (wall.replace(tzinfo=tz).astimezone(dt.UTC) for tz in (own, CAIRO))
            assert told == known
            found.append((wall, f"{told:%H:%M}"))
        assert found == list(self.NIGHTS)

    @pytest.mark.parametrize("year", range(2023, 2045))
    def test_it_changes_where_the_world_s_tables_change(self, year):
        own = cairo_timezone().to_tz(lookup_tzid=False)
        for month, days in ((3, 31), (4, 30), (5, 31), (9, 30), (10, 31), (11, 30)):
            for day in range(1, days + 1):
                for hour, minute in ((1, 0), (12, 0), (22, 59), (23, 0), (23, 59)):
                    wall = dt.datetime(year, month, day, hour, minute)
                    if wall >= dt.datetime(2023, 4, 28):
                        told, known = (wall.replace(tzinfo=tz).utcoffset() for tz in (own, CAIRO))
                        assert told == known, wall
