"""National numbers: the date, the governorate and the gender in them are real."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backoffice.shared import identity
from backoffice.shared.errors import DomainError
from backoffice.shared.identity import GOVERNORATE_CODES, NationalId, parse_national_id


def test_a_number_tells_birth_date_governorate_and_gender():
    assert parse_national_id("28007211900959") == NationalId("28007211900959", date(1980, 7, 21), "19", "male")
    assert parse_national_id("30112221906262") == NationalId("30112221906262", date(2001, 12, 22), "19", "female")


@pytest.mark.parametrize("value", ["٢٨٠٠٧٢١١٩٠٠٩٥٩", 28007211900959, 28007211900959.0, " 280-0721-19 00959\u200f"])
def test_every_spelling_is_read(value):
    assert parse_national_id(value).number == "28007211900959"


@pytest.mark.parametrize(
    ("value", "code", "part"),
    [
        ("", "nid_missing", ""),
        (None, "nid_missing", ""),
        ("2800721190095", "nid_length", "14"),
        ("280072119009591", "nid_length", "14"),
        ("2800721190095x", "nid_length", "14"),
        ("2.80072E+13", "nid_length", "14"),
        ("18007211900959", "nid_century", "1"),
        ("48007211900959", "nid_century", "4"),
        ("30613991900011", "nid_birth_date", "99/13/2006"),
        ("30102291900011", "nid_birth_date", "29/02/2001"),
        ("39912311900011", "nid_birth_date", "31/12/2099"),
        ("28007210000959", "nid_governorate", "00"),
        ("28007212000959", "nid_governorate", "20"),
        ("28007219900959", "nid_governorate", "99"),
    ],
)
def test_the_part_that_is_wrong_is_named(value, code, part):
    with pytest.raises(DomainError) as caught:
        parse_national_id(value)

    assert caught.value.code == code
    assert part in str(caught.value)


def test_somebody_born_today_has_a_number_and_somebody_born_tomorrow_has_none(monkeypatch):
    monkeypatch.setattr(identity, "cairo_today", lambda: date(2026, 8, 1))

    assert parse_national_id("32608011900011").birth_date == date(2026, 8, 1)
    with pytest.raises(DomainError):
        parse_national_id("32608021900011")


@given(
    st.dates(date(1900, 1, 1), datetime.now(UTC).date().replace(day=1)),
    st.sampled_from(sorted(GOVERNORATE_CODES)),
    st.integers(0, 9999),
    st.integers(0, 9),
)
def test_every_number_that_could_be_given_out_is_taken(birth_date, governorate, serial, last):
    century = "2" if birth_date.year < 2000 else "3"

    read = parse_national_id(f"{century}{birth_date:%y%m%d}{governorate}{serial:04}{last}")

    assert (read.birth_date, read.governorate_code) == (birth_date, governorate)
    assert (read.gender == "male") == bool(serial % 2)


def test_there_are_27_governorates_and_abroad():
    assert len(GOVERNORATE_CODES) == 28
