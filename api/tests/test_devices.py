"""Readers at the doors: who is let in, what a batch may be, and what is answered."""

import datetime as dt
import hmac
from uuid import uuid4

import pytest
from django.utils import timezone

from api import throttles
from backoffice.attendance import services
from backoffice.attendance.models import LectureAttendance, Scan
from backoffice.attendance.selectors import devices as keys
from backoffice.attendance.tests.device_makers import KEY, make_device
from backoffice.courses.tests.makers import make_course
from backoffice.users.tests.makers import make_child, manager, ziad

from .teaching.cast import be, running_lecture

SCANS = "/api/v1/devices/scans/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def device():
    return make_device()


def as_device(app, device, key=KEY):
    app.credentials(HTTP_AUTHORIZATION=f"Device {getattr(device, 'pk', device)}:{key}", HTTP_ACCEPT_LANGUAGE="en")
    return app


@pytest.fixture
def reader(app, device):
    """An app that is a reader."""
    return as_device(app, device)


def scan(code="R1:M12345", **more):
    now = timezone.localtime().isoformat()
    return {"scan_id": str(uuid4()), "code": code, "method": "qr", "at": now} | more


def send(reader, *scans, **more):
    return reader.post(SCANS, {"scans": list(scans)} | more)


def test_a_child_is_let_in_by_name_and_without_a_number(reader):
    yusuf = make_child(name="يوسف", phone_number="+201098765432")
    row = LectureAttendance.objects.create(lecture=running_lecture(make_course()), child=yusuf)
    one = scan(f"R1:{yusuf.unique_code}")
    answer = send(reader, one)
    assert answer.status_code == 200
    who = {"name": "يوسف", "kind": "participant"}
    assert answer.json() == {"results": [{"scan_id": one["scan_id"], "outcome": "present", "who": who}]}
    assert answer["Cache-Control"] == "no-store"
    row.refresh_from_db()
    assert (row.present, row.marked_via) == (True, "qr")
    again = send(reader, one).json()["results"]
    assert again == [{"scan_id": one["scan_id"], "outcome": "duplicate", "who": who}]


def test_an_unknown_code_says_nothing_of_anybody(reader):
    (result,) = send(reader, scan("R1:M00000")).json()["results"]
    assert (result["outcome"], result["who"]) == ("unknown_code", None)


class TestWhoIsLetIn:
    def refused(self, app):
        answer = send(app, scan())
        assert answer.status_code == 401, answer.content
        assert not Scan.objects.exists()
        return answer.json(), answer["WWW-Authenticate"]

    def test_an_unknown_device_a_wrong_key_and_a_device_that_is_off_are_refused_in_the_same_words(self, app, device):
        off = make_device(is_active=False)
        tries = [(uuid4(), KEY), ("x", KEY), (device, "wrong"), (device, ""), (off, KEY), (device, "\xd9\x83")]
        answers = [self.refused(as_device(app, *one)) for one in tries]
        assert all(answer == answers[0] for answer in answers)
        assert answers[0][0]["code"] == "device_refused"

    def test_each_try_compares_one_hash(self, app, device, monkeypatch):
        compared = []
        real = hmac.compare_digest
        monkeypatch.setattr(keys.hmac, "compare_digest", lambda *pair: compared.append(pair) or real(*pair))
        for one in (device, uuid4(), "x", make_device(is_active=False)):
            self.refused(as_device(app, one, "wrong"))
        assert len(compared) == 4
        assert {len(text) for pair in compared for text in pair} == {64}

    def test_a_renewed_key_ends_the_old_at_once(self, reader, app, device):
        assert send(reader).status_code == 200
        _device, key = services.renew_key(device.pk, by=manager())
        self.refused(reader)
        assert send(as_device(app, device, key)).status_code == 200

    def test_a_device_that_is_switched_off_is_refused_at_once_and_comes_back_with_its_key(self, reader, device):
        services.deactivate_device(device.pk, by=manager(), reason="ضاع")
        self.refused(reader)
        services.activate_device(device.pk, by=manager())
        assert send(reader).status_code == 200

    def test_a_person_is_no_device_and_a_device_nobody(self, app, reader, device):
        assert reader.get("/api/v1/me/").status_code == 401
        be(app, ziad())
        assert send(app, scan()).json()["code"] == "not_authenticated"
        app.credentials()
        assert send(app, scan()).status_code == 401


class TestBadInput:
    def refused(self, answer):
        assert answer.status_code == 400, answer.content
        assert not Scan.objects.exists()
        return answer.json()

    def test_501_are_too_many_and_500_are_not(self, reader):
        assert "500" in str(self.refused(send(reader, *[scan() for _ in range(501)])))
        answer = send(reader, *[scan() for _ in range(500)])
        assert len(answer.json()["results"]) == 500

    @pytest.mark.parametrize(("field", "value"), [
        ("method", "nfc"), ("method", "manual"), ("method", ""), ("method", None), ("method", 1),
        ("at", "2026-10-04T15:52:10"), ("at", "yesterday"), ("at", "2026-13-04T15:52:10Z"), ("at", 1790000000),
        ("at", "2026-10-04T25:52:10+03:00"), ("at", None), ("at", ""), ("scan_id", "1"), ("scan_id", None),
        ("code", ""), ("code", "   "), ("code", None), ("code", 12345), ("code", "x" * 4297), ("code", ["M12345"]),
        ("who", "somebody"),
    ])  # fmt: skip
    def test_a_line_that_is_not_of_the_shape_is_named_and_nothing_is_written(self, reader, field, value):
        faults = self.refused(send(reader, scan(), scan(**{field: value})))
        assert faults["scans"]["1"].keys() == {field}
        assert "0" not in faults["scans"]

    @pytest.mark.parametrize(
        "body", [{}, {"scans": {}}, {"scans": "x"}, {"scans": [1]}, {"scans": None}, [], {"scans": [], "x": 1}]
    )
    def test_what_is_no_batch_is_refused(self, reader, body):
        self.refused(reader.post(SCANS, body))

    @pytest.mark.parametrize("sent_at", ["now", "2026-10-04T15:52:10", 5, None])
    def test_what_the_clock_shows_is_a_time_with_its_offset(self, reader, sent_at):
        assert "sent_at" in self.refused(send(reader, scan(), sent_at=sent_at))

    @pytest.mark.parametrize("off", [dt.timedelta(hours=1), -dt.timedelta(days=365)])
    def test_a_time_to_come_or_of_a_year_ago_is_logged_and_counts_for_nothing(self, reader, off):
        yusuf = make_child()
        (result,) = send(reader, scan(yusuf.unique_code, at=(timezone.localtime() + off).isoformat())).json()["results"]
        assert (result["outcome"], result["who"]) == ("outside_window", None)
        assert Scan.objects.count() == 1

    def test_the_words_are_arabic_by_default(self, reader, device):
        reader.credentials(HTTP_AUTHORIZATION=f"Device {device.pk}:{KEY}")
        faults = self.refused(send(reader, scan(at="2026-10-04T15:52:10")))
        assert "فرق التوقيت" in faults["scans"]["0"]["at"][0]


def test_an_empty_batch_says_that_the_device_is_there(reader, device):
    shown = (timezone.localtime() + dt.timedelta(seconds=95)).isoformat()
    assert send(reader, sent_at=shown).json() == {"results": []}
    device.refresh_from_db()
    assert keys.state_of(device)[0] == "clock"
    assert 90 <= device.clock_offset_seconds <= 95


def test_a_device_that_runs_wild_is_slowed_down_and_no_other(app, device, monkeypatch):
    monkeypatch.setattr(throttles.CountedThrottle, "THROTTLE_RATES", {"scans_device": "2/day"})
    statuses = [send(as_device(app, device)).status_code for _ in range(3)]
    assert statuses == [200, 200, 429]
    assert send(as_device(app, make_device())).status_code == 200


def test_a_key_of_a_post_is_not_needed_here(reader):
    one = scan()
    for outcome in ("unknown_code", "duplicate"):
        answer = reader.post(SCANS, {"scans": [one]}, HTTP_IDEMPOTENCY_KEY="k")
        assert answer.json()["results"][0]["outcome"] == outcome
