"""The demo's seasons, rooms and twelve courses, with lectures behind us and lectures to come."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.utils import timezone

from backoffice.courses import services
from backoffice.courses.models import Course, CourseSchedule, Exam, Holiday, Lecture, Room, Season, Tag, Weekday
from backoffice.shared import audit
from backoffice.users.models import Instructor

from .people import People


@dataclass(frozen=True)
class Plan:
    """A course of the demo; `weekdays` count Saturday=0, None for the demo instructor's three days around today."""

    name: str
    season: str
    price: int
    capacity: int
    weekdays: tuple[int, ...] | None
    hour: int
    ages: tuple[int, int] | None
    tag: str


# The first five are the ones that the centre's list of children names; it holds some three hundred lines of each.
PLANS = (
    Plan("برمجة للأطفال", "school", 600, 200, (0, 3), 16, (5, 16), "تقنية"),
    Plan("نور البيان", "school", 350, 340, (1, 4), 15, (4, 16), "قرآن"),
    Plan("تحفيظ جزء عم", "school", 400, 340, (0, 2), 17, (4, 16), "قرآن"),
    Plan("رسم وأشغال يدوية", "school", 450, 320, (5,), 10, (4, 16), "فنون"),
    Plan("أساسيات التجويد", "school", 300, 320, (2, 4), 18, (4, 16), "قرآن"),
    Plan("روبوتات وإلكترونيات", "school", 900, 12, (0, 4), 14, (9, 15), "تقنية"),
    Plan("مهارات الحاسب للكبار", "school", 1200, 20, None, 18, None, "تقنية"),
    Plan("إجازة في رواية حفص", "school", 800, 15, (1, 3), 19, None, "قرآن"),
    Plan("المخيم الصيفي: كشافة ورحلات", "summer", 1500, 60, (0, 1, 2, 3), 9, (6, 14), "أنشطة"),
    Plan("المخيم الصيفي: سباحة", "summer", 1100, 40, (1, 3), 10, (7, 15), "أنشطة"),
    Plan("ختمة رمضان للناشئة", "ramadan", 250, 80, (0, 2, 4), 21, (8, 16), "قرآن"),
    Plan("تدبر القرآن للكبار", "ramadan", 200, 40, (1, 3), 21, None, "قرآن"),
)


def build_teaching(people: People, today: dt.date) -> dict[str, Course]:
    """Make all of it and return the courses by name."""
    manager = people.accounts["manager"]
    seasons = _seasons(today)
    tags = {name: Tag.objects.create(name=name) for name in sorted({plan.tag for plan in PLANS})}
    courses: dict[str, Course] = {}
    for plan, instructor in zip(PLANS, _instructors(people), strict=True):
        capacity = plan.capacity if plan.capacity > 30 else 30
        room = Room.objects.create(name=f"قاعة {len(courses) + 1}", capacity=capacity)
        course = _course(plan, seasons[plan.season], today)
        course.instructor, course.room = instructor, room
        course.save()
        audit.record_created(course, by=manager)
        course.tags.add(tags[plan.tag])
        tags[plan.tag].instructors.add(instructor)
        _schedule(course, plan, today)
        _lectures_behind(course)
        services.rebuild_lectures(course.pk, by=manager)
        courses[plan.name] = course
    _exams(courses, today)
    return courses


def _instructors(people: People) -> list[Instructor]:
    """One for each plan; the demo instructor has the course of the three days around today."""
    own = next(i for i, plan in enumerate(PLANS) if plan.weekdays is None)
    others = people.instructors[1 : len(PLANS)]
    return [*others[:own], people.instructors[0], *others[own:]]


def _seasons(today: dt.date) -> dict[str, Season]:
    def day(distance: int) -> dt.date:
        return today + dt.timedelta(days=distance)

    seasons = {
        "summer": Season(
            name=f"المخيم الصيفي {day(-120).year}",
            type="summer_camp",
            start_date=day(-150),
            end_date=day(-75),
            is_active=False,
        ),
        "school": Season(
            name="الموسم الدراسي الحالي",
            type="school",
            start_date=day(-70),
            end_date=day(75),
            revenue_target=Decimal(120_000),
        ),
        "ramadan": Season(name="موسم رمضان القادم", type="ramadan", start_date=day(80), end_date=day(109)),
    }
    for season in seasons.values():
        season.save()
    Holiday.objects.create(name="إجازة منتصف الموسم", season=seasons["school"], start_date=day(25), end_date=day(31))
    Holiday.objects.create(name="صيانة المركز", start_date=day(-40), end_date=day(-39))
    return seasons


def _course(plan: Plan, season: Season, today: dt.date) -> Course:
    start = season.start_date + dt.timedelta(days=3)
    end = (season.end_date or today) - dt.timedelta(days=3)
    ages = {"min_age": plan.ages[0], "max_age": plan.ages[1]} if plan.ages else {"for_adults": True}
    return Course(
        season=season,
        name=plan.name,
        slug=plan.name.replace(":", "").replace(" ", "-"),
        description=f"{plan.name}: دورة من دورات واحة الرضوان بالإسماعيلية.",
        start_date=start,
        end_date=end,
        price=Decimal(plan.price),
        capacity=plan.capacity,
        is_active=plan.season != "summer",
        **ages,
    )


def _schedule(course: Course, plan: Plan, today: dt.date) -> None:
    near = tuple(int(Weekday.of(today + dt.timedelta(days=distance))) for distance in (-1, 0, 1))
    for weekday in plan.weekdays or near:
        times = {"start_time": dt.time(plan.hour), "end_time": dt.time(plan.hour + 1, 30)}
        CourseSchedule.objects.create(course=course, weekday=weekday, **times)


def _hours_behind(course: Course, now: dt.datetime) -> Iterator[tuple[dt.date, CourseSchedule]]:
    """Each hour of the schedule that has begun by `now`, a local time."""
    hours = {hour.weekday: hour for hour in course.schedules.all()}
    free = Holiday.objects.filter(season=course.season) | Holiday.objects.filter(season=None)
    closed = [(holiday.start_date, holiday.end_date) for holiday in free]
    day = course.start_date
    while day <= min(now.date(), course.end_date or now.date()):
        hour = hours.get(Weekday.of(day))
        if hour and (day, hour.start_time) <= (now.date(), now.time()) and not _within(day, closed):
            yield day, hour
        day += dt.timedelta(days=1)


def _within(day: dt.date, spans: list[tuple[dt.date, dt.date]]) -> bool:
    return any(first <= day <= last for first, last in spans)


def _lectures_behind(course: Course) -> None:
    """Lectures that began before the demo did; the schedule itself only plans those to come."""
    now = timezone.localtime()
    Lecture.objects.bulk_create(
        Lecture(
            course=course,
            lecture_number=number,
            day=day,
            start_time=hour.start_time,
            end_time=hour.end_time,
            instructor=course.instructor,
            room=course.room,
            status=Lecture.Status.COMPLETED if over else Lecture.Status.SCHEDULED,
            attendance_taken=over,
        )
        for number, (day, hour) in enumerate(_hours_behind(course, now), 1)
        for over in [(day, hour.end_time) <= (now.date(), now.time())]
    )


def _exams(courses: dict[str, Course], today: dt.date) -> None:
    for name in ("تحفيظ جزء عم", "برمجة للأطفال", "مهارات الحاسب للكبار"):
        Exam.objects.create(
            course=courses[name],
            title="اختبار منتصف الموسم",
            type="midterm",
            day=today - dt.timedelta(days=10),
            total_marks=Decimal(50),
            pass_marks=Decimal(25),
        )
