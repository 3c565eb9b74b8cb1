"""Cards are somebody's until they are revoked, and a code that waited counts once it is somebody's."""

import datetime as dt

import pytest
from django.utils import timezone

from backoffice.attendance.models import Card, Scan
from backoffice.attendance.querysets import REACH
from backoffice.attendance.selectors.devices import waiting_codes
from backoffice.attendance.services import issue_card, print_cards, revoke_card, take_scans
from backoffice.shared.errors import DomainError
from backoffice.shared.models import AuditEntry
from backoffice.users.services import create_instructor, update_instructor
from backoffice.users.tests.makers import make_child, make_instructor, make_student, manager

from .device_makers import due_at, lecture_at, listed, make_device, scan_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def now(monkeypatch):
    """Ten minutes ago, in the middle of an afternoon."""
    clock = timezone.make_aware(dt.datetime(2026, 11, 11, 16, 40))
    monkeypatch.setattr(timezone, "now", lambda: clock)
    return clock - dt.timedelta(minutes=10)


@pytest.fixture
def boss():
    return manager()


def refusal(call):
    with pytest.raises(DomainError) as refused:
        call()
    return refused.value.code


def outcome_of(code, at, method="rfid"):
    return take_scans(make_device().pk, [scan_of(code, at, method)])[0].outcome


def test_a_code_that_waited_counts_for_its_day_once_it_is_somebodys(now, boss):
    yusuf = make_child()
    (row,) = listed(lecture_at(now - dt.timedelta(days=3)), yusuf)
    assert outcome_of("aa:bb", now - dt.timedelta(days=3)) == "unknown_code"
    card, waited = issue_card(code="AA-BB", method="rfid", holder=yusuf, by=boss)
    assert (card.code, waited) == ("AABB", 1)
    row.refresh_from_db()
    assert (row.present, row.marked_via, row.marked_at) == (True, "rfid", now - dt.timedelta(days=3))
    scan = Scan.objects.get()
    assert (scan.outcome, scan.child) == ("present", yusuf)
    assert AuditEntry.objects.filter(model="attendance.card", action="create", actor_id=boss.pk).exists()
    assert not waiting_codes().exists()


def test_what_waited_for_too_long_stays_nobodys(now, boss):
    outcome_of("aabb", now)
    Scan.objects.update(at=timezone.now() - REACH - dt.timedelta(hours=1))
    assert issue_card(code="aabb", method="rfid", holder=make_child(), by=boss)[1] == 0


def test_an_instructors_number_is_given_what_waited_with_it(now, boss, django_capture_on_commit_callbacks):
    sami = make_instructor()
    row = due_at(lecture_at(now), sami)
    outcome_of("0012", now, "fingerprint")
    with django_capture_on_commit_callbacks(execute=True):
        update_instructor(sami.pk, fingerprint_id="0012", by=boss)
    row.refresh_from_db()
    assert (row.status, row.check_in, row.check_in_via) == ("present", now, "fingerprint")
    outcome_of("77", now)
    with django_capture_on_commit_callbacks(execute=True):
        create_instructor(phone_number1="01012345678", first_name="علي", last_name="ب", rfid_uid="77", by=boss)
    assert not waiting_codes().exists()


def test_a_revoked_card_stops_and_what_it_said_stays(now, boss):
    yusuf = make_child()
    (row,) = listed(lecture_at(now), yusuf)
    card, _waited = issue_card(code="aabb", method="rfid", holder=yusuf, by=boss)
    assert outcome_of("aabb", now) == "present"
    revoke_card(card.pk, reason="ضاعت", by=boss)
    assert outcome_of("aabb", timezone.now() + dt.timedelta(minutes=1)) == "unknown_code"
    # Told late, but of a time at which the card was good.
    assert outcome_of("aabb", now + dt.timedelta(minutes=3)) == "present"
    row.refresh_from_db()
    assert row.present
    assert refusal(lambda: revoke_card(card.pk, reason="ضاعت", by=boss)) == "revoked_already"
    assert AuditEntry.objects.filter(model="attendance.card", action="transition", reason="ضاعت").count() == 1


def test_a_clock_that_is_set_back_leaves_no_lost_card_valid(now, boss):
    card, _waited = issue_card(code="aabb", method="rfid", holder=make_child(), by=boss)
    Card.objects.filter(pk=card.pk).update(issued_at=timezone.now() + dt.timedelta(hours=1))
    assert revoke_card(card.pk, reason="ضاعت", by=boss).revoked_at


def test_a_card_that_was_revoked_may_be_handed_to_another(now, boss):
    yusuf, laila = make_child(name="يوسف"), make_child(name="ليلى")
    card, _waited = issue_card(code="aabb", method="rfid", holder=yusuf, by=boss)
    revoke_card(card.pk, reason="سُلّمت", by=boss)
    issue_card(code="aabb", method="rfid", holder=laila, by=boss)
    later = timezone.now() + dt.timedelta(minutes=1)
    names = [take_scans(make_device().pk, [scan_of("aabb", at, "rfid")])[0].who.name for at in (now, later)]
    assert names == ["يوسف", "ليلى"]


class TestWhatIsNoCard:
    def refused(self, code, method, boss):
        with pytest.raises(DomainError) as refused:
            issue_card(code=code, method=method, holder=make_child(), by=boss)
        assert refused.value.field == "code"
        return refused.value.code

    def test_somebody_elses_code(self, boss):
        sami = make_instructor()
        type(sami).objects.update(rfid_uid="04:a3")
        issue_card(code="aabb", method="rfid", holder=make_child(), by=boss)
        for code, method in (
            ("aa bb", "rfid"),
            ("04A3", "rfid"),
            (make_child().unique_code, "qr"),
            (f"R1:{make_student().unique_code}", "qr"),
        ):
            assert self.refused(code, method, boss) == "code_taken"
        assert issue_card(code="aabb", method="fingerprint", holder=make_child(), by=boss)

    def test_none_and_too_long_a_one(self, boss):
        assert self.refused(" ", "rfid", boss) == "code_missing"
        assert self.refused("x" * 65, "qr", boss) == "code_too_long"
        # What the log cuts off is longer than a card's code, so it can't be taken for one.
        assert Scan._meta.get_field("code").max_length > Card.LONGEST_CODE


class TestPrinted:
    def test_a_participants_card_says_the_code_they_have(self, boss):
        yusuf = make_child(name="يوسف")
        (card,) = print_cards(children=[yusuf], students=[], staff=[], by=boss)
        assert (card.name, card.qr) == ("يوسف", f"R1:{yusuf.unique_code}")
        assert AuditEntry.objects.filter(object_id=str(yusuf.pk), action="view", actor_id=boss.pk).count() == 1

    def test_staff_get_a_code_once_and_another_after_the_card_was_revoked(self, now, boss):
        sami = make_instructor()
        due_at(lecture_at(now), sami)
        (first,) = print_cards(children=[], students=[], staff=[sami], by=boss)
        (again,) = print_cards(children=[], students=[], staff=[sami], by=boss)
        assert first == again
        assert outcome_of(first.qr, now, "qr") == "check_in"
        revoke_card(Card.objects.get().pk, reason="ضاعت", by=boss)
        (another,) = print_cards(children=[], students=[], staff=[sami], by=boss)
        assert another.code != first.code

    def test_nobody_and_too_many(self, boss):
        def printing(*children):
            return refusal(lambda: print_cards(children=children, students=[], staff=[], by=boss))

        assert printing() == "nobody_chosen"
        assert printing(*[make_child()] * 301) == "too_many_cards"
