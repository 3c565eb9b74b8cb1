"""What everyone may see, and no more."""

import datetime as dt
import uuid
from decimal import Decimal
from itertools import count

import pytest
from django.utils import timezone

from backoffice.attendance.models import ParentInstructorRating, StudentInstructorRating
from backoffice.courses.models import Tag
from backoffice.courses.tests.makers import make_course, make_room, make_schedule, make_season
from backoffice.enrollments.models import EnrollmentRequest
from backoffice.enrollments.selectors import free_seats
from backoffice.users.models import Instructor
from backoffice.users.tests.makers import make_child, make_instructor, make_parent, make_student

from .counting import assert_constant_queries

pytestmark = pytest.mark.django_db

COURSES, INSTRUCTORS, SEASONS = "/api/v1/courses/", "/api/v1/instructors/", "/api/v1/seasons/"
TODAY = timezone.localdate()
numbers = count(1)


def days(number):
    return TODAY + dt.timedelta(days=number)


def make_sami(**overrides):
    return make_instructor(first_name="سامي فؤاد", last_name="محمود حسن", **overrides)


def found(app, **parameters):
    answer = app.get(COURSES, parameters)
    assert answer.status_code == 200, answer.content
    return [row["name"] for row in answer.json()["results"]]


def called(course, number=1):
    for _ in range(number):
        EnrollmentRequest.objects.create(course=course, child=make_child(), called_at=timezone.now())


class TestSeasons:
    def test_active_ones_the_latest_first(self, app):
        make_season(name="قديم", start_date=days(-90))
        make_season(name="جديد", start_date=days(-1))
        closed = make_season(name="مغلق", is_active=False)
        assert [row["name"] for row in app.get(SEASONS).json()["results"]] == ["جديد", "قديم"]
        assert app.get(f"{SEASONS}{closed.pk}/").status_code == 404

    def test_one(self, app):
        season = make_season(name="صيف", type="summer_camp", end_date=None, start_date=dt.date(2026, 6, 20))
        assert app.get(f"{SEASONS}{season.pk}/").json() == {
            "id": str(season.pk),
            "name": "صيف",
            "type": "summer_camp",
            "start_date": "2026-06-20",
            "end_date": None,
        }


class TestCourse:
    def test_whole(self, app):
        course = make_course(
            name="البرمجة",
            slug="البرمجة-1",
            description="بايثون",
            season=make_season(name="صيف", type="school"),
            instructor=make_sami(),
            room=make_room(name="قاعة 1"),
            price=Decimal("450.50"),
            min_age=9,
            start_date=days(3),
            end_date=days(60),
        )
        tag = Tag.objects.create(name="حاسوب")
        course.tags.add(tag)
        make_schedule(course, weekday=4, room=make_room(name="المعمل"))
        make_schedule(course, weekday=1)
        answer = app.get(f"{COURSES}{course.pk}/").json()
        assert answer == {
            "id": str(course.pk),
            "slug": "البرمجة-1",
            "name": "البرمجة",
            "description": "بايثون",
            "season": {"id": str(course.season_id), "name": "صيف", "type": "school"},
            "instructor": {"id": str(course.instructor_id), "name": "سامي فؤاد محمود حسن", "image": None},
            "tags": [{"id": str(tag.pk), "name": "حاسوب"}],
            "schedules": [
                {"weekday": 1, "start_time": "16:00:00", "end_time": "18:00:00", "room": "قاعة 1"},
                {"weekday": 4, "start_time": "16:00:00", "end_time": "18:00:00", "room": "المعمل"},
            ],
            "start_date": days(3).isoformat(),
            "end_date": days(60).isoformat(),
            "num_lectures": None,
            "price": "450.50",
            "capacity": 20,
            "seats_left": 20,
            "is_open": True,
            "for_adults": False,
            "min_age": 9,
            "max_age": None,
            "registration_opens": None,
            "registration_closes": None,
        }
        assert app.get(f"{COURSES}البرمجة-1/").json() == answer
        assert app.get(COURSES).json()["results"] == [answer]

    def test_without_anything_that_may_be_missing(self, app):
        course = make_course()
        answer = app.get(f"{COURSES}{course.pk}/").json()
        assert (answer["instructor"], answer["tags"], answer["schedules"]) == (None, [], [])

    @pytest.mark.parametrize(
        "key", [str(uuid.uuid4()), "لا-شيء", "%00", "a%00b", "x" * 5000, "a b", "..%2F", "{%7D", "%ff", "'"]
    )
    def test_another_key_is_a_404(self, app, key):
        make_course()
        answer = app.get(f"{COURSES}{key}/")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")

    def test_one_that_doesnt_run_isnt_there(self, app):
        course = make_course(is_active=False)
        assert app.get(f"{COURSES}{course.pk}/").status_code == 404
        assert app.get(f"{COURSES}{course.slug}/").status_code == 404
        assert found(app) == []


class TestSeatsAndDays:
    @pytest.mark.parametrize(
        ("capacity", "taken", "overbooked", "claims", "left"),
        [(3, 0, 0, 0, 3), (3, 2, 0, 0, 1), (3, 2, 0, 1, 0), (3, 3, 0, 0, 0), (3, 2, 0, 2, 0), (2, 3, 1, 0, 0),
         (3, 3, 1, 1, 0)],
    )  # fmt: skip
    def test_seats_kept_for_whoever_was_called_are_not_left(self, app, capacity, taken, overbooked, claims, left):
        course = make_course(capacity=capacity, enrolled_count=taken, overbooked=overbooked)
        called(course, claims)
        called(make_course(), 1)
        assert app.get(f"{COURSES}{course.pk}/").json()["seats_left"] == left == free_seats(course)

    def test_a_decided_claim_keeps_no_seat(self, app):
        course = make_course(capacity=1)
        called(course)
        EnrollmentRequest.objects.update(status="cancelled", decided_at=timezone.now())
        assert app.get(f"{COURSES}{course.pk}/").json()["seats_left"] == 1

    @pytest.mark.parametrize(
        ("dates", "is_open"),
        [
            ({}, True),
            ({"end_date": days(0)}, True),
            ({"end_date": days(-1)}, False),
            ({"end_date": None, "num_lectures": 5}, True),
            ({"registration_opens": days(0)}, True),
            ({"registration_opens": days(1)}, False),
            ({"registration_closes": days(0)}, True),
            ({"registration_closes": days(-1)}, False),
            ({"capacity": 1, "enrolled_count": 1}, True),
        ],
    )
    def test_is_open_says_whether_a_place_can_be_asked_for(self, app, dates, is_open):
        course = make_course(**dates)
        assert app.get(f"{COURSES}{course.pk}/").json()["is_open"] is is_open

    def test_a_course_without_a_last_day_ends_with_its_season(self, app):
        over = make_season(start_date=days(-60), end_date=days(-1))
        course = make_course(season=over, start_date=days(-50), end_date=None, num_lectures=5)
        assert app.get(f"{COURSES}{course.pk}/").json()["is_open"] is False


class TestFilters:
    @pytest.fixture(autouse=True)
    def courses(self):
        sami, summer = make_sami(), make_season(type="summer_camp")
        tag = Tag.objects.create(name="رسم")
        self.keys = {"season": summer.pk, "instructor": sami.pk, "tag": tag.pk}
        drawing = make_course(
            name="الرسم", season=summer, instructor=sami, price=100, min_age=6, max_age=9, start_date=days(1),
            capacity=1, enrolled_count=1,
        )  # fmt: skip
        drawing.tags.add(tag)
        make_schedule(drawing, weekday=0)
        make_schedule(drawing, weekday=0, start_time=dt.time(10), end_time=dt.time(11))
        coding = make_course(
            name="أمن المعلومات", description="للكبار", price=Decimal("200.50"), for_adults=True, start_date=days(10)
        )
        make_schedule(coding, weekday=6)

    @pytest.mark.parametrize(
        ("asked", "names"),
        [
            ({}, ["أمن المعلومات", "الرسم"]),
            ({"season_type": "summer_camp"}, ["الرسم"]),
            ({"season_type": "eid"}, []),
            ({"tag": "رسم"}, ["الرسم"]),
            ({"tag": "لا"}, []),
            ({"for_adults": "true"}, ["أمن المعلومات"]),
            ({"for_adults": "false"}, ["الرسم"]),
            ({"age": 6}, ["أمن المعلومات", "الرسم"]),
            ({"age": 9, "for_adults": "false"}, ["الرسم"]),
            ({"age": 10}, ["أمن المعلومات"]),
            ({"age": 0}, ["أمن المعلومات"]),
            ({"weekday": 0}, ["الرسم"]),
            ({"weekday": 6}, ["أمن المعلومات"]),
            ({"weekday": 3}, []),
            ({"price_min": "100.01"}, ["أمن المعلومات"]),
            ({"price_min": "100"}, ["أمن المعلومات", "الرسم"]),
            ({"price_max": "200.49"}, ["الرسم"]),
            ({"price_min": "0", "price_max": "99999999"}, ["أمن المعلومات", "الرسم"]),
            ({"starts_after": days(2)}, ["أمن المعلومات"]),
            ({"starts_after": days(1)}, ["أمن المعلومات", "الرسم"]),
            ({"starts_before": days(1)}, ["الرسم"]),
            ({"has_seats": "true"}, ["أمن المعلومات"]),
            ({"has_seats": "false"}, ["الرسم"]),
            ({"search": "الامن"}, ["أمن المعلومات"]),
            ({"search": "رسم"}, ["الرسم"]),
            ({"search": "للكبار معلومات"}, ["أمن المعلومات"]),
            ({"search": ""}, ["أمن المعلومات", "الرسم"]),
            ({"search": "%"}, []),
            ({"ordering": "price"}, ["الرسم", "أمن المعلومات"]),
            ({"ordering": "-price"}, ["أمن المعلومات", "الرسم"]),
            ({"ordering": "start_date"}, ["الرسم", "أمن المعلومات"]),
            ({"ordering": "seats_left,name"}, ["الرسم", "أمن المعلومات"]),
        ],
    )
    def test_each(self, app, asked, names):
        assert found(app, **asked) == names

    @pytest.mark.parametrize("name", ["season", "instructor", "tag"])
    def test_by_key(self, app, name):
        assert found(app, **{name: self.keys[name]}) == ["الرسم"]
        assert found(app, **{name: uuid.uuid4()}) == []

    def test_seats_that_are_promised_are_not_free(self, app):
        course = make_course(name="وعد", capacity=1)
        assert "وعد" in found(app, has_seats="true")
        called(course)
        assert "وعد" in found(app, has_seats="false")

    @pytest.mark.parametrize(
        "asked",
        [
            {"season": "x"}, {"season": ""}, {"season": "\0"}, {"season_type": "winter"}, {"tag": ""},
            {"tag": "x" * 61},
            {"tag": "\0"}, {"instructor": "1"}, {"for_adults": "yes"}, {"for_adults": "True"}, {"for_adults": ""},
            {"age": "-1"}, {"age": "121"}, {"age": "ten"}, {"age": "1.5"}, {"age": "9" * 400}, {"weekday": "7"},
            {"weekday": "Sunday"}, {"weekday": ""}, {"price_min": "-1"}, {"price_min": "1e400"}, {"price_min": "NaN"},
            {"price_max": "Infinity"}, {"price_max": "0.001"}, {"price_max": "100000000"}, {"starts_after": "1/2/2026"},
            {"starts_after": "2026-02-30"}, {"starts_before": "0000-00-00"}, {"starts_before": "today"},
            {"has_seats": "1"}, {"search": "x" * 101}, {"search": "\0"}, {"ordering": "capacity"}, {"ordering": ""},
            {"ordering": "price,x"}, {"ordering": "--price"}, {"ordering": "instructor__user__phone_number1"},
        ],
    )  # fmt: skip
    def test_a_bad_value_is_a_400_that_names_it(self, app, asked):
        answer = app.get(COURSES, asked)
        assert (answer.status_code, set(answer.json())) == (400, set(asked))

    def test_all_bad_values_are_named_at_once(self, app):
        assert set(app.get(COURSES, {"age": "x", "weekday": "8", "price_min": "x"}).json()) == {
            "age",
            "weekday",
            "price_min",
        }


class TestInstructors:
    def test_one_is_what_the_contract_says_and_no_more(self, app):
        sami = make_sami()
        Instructor.objects.filter(pk=sami.pk).update(bio="نبذة", monthly_salary=9000, image="instructors/sami.png")
        tag = Tag.objects.create(name="رسم")
        tag.instructors.add(sami)
        course = make_course(instructor=sami)
        StudentInstructorRating.objects.create(student=make_student(), instructor=sami, course=course, rating="9.00")
        for rating in ("7.00", "8.00"):
            ParentInstructorRating.objects.create(parent=make_parent(), instructor=sami, course=course, rating=rating)
        answer = app.get(f"{INSTRUCTORS}{sami.pk}/").json()
        assert answer == {
            "id": str(sami.pk),
            "name": "سامي فؤاد محمود حسن",
            "bio": "نبذة",
            "image": "http://testserver/media/instructors/sami.png",
            "tags": [{"id": str(tag.pk), "name": "رسم"}],
            "rating": "8.00",
            "ratings": 3,
        }
        assert app.get(INSTRUCTORS).json()["results"] == [answer]
        assert str(sami.user.phone_number1) not in str(answer)

    def test_nobodys_rating_is_null_and_nobody_elses(self, app):
        sami, other = make_sami(), make_instructor(first_name="زميل")
        course = make_course(instructor=other)
        ParentInstructorRating.objects.create(parent=make_parent(), instructor=other, course=course, rating="3.33")
        by_name = {row["name"].split()[0]: row for row in app.get(INSTRUCTORS).json()["results"]}
        assert (by_name["سامي"]["rating"], by_name["سامي"]["ratings"]) == (None, 0)
        assert by_name["زميل"]["rating"] == "3.33"
        assert app.get(f"{INSTRUCTORS}{sami.pk}/").json()["rating"] is None

    def test_who_left_or_supervises_isnt_among_them(self, app):
        left, supervisor = make_instructor(is_active=False), make_instructor()
        Instructor.objects.filter(pk=supervisor.pk).update(type="supervisor")
        assert app.get(INSTRUCTORS).json()["count"] == 0
        for one in (left, supervisor):
            assert app.get(f"{INSTRUCTORS}{one.pk}/").status_code == 404


class TestQueries:
    def test_courses(self, app):
        season, room = make_season(), make_room()
        tags = [Tag.objects.create(name=name) for name in "ab"]

        def make(number):
            for _ in range(number):
                course = make_course(season=season, room=room, instructor=make_instructor())
                make_schedule(course)
                course.tags.set(tags)
                called(course)

        assert_constant_queries(lambda: app.get(COURSES, {"page_size": 100}), make, most=4)

    def test_filtered_courses(self, app):
        season = make_season()

        def make(number):
            for _ in range(number):
                make_schedule(make_course(season=season, description="كلمة"))

        asked = {"page_size": 100, "weekday": 1, "search": "كلمه", "has_seats": "true", "ordering": "-seats_left"}
        assert_constant_queries(lambda: app.get(COURSES, asked), make, most=4)

    def test_instructors(self, app):
        course, parent = make_course(), make_parent()
        tag = Tag.objects.create(name="رسم")

        def make(number):
            for _ in range(number):
                sami = make_instructor()
                tag.instructors.add(sami)
                ParentInstructorRating.objects.create(parent=parent, instructor=sami, course=course, rating=5)

        assert_constant_queries(lambda: app.get(INSTRUCTORS, {"page_size": 100}), make, most=5)
