"""Which lectures a participant came to: the same in whatever order it is told, at midnight, when clocks change."""

import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backoffice.attendance.models import Scan
from backoffice.attendance.selectors import moment
from backoffice.attendance.selectors.arrivals import EARLY, Door, read_arrivals
from backoffice.attendance.selectors.presence import REPEAT, Passing

# An ordinary day, the night on which an hour is left out, and the one on which an hour comes twice.
DAYS = (dt.date(2026, 11, 11), dt.date(2026, 4, 24), dt.date(2026, 10, 29))
MINUTE = dt.timedelta(minutes=1)
Outcome = Scan.Outcome

times = st.times(max_value=dt.time(23, 59)).map(lambda at: at.replace(second=0, microsecond=0))


@st.composite
def centres(draw):
    """Doors of some lectures around midnight, and passings near them."""
    day = draw(st.sampled_from(DAYS))
    doors = []
    for key in range(draw(st.integers(0, 5))):
        when = day + dt.timedelta(days=draw(st.integers(-1, 1)))
        begin, end = sorted([draw(times), draw(times)])
        doors.append(Door(key, moment(when, begin), moment(when, end)))
    middle = moment(day, dt.time(0))
    minutes = st.one_of(st.floats(-26 * 60, 26 * 60), st.floats(-90, 90), st.integers(-90, 90))
    vias = st.sampled_from(["qr", "rfid"])
    passings = [
        Passing(middle + offset * MINUTE, str(key), draw(vias))
        for key, offset in enumerate(draw(st.lists(minutes, max_size=12)))
    ]
    return doors, passings


@given(centres(), st.randoms())
def test_order_and_repetition_change_nothing(centre, choice):
    doors, passings = centre
    once = read_arrivals(doors, passings)
    choice.shuffle(doors)
    again = [*passings, *passings]
    choice.shuffle(again)
    assert read_arrivals(doors, again) == once


@given(centres(), st.randoms())
def test_what_is_told_late_takes_no_coming_back_and_makes_none_later(centre, choice):
    doors, passings = centre
    known = [passing for passing in passings if choice.random() < 0.5]
    before, after = read_arrivals(doors, known), read_arrivals(doors, passings)
    for key, counted in before.came.items():
        assert after.came[key][0].at <= counted[0].at


@given(centres())
def test_each_passing_counts_for_one_open_door_or_says_why_not(centre):
    doors, passings = centre
    arrivals = read_arrivals(doors, passings)
    by_key = {door.key: door for door in doors}
    counted = {passing.key: key for key, came in arrivals.came.items() for passing in came}
    assert arrivals.outcomes.keys() == {passing.key for passing in passings}
    for passing in passings:
        is_open = [door for door in doors if door.begins - EARLY <= passing.at < door.ends]
        match arrivals.outcomes[passing.key]:
            case Outcome.OUTSIDE_WINDOW:
                assert not is_open
            case Outcome.PRESENT:
                nearest = min(abs(door.begins - passing.at) for door in is_open)
                assert abs(by_key[counted[passing.key]].begins - passing.at) == nearest
            case Outcome.REPEAT:
                # Of one that counted for the same door, which is open to both.
                near = [one for came in arrivals.came.values() for one in came]
                assert any(dt.timedelta() <= passing.at - one.at <= REPEAT for one in near)


@given(centres())
def test_passings_that_count_for_one_lecture_are_more_than_two_minutes_apart(centre):
    for came in read_arrivals(*centre).came.values():
        assert all(later.at - earlier.at > REPEAT for earlier, later in pairwise(came))


@pytest.mark.parametrize(
    ("day", "begin", "end", "wall", "is_open"),
    [
        # Ordinary: open from 23:40 of the evening before.
        (dt.date(2026, 11, 11), (0, 10), (2, 0), "2026-11-10T23:40:00+02:00", True),
        (dt.date(2026, 11, 11), (0, 10), (2, 0), "2026-11-10T23:39:59+02:00", False),
        # Clocks go from 00:00 to 01:00: a lecture of 01:15 begins a quarter of an hour after midnight's last second.
        (dt.date(2026, 4, 24), (1, 15), (3, 0), "2026-04-23T23:45:00+02:00", True),
        (dt.date(2026, 4, 24), (1, 15), (3, 0), "2026-04-23T23:44:59+02:00", False),
        (dt.date(2026, 4, 24), (1, 15), (3, 0), "2026-04-24T01:00:00+03:00", True),
        # Clocks go from 24:00 back to 23:00: 23:30 is the first of the two, and the lecture ends when it first is.
        (dt.date(2026, 10, 29), (21, 0), (23, 30), "2026-10-29T23:29:59+03:00", True),
        (dt.date(2026, 10, 29), (21, 0), (23, 30), "2026-10-29T23:30:00+03:00", False),
        (dt.date(2026, 10, 29), (21, 0), (23, 30), "2026-10-29T23:10:00+02:00", False),
        (dt.date(2026, 10, 30), (0, 10), (2, 0), "2026-10-29T23:40:00+02:00", True),
        (dt.date(2026, 10, 30), (0, 10), (2, 0), "2026-10-29T23:40:00+03:00", False),
    ],
)
def test_a_door_opens_and_closes_by_the_centres_clock(day, begin, end, wall, is_open):
    door = Door(1, moment(day, dt.time(*begin)), moment(day, dt.time(*end)))
    assert door.is_open(dt.datetime.fromisoformat(wall)) is is_open
