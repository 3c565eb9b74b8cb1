"""Rules of seasons, holidays, rooms and courses: what the forms ask, and what the database holds by itself."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from backoffice.courses.models import Course, CourseSchedule, Holiday, Room, Season, Weekday
from backoffice.courses.selectors import (
    Standing,
    course_faults,
    courses_of_holiday,
    courses_open_for_registration,
    free_slug,
    schedule_faults,
    season_faults,
    standing_of,
)
from backoffice.courses.tests.makers import make_course, make_lecture, make_room, make_schedule, make_season
from backoffice.courses.tests.makers_of_plans import FRIDAY, MONDAY, SUNDAY, day, make_planned_course, make_term
from backoffice.users.tests.makers import huda, karima, make_instructor, make_staff, manager, omar, ziad

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def faults(course):
    return {(fault.code, fault.field) for fault in course_faults(course)}


@pytest.mark.parametrize(
    "wrong",
    [
        {"price": Decimal("-0.01")},
        {"capacity": 0},
        {"enrolled_count": 21},
        {"enrolled_count": -1},
        {"end_date": None, "num_lectures": None},
        {"end_date": dt.date(2020, 1, 1)},
        {"num_lectures": 0},
        {"min_age": 10, "max_age": 9},
        {"registration_opens": dt.date(2026, 3, 2), "registration_closes": dt.date(2026, 3, 1)},
    ],
)
def test_the_database_itself_holds_the_rules_of_a_course(wrong):
    course = make_course(capacity=20)
    with pytest.raises(IntegrityError), transaction.atomic():
        Course.objects.filter(pk=course.pk).update(**wrong)


def test_the_database_itself_refuses_two_courses_of_one_name_in_a_season_or_one_address():
    course = make_course()
    with pytest.raises(IntegrityError), transaction.atomic():
        make_course(name=course.name, season=course.season)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_course(slug=course.slug)
    make_course(name=course.name)


def test_the_database_itself_holds_the_rules_of_seasons_holidays_and_rooms():
    season = make_season()
    wrong = [
        lambda: make_season(start_date=day("03-02"), end_date=day("03-01")),
        lambda: make_season(type="winter"),
        lambda: make_season(name=season.name),
        lambda: Holiday.objects.create(name="عيد", start_date=day("03-02"), end_date=day("03-01")),
        lambda: make_room(capacity=0),
        lambda: make_room(name=make_room().name),
    ]
    for write in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            write()
    assert make_season(end_date=None).end_date is None
    assert Holiday.objects.create(name="يوم", start_date=day("03-02"), end_date=day("03-02")).pk


@pytest.mark.parametrize("wrong", [{"end_time": dt.time(16)}, {"weekday": 7}])
def test_the_database_itself_holds_the_rules_of_a_weekly_hour(wrong):
    hour = make_schedule(make_course())
    with pytest.raises(IntegrityError), transaction.atomic():
        CourseSchedule.objects.filter(pk=hour.pk).update(**wrong)


def test_the_week_begins_on_saturday():
    assert Weekday.of(day("02-07")) == Weekday.SATURDAY == 0
    assert Weekday.of(day("02-13")) == Weekday.FRIDAY == 6


def test_a_course_lies_inside_its_season():
    season = make_season(start_date=day("02-01"), end_date=day("03-01"))
    course = make_course(season=season, start_date=day("02-01"), end_date=day("03-01"))
    assert not faults(course)
    course.start_date = day("01-31")
    assert faults(course) == {("outside_season", "start_date")}
    course.start_date, course.end_date = day("02-01"), day("03-02")
    assert faults(course) == {("outside_season", "end_date")}
    season.end_date = None
    assert not faults(course)


def test_seats_do_not_go_below_those_taken():
    course = make_course(season=make_term(), capacity=5, enrolled_count=5)
    assert not faults(course)
    course.capacity = 4
    (fault,) = course_faults(course)
    assert (fault.code, fault.field) == ("seats_taken", "capacity")
    assert "5" in str(fault)


def test_registration_is_over_before_the_course_is():
    course = make_course(season=make_term(), end_date=day("03-01"), registration_closes=day("03-01"))
    assert not faults(course)
    course.registration_opens = course.registration_closes = day("03-02")
    assert faults(course) == {
        ("registration_after_end", "registration_opens"),
        ("registration_after_end", "registration_closes"),
    }


def test_a_number_of_lectures_that_was_mistyped_is_refused_at_its_field():
    assert faults(make_course(season=make_term(), num_lectures=5000)) == {("too_many_lectures", "num_lectures")}


def test_a_season_does_not_leave_its_courses_outside():
    course = make_planned_course()
    season = course.season
    assert not season_faults(season)
    season.start_date = day("02-09")
    (fault,) = season_faults(season)
    assert course.name in str(fault)
    season.start_date, season.end_date = day("02-01"), day("03-06")
    assert season_faults(season)
    season.end_date = None
    assert not season_faults(season)


def test_overlapping_weekly_hours_are_named():
    course = make_course()
    hours = [
        CourseSchedule(course=course, weekday=SUNDAY, start_time=dt.time(16), end_time=dt.time(18)),
        CourseSchedule(course=course, weekday=SUNDAY, start_time=dt.time(9), end_time=dt.time(16)),
        CourseSchedule(course=course, weekday=MONDAY, start_time=dt.time(16), end_time=dt.time(18)),
    ]
    assert not schedule_faults(hours)
    hours.append(CourseSchedule(course=course, weekday=SUNDAY, start_time=dt.time(17), end_time=dt.time(19)))
    (fault,) = schedule_faults(hours)
    assert "16:00–18:00" in str(fault)
    assert "17:00–19:00" in str(fault)


def test_the_address_of_a_course_keeps_its_arabic_letters_and_is_unique():
    assert free_slug("الروبوت للمبتدئين") == "الروبوت-للمبتدئين"
    course = make_course(name="الرسم", slug="الرسم")
    assert free_slug("الرسم") == "الرسم-2"
    make_course(slug="الرسم-2")
    assert free_slug("الرسـم!") == "الرسم-3"
    assert free_slug("الرسم", apart_from=course.pk) == "الرسم"
    assert free_slug("！？") == "course"
    assert len(free_slug("س" * 300)) <= 160


def test_a_holidays_courses_are_those_it_may_change():
    course = make_planned_course(SUNDAY)
    make_planned_course()
    make_planned_course(SUNDAY, is_active=False)
    make_planned_course(SUNDAY, start_date=day("05-01"), end_date=day("06-01"))
    other = make_planned_course(SUNDAY, FRIDAY)
    holiday = Holiday.objects.create(name="عيد", start_date=day("02-15"), end_date=day("02-16"))
    assert set(courses_of_holiday(holiday)) == {course, other}
    holiday.season = other.season
    assert courses_of_holiday(holiday) == [other]


def test_courses_open_for_registration_run_are_not_over_and_within_their_window():
    open_one = make_course(registration_opens=day("02-07"), registration_closes=day("02-07"))
    make_course(is_active=False)
    make_course(start_date=day("01-01"), end_date=day("02-06"))
    make_course(registration_opens=day("02-08"))
    make_course(registration_closes=day("02-06"))
    over = make_season(start_date=day("01-01"), end_date=day("02-06"))
    make_course(season=over, start_date=day("01-01"), end_date=None, num_lectures=4)
    assert list(courses_open_for_registration()) == [open_one]


def test_a_course_without_a_last_day_ends_with_its_season():
    season = make_season(start_date=day("01-01"), end_date=day("02-06"))
    course = make_course(season=season, start_date=day("01-01"), end_date=None, num_lectures=4)
    assert standing_of(course, today=season.end_date) == Standing.OPEN
    assert standing_of(course, today=day("02-07")) == Standing.ENDED


def test_an_instructor_sees_the_own_courses_and_lectures_and_the_office_sees_all():
    sami = make_instructor()
    staff = make_staff("Instructors")
    sami_user = sami.user
    sami_user.groups.set(staff.groups.all())
    own, guest, foreign = make_course(instructor=sami), make_course(), make_course(instructor=make_instructor())
    first = make_lecture(own)
    second = make_lecture(guest, instructor=sami, day=day("02-20"))
    make_lecture(foreign)
    from backoffice.courses.models import Lecture

    assert set(Course.objects.visible_to(sami_user)) == {own, guest}
    assert set(Lecture.objects.visible_to(sami_user)) == {first, second}
    for user in (manager(), omar(), karima(), huda(), make_staff("Supervisors")):
        assert Course.objects.visible_to(user).count() == 3
        assert Lecture.objects.visible_to(user).count() == 3
    for user in (staff, ziad(), make_staff("Marketing")):
        assert not Course.objects.visible_to(user).exists()
        assert not Lecture.objects.visible_to(user).exists()


def test_search_finds_a_course_in_any_spelling_of_its_letters():
    course = make_course(name="البَرْمَجة للأطفال")
    assert list(Course.objects.search("برمجه اطفال")) == [course]


def test_a_room_or_season_in_use_is_not_deleted():
    course = make_course(room=make_room())
    for row in (course.room, course.season):
        with pytest.raises(IntegrityError), transaction.atomic():
            type(row).objects.filter(pk=row.pk).delete()
    assert Room.objects.count() == 1
    assert Season.objects.count() == 1
