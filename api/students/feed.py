"""A family's timetable as iCalendar (RFC 5545), as Google's and Apple's calendars take it."""

import datetime as dt
from collections.abc import Sequence
from typing import Final

from django.utils.translation import gettext as _
from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard, vDDDTypes, vRecur

from backoffice.attendance.selectors import Revision, lectures_of_places, revisions_of, seats_of_family
from backoffice.courses.models import Lecture
from backoffice.shared.dates import CAIRO, cairo_today
from backoffice.users.models import CustomUser

from .reads import by_course

KEPT_BACK: Final = dt.timedelta(days=90)
_EVERY: Final = dt.timedelta(hours=1)
_WINTER, _SUMMER = dt.timedelta(hours=2), dt.timedelta(hours=3)


def timetable_feed(person: CustomUser) -> bytes:
    """The lectures of the person's courses, and of the children's, since 90 days; five queries.

    The same lectures give the same bytes: nothing in it says when it was asked for.
    """
    places = seats_of_family(person.pk)
    coming = lectures_of_places(places).filter(day__gte=cairo_today() - KEPT_BACK)
    lectures = list(coming.select_related("course", "room", "instructor__user"))
    revisions, seats = revisions_of(lectures), by_course(places, person)
    calendar = _calendar()
    for lecture in lectures:
        names = [who["name"] for who in seats[lecture.course_id]]
        calendar.add_component(_event(lecture, names, revisions.get(lecture.pk)))
    return bytes(calendar.to_ical())


def _calendar() -> Calendar:
    calendar = Calendar()
    name = _("Lectures · Redwan Courses Center")
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//Redwan Courses Center//Timetable//AR")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", CAIRO.key)
    calendar.add("refresh-interval", vDDDTypes(_EVERY), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDDDTypes(_EVERY))
    calendar.add_component(cairo_timezone())
    return calendar


def cairo_timezone() -> Timezone:
    """Egypt's clock: summer time since 2023, from the last Friday of April to the last Thursday of October, at its end.

    That Thursday's midnight begins a Friday between 26 October and 1 November, which counted from the year's end is
    the same in every year: day −67 to −61. Counted within October it would be missed when it is 1 November.
    """
    zone = Timezone()
    zone.add("tzid", CAIRO.key)
    before = TimezoneStandard()
    before.add("dtstart", dt.datetime(2015, 1, 1))  # noqa: DTZ001  a wall clock's hour, as the standard has it
    before.add("tzoffsetfrom", _WINTER)
    before.add("tzoffsetto", _WINTER)
    before.add("tzname", "EET")
    summer = TimezoneDaylight()
    summer.add("dtstart", dt.datetime(2023, 4, 28))  # noqa: DTZ001
    summer.add("rrule", vRecur({"FREQ": "YEARLY", "BYMONTH": 4, "BYDAY": "-1FR"}))
    summer.add("tzoffsetfrom", _WINTER)
    summer.add("tzoffsetto", _SUMMER)
    summer.add("tzname", "EEST")
    winter = TimezoneStandard()
    winter.add("dtstart", dt.datetime(2023, 10, 27))  # noqa: DTZ001
    days = list(range(-67, -60))
    winter.add("rrule", vRecur({"FREQ": "YEARLY", "BYYEARDAY": days, "BYDAY": "FR"}))
    winter.add("tzoffsetfrom", _SUMMER)
    winter.add("tzoffsetto", _WINTER)
    winter.add("tzname", "EET")
    for part in (before, summer, winter):
        zone.add_component(part)
    return zone


def _event(lecture: Lecture, names: Sequence[str], revision: Revision | None) -> Event:
    event = Event()
    changed = (revision.at if revision else lecture.course.created_at).astimezone(dt.UTC).replace(microsecond=0)
    event.add("uid", f"lecture-{lecture.pk}@redwan-courses")
    # By the trail, so that a calendar knows a lecture that was moved from one it has seen.
    event.add("sequence", revision.number if revision else 0)
    event.add("dtstamp", changed)
    event.add("last-modified", changed)
    event.add("dtstart", dt.datetime.combine(lecture.day, lecture.start_time, CAIRO))
    event.add("dtend", dt.datetime.combine(lecture.day, lecture.end_time, CAIRO))
    event.add("summary", f"{lecture.course.name} · {'، '.join(names)}")
    event.add("description", _description(lecture))
    if lecture.room:
        event.add("location", lecture.room.name)
    cancelled = lecture.status == Lecture.Status.CANCELLED
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if cancelled else "OPAQUE")
    return event


def _description(lecture: Lecture) -> str:
    lines = [_("Lecture %(number)s") % {"number": lecture.lecture_number}]
    if lecture.instructor:
        lines.append(_("With %(name)s") % {"name": lecture.instructor})
    if lecture.status == Lecture.Status.CANCELLED:
        lines.append(_("This lecture is cancelled."))
    return "\n".join(lines)
