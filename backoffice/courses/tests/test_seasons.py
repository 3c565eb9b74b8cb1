"""Seasons open and close by their dates; in between they are as somebody set them."""

import datetime as dt

import pytest

from backoffice.courses.models import Course
from backoffice.courses.services import refresh_seasons
from backoffice.courses.tests.makers import make_course, make_lecture, make_season
from backoffice.shared.models import AuditEntry

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 7, 1)
DAYS = dt.timedelta(days=1)


def active(season):
    season.refresh_from_db()
    return season.is_active


def test_a_season_opens_on_its_first_day_and_closes_after_its_last():
    summer = make_season(start_date=DAY, end_date=DAY + 60 * DAYS, is_active=False)
    spring = make_season(start_date=DAY - 90 * DAYS, end_date=DAY - DAYS)
    assert refresh_seasons(DAY) == {"opened": 1, "closed": 1}
    assert (active(summer), active(spring)) == (True, False)
    assert AuditEntry.objects.filter(model="courses.season").count() == 2


def test_the_last_day_still_belongs_to_it_and_an_open_end_never_comes():
    last_day = make_season(start_date=DAY - DAYS, end_date=DAY)
    open_end = make_season(start_date=DAY - 900 * DAYS, end_date=None)
    assert refresh_seasons(DAY) == {"opened": 0, "closed": 0}
    assert active(last_day)
    assert active(open_end)


def test_what_a_hand_set_stays_before_the_first_day_and_in_between():
    registering = make_season(start_date=DAY + 60 * DAYS, end_date=DAY + 90 * DAYS, is_active=True)
    shut = make_season(start_date=DAY - DAYS, end_date=DAY + 90 * DAYS, is_active=False)
    refresh_seasons(DAY)
    assert active(registering)
    assert not active(shut)


def test_a_second_time_changes_nothing():
    make_season(start_date=DAY, end_date=DAY, is_active=False)
    refresh_seasons(DAY)
    assert refresh_seasons(DAY) == {"opened": 0, "closed": 0}
    assert AuditEntry.objects.filter(model="courses.season").count() == 1


def ended(course, day):
    return Course.objects.ended_before(day).filter(pk=course.pk).exists()


def test_a_course_is_over_the_day_after_its_last():
    course = make_course(start_date=DAY - 30 * DAYS, end_date=DAY)
    assert not ended(course, DAY)
    assert ended(course, DAY + DAYS)


def test_without_a_last_day_the_seasons_counts():
    course = make_course(end_date=None, num_lectures=9, season=make_season(start_date=DAY - DAYS, end_date=DAY))
    assert not ended(course, DAY)
    assert ended(course, DAY + DAYS)


def test_a_course_of_a_number_of_lectures_is_over_after_the_last_of_them():
    course = make_course(end_date=None, num_lectures=2, season=make_season(start_date=DAY - DAYS, end_date=None))
    assert not ended(course, DAY)
    make_lecture(course, day=DAY)
    assert not ended(course, DAY)
    assert ended(course, DAY + DAYS)


def test_a_lecture_that_stands_in_after_the_last_day_keeps_the_course_going():
    course = make_course(start_date=DAY - 30 * DAYS, end_date=DAY)
    stand_in = make_lecture(course, day=DAY + 7 * DAYS)
    make_lecture(course, day=DAY + 30 * DAYS, status="cancelled")
    assert not ended(course, stand_in.day)
    assert ended(course, stand_in.day + DAYS)
