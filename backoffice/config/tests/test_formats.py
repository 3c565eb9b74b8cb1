import datetime as dt
from decimal import Decimal

import pytest
from django import forms
from django.utils import translation
from django.utils.formats import date_format, get_format, localize


@pytest.fixture(params=["ar", "en"])
def language(request):
    with translation.override(request.param):
        yield request.param


@pytest.mark.usefixtures("language")
def test_amounts_are_written_as_the_office_writes_them():
    assert localize(Decimal("1234567.50")) == "1,234,567.50"


@pytest.mark.usefixtures("language")
def test_the_day_comes_before_the_month():
    day = dt.date(2026, 4, 3)
    assert date_format(day, "DATE_FORMAT") == "03/04/2026"
    assert forms.DateField().clean("03/04/2026") == day
    assert forms.DateField().clean("2026-04-03") == day


@pytest.mark.usefixtures("language")
def test_the_week_begins_on_saturday():
    assert get_format("FIRST_DAY_OF_WEEK") == 6


@pytest.mark.usefixtures("language")
def test_times_are_understood_in_24_and_in_12_hours():
    assert forms.TimeField().clean("16:30") == dt.time(16, 30)
    assert forms.TimeField().clean("4:30 PM") == dt.time(16, 30)


def test_times_are_shown_in_12_hours_in_the_languages_own_words():
    with translation.override("ar"):
        assert date_format(dt.datetime(2026, 4, 3, 16, 30), "DATETIME_FORMAT") == "03/04/2026 4:30 م"
    with translation.override("en"):
        assert date_format(dt.datetime(2026, 4, 3, 16, 30), "DATETIME_FORMAT") == "03/04/2026 4:30 PM"
