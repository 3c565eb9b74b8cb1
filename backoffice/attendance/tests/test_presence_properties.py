"""What holds of every reading: neither the order nor the number of tellings matters, nor midnight, nor the clocks."""

import datetime as dt
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from backoffice.attendance.selectors.presence import REPEAT, Due, Passing, Settled, read_passings

CAIRO = ZoneInfo("Africa/Cairo")
MINUTE = dt.timedelta(minutes=1)
# An evening like others, and those whose clocks go on from 00:00 to 01:00, or back from 24:00 to 23:00.
EVENINGS = [
    dt.date(2026, 11, 1),
    dt.date(2026, 4, 23),
    dt.date(2026, 10, 29),
    dt.date(2027, 4, 29),
    dt.date(2027, 10, 28),
]
OUTCOMES = {"check_in", "check_out", "re_entry", "repeat", "outside_window"}


def evening_of(day, hour):
    return dt.datetime.combine(day, dt.time(hour), tzinfo=CAIRO).astimezone(dt.UTC)


@st.composite
def days_of_somebody(draw):
    """Rows from the afternoon into the next morning that may touch or overlap, scans at any minute, perhaps a word."""
    begin = evening_of(draw(st.sampled_from(EVENINGS)), 14)
    minutes = st.integers(0, 20 * 60)
    dues = []
    for key in range(draw(st.integers(1, 4))):
        begins = begin + draw(minutes) * MINUTE
        ends = begins + draw(st.integers(15, 240)) * MINUTE
        settled = draw(st.none() | words(begins, ends))
        dues.append(Due(key, begins, ends, draw(st.sampled_from([0, 5, 20])) * MINUTE, settled))
    scans = [
        Passing(begin + draw(minutes) * MINUTE, f"{number:02}", "rfid") for number in range(draw(st.integers(0, 8)))
    ]
    return dues, scans


@st.composite
def words(draw, begins, ends):
    """What the office may say of a row."""
    when = begins + draw(st.integers(0, 600)) * MINUTE
    status = draw(st.sampled_from(["present", "late", "absent"]))
    if status == "absent":
        return Settled(when, status)
    came = min(begins + draw(st.integers(-30, 100)) * MINUTE, when)
    left = draw(st.none() | st.integers(1, 200).map(lambda minutes: came + minutes * MINUTE))
    # Nobody can say what is still to come.
    left = left if left and left <= when else None
    return Settled(when, status, Passing(came, via="manual"), Passing(left, via="manual") if left else None)


@given(days_of_somebody(), st.randoms(use_true_random=False), st.integers(1, 3))
def test_shuffled_and_told_again_it_is_the_same_presence(somebody, chance, times):
    dues, scans = somebody
    once = read_passings(dues, scans)
    told, rows = scans * times, list(dues)
    chance.shuffle(told)
    chance.shuffle(rows)
    assert read_passings(rows, told) == once


@given(days_of_somebody())
def test_every_scan_has_one_outcome_and_none_counts_within_two_minutes_of_another(somebody):
    dues, scans = somebody
    outcomes = read_passings(dues, scans).outcomes
    assert outcomes.keys() == {one.key for one in scans}
    assert set(outcomes.values()) <= OUTCOMES
    counted = sorted(one.at for one in scans if outcomes[one.key] not in ("repeat", "outside_window"))
    assert all(later - earlier > REPEAT for earlier, later in pairwise(counted))


@given(days_of_somebody())
def test_a_presence_is_in_order_and_made_of_what_was_seen_or_said(somebody):
    dues, scans = somebody
    known = set(scans) | {time for due in dues if due.settled for time in (due.settled.check_in, due.settled.check_out)}
    for key, presence in read_passings(dues, scans).presences.items():
        assert (presence.check_in is None) == (presence.status == "absent")
        assert {presence.check_in, presence.check_out} - {None} <= known
        moments = [presence.check_in.at] if presence.check_in else []
        moments += [time for pair in presence.breaks for time in pair]
        moments += [presence.check_out.at] if presence.check_out else []
        assert moments == sorted(moments)
        due = next(due for due in dues if due.key == key)
        assert presence.late_minutes <= (due.ends - due.begins) / MINUTE
        assert (presence.late_minutes > 0) <= (presence.status == "late")


@given(days_of_somebody())
def test_who_was_seen_within_a_rows_hours_is_not_missing_everywhere(somebody):
    dues, scans = somebody
    reading = read_passings(dues, scans)
    if "check_in" in reading.outcomes.values():
        assert reading.presences


@given(days_of_somebody(), st.integers(0, 600))
def test_scans_of_before_a_correction_change_nothing_of_its_row(somebody, minutes):
    dues, scans = somebody
    for due in (due for due in dues if due.settled):
        more = [Passing(due.settled.at - minutes * MINUTE, "zz", "rfid")]
        before, after = read_passings([due], scans), read_passings([due], [*scans, *more])
        late = [one for one in scans if one.at > due.settled.at]
        if not late:
            assert before.presences == after.presences


@given(
    st.sampled_from(EVENINGS),
    st.lists(st.tuples(st.integers(0, 239), st.integers(1, 240)), min_size=1, max_size=3),
    st.lists(st.integers(-120, 600), max_size=6),
)
def test_the_hours_of_the_clock_change_are_hours_like_others(evening, hours, passings):
    """The same distances in real time, from the same real distance to the change and far from it, are read the same."""

    def read(begin):
        dues = [
            Due(key, begin + start * MINUTE, begin + (start + length) * MINUTE)
            for key, (start, length) in enumerate(hours)
        ]
        reading = read_passings(dues, [Passing(begin + at * MINUTE, str(number)) for number, at in enumerate(passings)])
        presences = {
            key: (one.status, one.late_minutes, one.check_in.at - begin) for key, one in reading.presences.items()
        }
        return presences, reading.outcomes

    assert read(evening_of(evening, 22)) == read(evening_of(dt.date(2026, 12, 1), 22))
