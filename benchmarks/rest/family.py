"""A parent with four children and twenty places, in a centre after years (`benchmarks.million`).

The places' courses have hours, tags, a room and an instructor, so the first page of the course list has them too.
"""

import datetime as dt
import os
from decimal import Decimal
from typing import Any

CHILDREN, PLACES, LECTURES, HELD, CLASSMATES = 4, 20, 12, 8, 25
PHONE = "+201099999998"


def make() -> str:
    """The family and everything around it, unless they are there; the parent's access token."""
    from django.db import connection, transaction
    from django.utils import timezone

    from api.tokens import sign_in
    from backoffice.users.models import CustomUser, Parent

    user = CustomUser.objects.filter(phone_number1=PHONE).first()
    if user is not None:
        return sign_in(user).access
    today = timezone.localdate()
    with transaction.atomic():
        user = CustomUser.objects.create_user(PHONE, None, first_name="منى", role="parent")
        parent = Parent.objects.create(user=user)
        courses = _courses(today)
        places = _places(parent, courses)
        for course in courses:
            _lectures(course, today, [place for place in places if place.course_id == course.pk])
        _other_lectures()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return sign_in(user).access


def _courses(today: dt.date) -> list[Any]:
    from backoffice.courses.models import Course, CourseSchedule, Room, Season, Tag
    from backoffice.users.models import CustomUser, Instructor

    season = Season.objects.create(name="القياس", type="school", start_date=today - dt.timedelta(90))
    room = Room.objects.create(name="قاعة القياس", capacity=30)
    tags = [Tag.objects.create(name=f"قياس {number}") for number in range(4)]
    user = CustomUser.objects.create_user("+201099999997", None, first_name="سامي", last_name="علي", role="instructor")
    teacher = Instructor.objects.create(user=user)
    about = {"season": season, "room": room, "instructor": teacher, "capacity": 30, "price": Decimal(500)}
    days = {"start_date": today - dt.timedelta(60), "end_date": today + dt.timedelta(30), "description": "وصف " * 20}
    courses = [
        Course.objects.create(name=f"دورة القياس {number}", slug=f"bench-{number}", **about, **days)
        for number in range(PLACES)
    ]
    for number, course in enumerate(courses):
        course.tags.set([tags[number % 4], tags[(number + 1) % 4]])
        for weekday in (number % 7, (number + 2) % 7):
            hours = {"start_time": dt.time(16), "end_time": dt.time(18)}
            CourseSchedule.objects.create(course=course, weekday=weekday, **hours)
    return courses


def _places(parent: Any, courses: list[Any]) -> list[Any]:
    """By the services, so that the ledger stays right: two payments for each, and for some a change of the price."""
    from backoffice.enrollments.services import enrol_directly
    from backoffice.payments.services import record_payment
    from backoffice.users.models import Child

    children = [
        Child.objects.create(
            primary_parent=parent, name=f"طفل القياس {number}", gender="boy", unique_code=f"M99999{number}"
        )
        for number in range(CHILDREN)
    ]
    places = []
    for number, course in enumerate(courses):
        place = enrol_directly(course_id=course.pk, child=children[number % CHILDREN], by=None)
        for part in range(2):
            how = {"method": "instapay", "reference_number": f"BENCH{number:03d}{part}"}
            record_payment(enrollment_id=place.pk, amount=Decimal("150.50"), by=None, **how)
        places.append(place)
    return places


def _lectures(course: Any, today: dt.date, places: list[Any]) -> None:
    """Twelve, of which eight are over and marked, for the family's child and a class of others."""
    from django.utils import timezone

    from backoffice.attendance.models import LectureAttendance
    from backoffice.courses.models import Lecture
    from backoffice.users.models import Child

    # Of nobody and in no room: all courses meet at the same hour.
    hours = {"start_time": dt.time(16), "end_time": dt.time(18)}
    days = [today + dt.timedelta(7 * (number - HELD) - 1) for number in range(LECTURES)]
    lectures = Lecture.objects.bulk_create(
        Lecture(course=course, lecture_number=number + 1, day=day, **hours) for number, day in enumerate(days)
    )
    pupils = [place.child_id for place in places]
    pupils += Child.objects.exclude(pk__in=pupils).order_by("pk").values_list("pk", flat=True)[:CLASSMATES]
    signed = {"marked_at": timezone.now(), "marked_via": "manual"}
    LectureAttendance.objects.bulk_create(
        LectureAttendance(lecture=lecture, child_id=pupil, **_mark(number, at), **(signed if number < HELD else {}))
        for number, lecture in enumerate(lectures)
        for at, pupil in enumerate(pupils)
    )


def _mark(number: int, pupil: int) -> dict[str, Any]:
    if number >= HELD:
        return {}
    present = (number + pupil) % 5 != 0
    return {"present": present, "rating": Decimal(8) if present else None}


def _other_lectures() -> None:
    """Of the centre's other courses."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO courses_lecture (id, course_id, lecture_number, day, start_time, end_time, status, "
            "attendance_taken, moved_by_hand, notes) "
            "SELECT gen_random_uuid(), c.id, n, c.start_date + 7 * n, '16:00', '18:00', 'scheduled', false, false, '' "
            "FROM courses_course c, generate_series(1, %s) n WHERE c.slug NOT LIKE 'bench-%%'",
            [LECTURES],
        )


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "backoffice.config.settings"
    import django

    django.setup()
    print(make())
