"""How a person's passings are read: comings, goings, and which row each belongs to. No database."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from backoffice.attendance.selectors.presence import Due, Passing, Settled, read_passings

CAIRO = ZoneInfo("Africa/Cairo")


def at(clock, day=1, fold=0):
    """A time of the first of November 2026 in Cairo, or of a day after it."""
    hour, minute = map(int, clock.split(":"))
    return dt.datetime(2026, 11, day, hour, minute, fold=fold, tzinfo=CAIRO).astimezone(dt.UTC)


def rows(*hours, **fields):
    return [Due(number, *map(at, one.split("-")), **fields) for number, one in enumerate(hours)]


def scans(*clocks):
    return [Passing(at(clock), clock, "rfid") for clock in clocks]


def clock(passing):
    return passing and passing.at.astimezone(CAIRO).strftime("%H:%M")


def times(reading):
    """Each row that somebody came to: came, left."""
    return {key: (clock(one.check_in), clock(one.check_out)) for key, one in reading.presences.items()}


def outcomes(reading):
    return [str(reading.outcomes[key]) for key in sorted(reading.outcomes)]


def read(hours, *clocks, **fields):
    return read_passings(rows(*hours, **fields), scans(*clocks))


ONE = ("16:00-18:00",)
BACK_TO_BACK = ("16:00-18:00", "18:00-20:00")
APART = ("10:00-12:00", "15:00-17:00")


def test_the_first_passing_is_a_coming_the_second_a_going():
    reading = read(ONE, "15:55", "18:05")
    assert times(reading) == {0: ("15:55", "18:05")}
    assert outcomes(reading) == ["check_in", "check_out"]


@pytest.mark.parametrize(("second", "outcome"), [("15:57", "repeat"), ("15:58", "check_out")])
def test_within_two_minutes_it_is_a_repeat(second, outcome):
    assert outcomes(read(ONE, "15:55", second)) == ["check_in", outcome]


def test_two_minutes_are_counted_from_the_passing_that_counted_and_not_from_its_repeat():
    assert outcomes(read(ONE, "15:55", "15:57", "15:58")) == ["check_in", "repeat", "check_out"]


def test_a_re_entry_clears_the_going_and_the_next_passing_is_one_again():
    reading = read(ONE, "15:55", "17:00", "17:10")
    assert times(reading) == {0: ("15:55", None)}
    assert outcomes(reading) == ["check_in", "check_out", "re_entry"]
    later = read(ONE, "15:55", "17:00", "17:10", "18:02")
    assert times(later) == {0: ("15:55", "18:02")}
    assert later.presences[0].breaks == ((at("17:00"), at("17:10")),)
    assert outcomes(later)[-1] == "check_out"


@pytest.mark.parametrize(
    ("came", "status", "minutes"),
    [("15:30", "present", 0), ("16:19", "present", 0), ("16:20", "present", 0), ("16:21", "late", 21)],
)
def test_late_is_after_the_grace_and_counts_from_the_beginning(came, status, minutes):
    presence = read(ONE, came).presences[0]
    assert (presence.status, presence.late_minutes) == (status, minutes)


def test_a_second_past_the_grace_is_late():
    due = Due(0, at("16:00"), at("18:00"), dt.timedelta(minutes=5))
    came = Passing(at("16:05") + dt.timedelta(seconds=1))
    assert read_passings([due], [came]).presences[0].status == "late"


def test_who_passes_first_when_all_is_over_missed_the_whole_of_it_and_no_more():
    presence = read(ONE, "19:30").presences[0]
    assert (presence.status, presence.late_minutes) == ("late", 120)


@pytest.mark.parametrize("clock", ["14:59", "22:00", "23:00"])
def test_earlier_than_an_hour_or_later_than_four_is_nobodys_coming(clock):
    reading = read(ONE, clock)
    assert (reading.presences, outcomes(reading)) == ({}, ["outside_window"])


def test_who_teaches_twice_on_end_passes_once_on_coming_and_once_on_going():
    reading = read(BACK_TO_BACK, "15:55", "20:05")
    assert times(reading) == {0: ("15:55", "20:05"), 1: ("15:55", "20:05")}
    assert {one.status for one in reading.presences.values()} == {"present"}


def test_who_leaves_after_the_first_of_two_didnt_give_the_second():
    assert times(read(BACK_TO_BACK, "15:55", "18:05")) == {0: ("15:55", "18:05")}


def test_who_comes_for_the_second_of_two_didnt_give_the_first():
    assert times(read(BACK_TO_BACK, "17:55", "20:05")) == {1: ("17:55", "20:05")}


def test_who_goes_out_between_the_two_has_a_coming_and_a_going_for_each():
    reading = read(BACK_TO_BACK, "15:55", "18:02", "18:15", "20:01")
    assert times(reading) == {0: ("15:55", "18:02"), 1: ("18:15", "20:01")}
    assert reading.presences[1].status == "present"


def test_a_card_that_was_read_twice_on_coming_makes_nobody_absent():
    assert times(read(ONE, "15:50", "15:53")) == {0: ("15:50", "15:53")}


def test_who_forgot_to_check_out_comes_anew_in_the_afternoon():
    reading = read(APART, "09:55", "14:50")
    assert times(reading) == {0: ("09:55", None), 1: ("14:50", None)}
    assert outcomes(reading) == ["check_in", "check_in"]


def test_who_passes_again_only_when_the_afternoon_is_over_has_stayed():
    reading = read(APART, "09:55", "17:10")
    assert times(reading) == {0: ("09:55", "17:10"), 1: ("09:55", "17:10")}
    assert outcomes(reading) == ["check_in", "check_out"]


def test_who_comes_back_long_before_the_afternoon_has_left_the_morning_all_the_same():
    reading = read(APART, "09:55", "12:03", "13:20", "17:10")
    assert times(reading) == {0: ("09:55", "12:03"), 1: ("13:20", "17:10")}


def test_a_lecture_within_the_hours_of_the_rota_is_given_by_who_is_there():
    reading = read(("09:00-17:00", "11:00-13:00"), "08:58", "17:03")
    assert times(reading) == {0: ("08:58", "17:03"), 1: ("08:58", "17:03")}


def test_an_hour_of_the_evening_ends_after_midnight():
    due = Due(0, at("22:00"), at("23:59"))
    left = Passing(at("00:10", day=2), "z")
    reading = read_passings([due], [*scans("21:50"), left])
    assert reading.presences[0].check_out == left


def test_what_nobody_knows_of_leaves_no_row():
    assert read(ONE).presences == {}
    assert read_passings([], scans("16:00")).outcomes == {"16:00": "outside_window"}


# What the office says.


def said(status, came=None, left=None, when="17:00", hours="16:00-18:00"):
    came, left = (Passing(at(clock), via="manual") if clock else None for clock in (came, left))
    return Due(0, *map(at, hours.split("-")), settled=Settled(at(when), status, came, left))


def test_a_correction_stands_against_scans_of_before_it_however_late_they_are_told():
    word = said("present", "15:50")
    assert times(read_passings([word], scans("16:30", "16:45"))) == {0: ("15:50", None)}


def test_a_scan_of_after_the_correction_goes_on_from_it():
    assert times(read_passings([said("present", "15:50")], scans("18:05"))) == {0: ("15:50", "18:05")}
    closed = read_passings([said("present", "15:50", "16:40")], scans("17:10"))
    assert times(closed) == {0: ("15:50", None)}
    assert closed.presences[0].breaks == ((at("16:40"), at("17:10")),)


def test_who_was_called_absent_and_comes_after_that_is_late():
    assert read_passings([said("absent", when="16:40")], scans("16:30")).presences[0].status == "absent"
    presence = read_passings([said("absent", when="16:40")], scans("16:30", "16:50", "17:10")).presences[0]
    assert (presence.status, clock(presence.check_in)) == ("late", "17:10")


def test_the_status_of_a_correction_stays_whatever_the_hour_of_coming():
    presence = read_passings([said("present", "16:40", when="17:00")], scans("18:05")).presences[0]
    assert (presence.status, presence.late_minutes, clock(presence.check_out)) == ("present", 0, "18:05")
    late = read_passings([said("late", "16:10")], []).presences[0]
    assert (late.status, late.late_minutes) == ("late", 10)


def test_a_colleague_at_the_desk_and_the_reader_at_the_door_note_one_coming():
    word = said("present", "15:58", when="15:58")
    reading = read_passings([word], scans("15:59", "18:05"))
    assert times(reading) == {0: ("15:58", "18:05")}
    assert outcomes(reading) == ["repeat", "check_out"]


def test_whom_the_office_let_in_for_the_first_of_two_is_there_for_the_second():
    second = Due(1, at("18:00"), at("20:00"))
    reading = read_passings([said("present", "15:58", when="15:58"), second], scans("20:05"))
    assert times(reading) == {0: ("15:58", "20:05"), 1: ("15:58", "20:05")}


def test_whom_the_office_lets_out_of_the_second_of_two_has_left_the_first():
    came, left = Passing(at("15:58"), via="manual"), Passing(at("20:05"), via="manual")
    second = Due(1, at("18:00"), at("20:00"), settled=Settled(at("20:05"), "present", came, left))
    reading = read_passings([said("present", "15:58", when="15:58"), second], [])
    assert times(reading) == {0: ("15:58", "20:05"), 1: ("15:58", "20:05")}


def test_a_correction_of_yesterday_says_nothing_of_who_is_here_today():
    word = said("present", "15:50", when="10:30")
    word = Due(0, word.begins, word.ends, settled=Settled(at("10:30", day=2), "present", word.settled.check_in))
    today = Due(1, at("10:00", day=2), at("12:00", day=2))
    came, left = Passing(at("09:55", day=2), "a"), Passing(at("12:05", day=2), "b")
    assert times(read_passings([word, today], [came, left])) == {0: ("15:50", None), 1: ("09:55", "12:05")}
