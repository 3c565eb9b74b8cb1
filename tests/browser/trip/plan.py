"""The season that the trip is about: what the manager types, and what the others count on."""

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

TODAY = dt.datetime.now(ZoneInfo("Africa/Cairo")).date()
SEASON = "موسم الرحلة"
ROOMS = {"قاعة النور": 40, "قاعة الفنون": 30}
HOLIDAY = (TODAY + dt.timedelta(days=14), TODAY + dt.timedelta(days=16))
# Tomorrow: whether today still has its lecture depends on the hour.
FIRST_DAY, LAST_DAY = TODAY + dt.timedelta(days=1), TODAY + dt.timedelta(days=75)
SEATS_OF_CRAFTS = 5


@dataclass(frozen=True)
class Course:
    """A course that the children's list names; `hours` are (weekday counted from Saturday, from, to)."""

    name: str
    price: int
    seats: int
    ages: tuple[int, int]
    room: str
    hours: tuple[tuple[int, str, str], ...]

    @property
    def days(self) -> list[dt.date]:
        """When it meets: on its weekdays, but not in the holiday."""
        weekdays = {weekday for weekday, _start, _end in self.hours}
        return [day for day in every_day() if weekday_of(day) in weekdays and not HOLIDAY[0] <= day <= HOLIDAY[1]]


CRAFTS = Course("رسم وأشغال يدوية", 450, SEATS_OF_CRAFTS, (4, 16), "قاعة الفنون", ((5, "10:00", "12:00"),))
COURSES = (
    Course("برمجة للأطفال", 600, 400, (5, 16), "قاعة النور", ((0, "16:00", "17:30"), (3, "16:00", "17:30"))),
    Course("نور البيان", 350, 400, (4, 16), "قاعة الفنون", ((1, "15:00", "16:30"), (4, "15:00", "16:30"))),
    Course("تحفيظ جزء عم", 400, 400, (4, 16), "قاعة النور", ((0, "18:00", "19:30"),)),
    Course("أساسيات التجويد", 300, 400, (4, 16), "قاعة النور", ((2, "18:00", "19:30"),)),
    CRAFTS,
)


# What a plain reading of the centre's two sheets says.
STAFF_LINES = {"new": 24, "changed": 0, "repeated": 1, "faulty": 4}
CHILDREN_LINES = {"new": 1476, "changed": 0, "repeated": 0, "faulty": 25}


def every_day() -> list[dt.date]:
    """The days of the season."""
    return [FIRST_DAY + dt.timedelta(days=number) for number in range((LAST_DAY - FIRST_DAY).days + 1)]


def weekday_of(day: dt.date) -> int:
    """Saturday is 0."""
    return (day.weekday() + 2) % 7


def typed(day: dt.date) -> str:
    """A date as it is typed."""
    return f"{day:%d/%m/%Y}"


def arabic_digits(text: object) -> str:
    """The same number in Arabic digits, as many keyboards write it."""
    return str(text).translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
