"""The manager makes the season: holidays, rooms, five courses; lectures appear, and a clash is said first."""

import re

from playwright.sync_api import Locator, expect

from ..screen import Screen, ar, ar_many
from .plan import COURSES, FIRST_DAY, HOLIDAY, LAST_DAY, ROOMS, SEASON, Course, arabic_digits, every_day, typed


def make_the_season(screen: Screen) -> None:
    """A season, a holiday in it, and the rooms."""
    screen.go("Courses", "Seasons")
    screen.add()
    screen.field("name").fill(SEASON)
    screen.field("kind").select_option(label=ar("School year"))
    screen.field("first day").fill(typed(FIRST_DAY))
    screen.field("last day").fill(typed(LAST_DAY))
    screen.save()
    screen.go("Courses", "Holidays")
    screen.add()
    screen.field("name").fill("إجازة منتصف الموسم")
    screen.choose("season", SEASON)
    # As the centre's keyboards type it; the page turns the digits while they are typed.
    screen.field("first day").press_sequentially(arabic_digits(typed(HOLIDAY[0])))
    screen.field("last day").press_sequentially(arabic_digits(typed(HOLIDAY[1])))
    screen.save()
    for name, places in ROOMS.items():
        screen.go("Courses", "Rooms")
        screen.add()
        screen.field("name").fill(name)
        screen.field("capacity").fill(str(places))
        screen.save()
    expect(screen.page.locator("#result_list")).to_contain_text("قاعة الفنون")
    screen.picture("rooms")


def make_the_courses(screen: Screen) -> None:
    """The five courses; the third first asks for an hour at which its room is taken."""
    for course in COURSES:
        if course.name == "تحفيظ جزء عم":
            _be_told_of_a_clash(screen, course)
        else:
            _fill_course(screen, course)
            screen.save()
        expect(screen.page.locator("#result_list")).to_contain_text(course.name)
        screen.expect_message(_planned(course))
    screen.picture("courses")


def _be_told_of_a_clash(screen: Screen, course: Course) -> None:
    """Nothing is written until the hour is another."""
    taken = Course(course.name, course.price, course.seats, course.ages, course.room, ((0, "16:30", "18:00"),))
    _fill_course(screen, taken)
    screen.press("Save")
    clash = re.compile("قاعة النور.*تحفيظ جزء عم.*برمجة للأطفال")
    expect(screen.page.get_by_text(clash).first).to_be_visible()
    screen.picture("clash")
    screen.expect_no_trouble()
    hour = _hours(screen).first
    hour.locator("input[name$=start_time]").fill("18:00")
    hour.locator("input[name$=end_time]").fill("19:30")
    screen.save()


def _fill_course(screen: Screen, course: Course) -> None:
    screen.go("Courses", "Courses")
    screen.add()
    screen.field("name").fill(course.name)
    screen.choose("season", SEASON)
    screen.choose("room", course.room)
    screen.field("first day").fill(typed(FIRST_DAY))
    screen.field("last day").fill(typed(LAST_DAY))
    screen.field("price (EGP)").fill(str(course.price))
    screen.field("seats").fill(str(course.seats))
    screen.field("from age").fill(str(course.ages[0]))
    screen.field("to age").fill(str(course.ages[1]))
    another = ar("Add another %(verbose_name)s", verbose_name=ar("weekly hour"))
    for number, (weekday, start, end) in enumerate(course.hours):
        screen.page.locator("#schedules-group").get_by_role("link", name=another).click()
        hour = _hours(screen).nth(number)
        hour.locator("select[name$=weekday]").select_option(str(weekday))
        hour.locator("input[name$=start_time]").fill(start)
        hour.locator("input[name$=end_time]").fill(end)


def _hours(screen: Screen) -> Locator:
    """The rows of the weekly schedule that are to be filled in."""
    return screen.page.locator("#schedules-group .form-row:not(.empty-form)")


def look_at_the_lectures(screen: Screen) -> None:
    """They are there in order, and none of them in the holiday."""
    screen.go("Courses", "Courses")
    screen.page.get_by_role("link", name="برمجة للأطفال").click()
    screen.page.get_by_role("link", name=re.compile(f"^{ar('Lectures')}")).last.click()
    lectures = screen.page.locator("#lectures-group")
    expect(lectures).to_contain_text(typed(COURSES[0].days[0]))
    shown = lectures.inner_text()
    # The page holds thirty; the course has fewer.
    assert [day for day in every_day() if typed(day) in shown] == COURSES[0].days
    screen.picture("lectures")


def _planned(course: Course) -> str:
    """What the page says of the lectures that it made."""
    one = "%(count)s lecture to come, on %(first)s."
    many = "%(count)s lectures to come, the first on %(first)s, the last on %(last)s."
    days = course.days
    return ar_many(one, many, len(days), first=typed(days[0]), last=typed(days[-1]))
