"""Visitors look for a course by season, age, weekday, tag and free seats, without a script."""

import datetime as dt

import pytest
from django.utils import timezone

from backoffice.courses.models import Tag
from backoffice.courses.tests.makers import make_course, make_schedule, make_season

from .makers import make_index

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


@pytest.fixture
def look(client, home):
    """Names of the courses that a question finds, in order."""
    index = make_index()

    def ask(**question):
        response = client.get(index.url, question)
        assert response.status_code == 200
        return [facts.course.name for facts in response.context["courses"]]

    return ask


def test_it_finds_by_age_weekday_season_and_tag(look):
    season = make_season(name="رمضان")
    tag = Tag.objects.create(name="قرآن")
    small = make_course(name="للصغار", max_age=6)
    big = make_course(name="للناشئة", min_age=12, season=season)
    make_schedule(small, weekday=0)
    make_schedule(big, weekday=3)
    big.tags.add(tag)
    assert set(look()) == {"للصغار", "للناشئة"}
    assert look(age="٥") == look(age="5") == look(weekday=0) == ["للصغار"]
    assert look(age=12) == look(weekday=3) == look(season=season.pk) == look(tag=tag.pk) == ["للناشئة"]
    assert look(age=9) == []
    assert look(age=5, weekday=3) == []


def test_only_with_free_seats_leaves_out_the_full_ones_and_those_that_take_nobody_today(look):
    free, full = make_course(name="متاحة"), make_course(name="مكتملة", enrolled_count=20)
    make_course(name="قريبًا", registration_opens=TODAY + dt.timedelta(days=1))
    assert look(seats="on") == [free.name]
    assert look() == [free.name, full.name, "قريبًا"]


@pytest.mark.parametrize(
    "rubbish", [{"season": "x"}, {"age": "كبير"}, {"age": "-3"}, {"weekday": 9}, {"tag": "%00"}, {"page": "9" * 50}]
)
def test_rubbish_in_the_address_is_left_out_and_said(look, rubbish):
    make_course(name="موجودة")
    assert look(**rubbish) == ["موجودة"]


def test_it_pages_and_keeps_the_question(client, home):
    index = make_index()
    for _n in range(14):
        make_course(max_age=9)
    first = client.get(index.url, {"age": 8})
    assert len(first.context["courses"]) == 12
    assert "14 دورة" in first.content.decode()
    assert "?age=8&amp;page=2" in first.content.decode()
    second = client.get(index.url, {"age": 8, "page": 2})
    assert len(second.context["courses"]) == 2
    assert 'rel="prev"' in second.content.decode()
    assert len(client.get(index.url, {"page": 99}).context["courses"]) == 12


def test_the_form_is_sent_by_get_with_a_button_and_needs_no_script(client, home):
    shown = client.get(make_index().url).content.decode()
    assert 'method="get"' in shown
    assert 'type="submit"' in shown
    assert "<noscript" not in shown
