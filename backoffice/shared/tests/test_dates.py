"""Days: read as people write them, never guessed."""

from datetime import UTC, date, datetime

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from backoffice.shared.dates import cairo_today, parse_date
from backoffice.shared.errors import DomainError

ARABIC_DIGITS = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


@given(
    st.dates(date(1900, 1, 1), date(2099, 12, 31)),
    st.sampled_from(
        [
            "{d}/{m}/{y}",
            "{d}-{m}-{y}",
            "{d}.{m}.{y}",
            "{y}-{m:02}-{d:02}",
            "{y}/{m}/{d}",
            "{d} / {m} / {y}",
            " {d:02}/{m:02}/{y}\u200f",
        ]
    ),
    st.booleans(),
)
def test_every_spelling_of_a_day_is_the_day(day, pattern, is_arabic):
    typed = pattern.format(d=day.day, m=day.month, y=day.year)

    assert parse_date(typed.translate(ARABIC_DIGITS) if is_arabic else typed) == day


@pytest.mark.parametrize(
    "value",
    [date(2018, 5, 1), datetime(2018, 5, 1, 23, 59), "2018-05-01 10:00:00", "2018-05-01T00:00:00Z", "1/5/2018 9:30 ص"],
)
def test_dates_and_moments_give_their_day(value):
    assert parse_date(value) == date(2018, 5, 1)


def test_a_moment_is_on_cairos_day():
    assert parse_date(datetime(2026, 7, 31, 22, 0, tzinfo=UTC)) == date(2026, 8, 1)


@pytest.mark.parametrize(
    ("value", "code", "words"),
    [
        (None, "date_missing", ""),
        ("  ", "date_missing", ""),
        ("31/2/2018", "date_impossible", "31/2/2018"),
        ("29/2/2023", "date_impossible", "28"),
        ("5/13/2018", "date_impossible", "13"),
        ("0/0/2018", "date_impossible", "0/0/2018"),
        ("2018-02-30", "date_impossible", "2018-02-30"),
        ("1/5/18", "date_unreadable", "1/5/18"),
        ("2018", "date_unreadable", "2018"),
        ("1/1/0018", "date_unreadable", "0018"),
        ("غدًا", "date_unreadable", "غدًا"),
        ("1/5/2018x", "date_unreadable", "1/5/2018x"),
        ("1/1/1899", "date_out_of_range", "1899"),
        ("1/1/2100", "date_out_of_range", "2100"),
        (date(218, 5, 1), "date_out_of_range", "0218"),
        (41285, "date_is_number", "11/1/2013"),
        (41285.0, "date_is_number", "11/1/2013"),
        (2015, "date_is_number", "2015"),
        (float("nan"), "date_is_number", "nan"),
        (float("-inf"), "date_is_number", "inf"),
        (True, "date_is_number", "1"),
    ],
)
def test_what_is_no_day_is_refused_with_what_was_read(value, code, words):
    with pytest.raises(DomainError) as caught:
        parse_date(value)

    assert caught.value.code == code
    assert words in str(caught.value)


@given(st.one_of(st.text(max_size=20), st.text("0123456789/-. ٠١٢", max_size=12), st.floats(), st.integers()))
def test_anything_is_a_day_or_a_refusal(value):
    try:
        assert 1900 <= parse_date(value).year < 2100
    except DomainError as error:
        assert error.code.startswith("date_")  # noqa: PT017


def test_today_is_cairos_today(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 7, 31, 22, 0, tzinfo=UTC))

    assert cairo_today() == date(2026, 8, 1)
