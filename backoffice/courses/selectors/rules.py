"""Rules that look at more than one row: what they find, the staff's forms show at its field."""

from collections.abc import Sequence
from itertools import combinations
from uuid import UUID

from django.db.models import Max, Q
from django.utils.formats import date_format
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from backoffice.shared.errors import DomainError
from backoffice.shared.text import clean

from ..models import Course, CourseSchedule, Exam, ExamResult, Holiday, Season
from .clashes import hours_in_words
from .plan import MOST_LECTURES

SLUG_LENGTH = 160


def course_faults(course: Course) -> list[DomainError]:
    """What is wrong with a course that its own row can't tell, each at its field; a course not saved yet will do."""
    faults = []
    if course.capacity is not None and course.capacity < course.enrolled_count - course.overbooked:
        sentence = _("%(taken)s seats are taken: the course can't have fewer.")
        params = {"taken": course.enrolled_count - course.overbooked}
        faults.append(DomainError("seats_taken", sentence % params, field="capacity", **params))
    if course.num_lectures and course.num_lectures > MOST_LECTURES:
        sentence = _("A course has at most %(most)s lectures.")
        faults.append(DomainError("too_many_lectures", sentence % {"most": MOST_LECTURES}, field="num_lectures"))
    return [*faults, *_outside_season(course), *_registration_too_late(course)]


def _outside_season(course: Course) -> list[DomainError]:
    if not course.season_id or not course.start_date:
        return []
    season = course.season
    faults = []
    for field in ("start_date", "end_date"):
        day = getattr(course, field)
        if day and (day < season.start_date or (season.end_date and day > season.end_date)):
            faults.append(DomainError("outside_season", _outside(season), field=field))
    return faults


def _outside(season: Season) -> str:
    first = date_format(season.start_date, "SHORT_DATE_FORMAT")
    if season.end_date is None:
        return str(_("%(season)s begins on %(first)s.")) % {"season": season, "first": first}
    last = date_format(season.end_date, "SHORT_DATE_FORMAT")
    sentence = _("%(season)s is from %(first)s to %(last)s.")
    return str(sentence) % {"season": season, "first": first, "last": last}


def _registration_too_late(course: Course) -> list[DomainError]:
    faults = []
    for field in ("registration_opens", "registration_closes"):
        day = getattr(course, field)
        if day and course.end_date and day > course.end_date:
            faults.append(DomainError("registration_after_end", _("The course is over by this day."), field=field))
    return faults


def schedule_faults(hours: Sequence[CourseSchedule]) -> list[DomainError]:
    """Weekly hours of one course that overlap."""
    faults = []
    for one, other in combinations(sorted(hours, key=lambda hour: (hour.weekday, hour.start_time)), 2):
        if one.weekday == other.weekday and one.start_time < other.end_time and other.start_time < one.end_time:
            params = {"day": one.get_weekday_display(), "one": hours_in_words(one), "other": hours_in_words(other)}
            sentence = _("%(day)s: %(one)s and %(other)s overlap.")
            faults.append(DomainError("hours_overlap", sentence % params))
    return faults


def season_faults(season: Season) -> list[DomainError]:
    """Courses that new dates of their season would leave outside."""
    if not season.start_date:
        return []
    outside = Q(start_date__lt=season.start_date)
    if season.end_date:
        outside |= Q(start_date__gt=season.end_date) | Q(end_date__gt=season.end_date)
    names = list(Course.objects.filter(outside, season_id=season.pk).values_list("name", flat=True)[:6])
    if not names:
        return []
    sentence = _("These courses would lie outside the season: %(names)s.")
    shown = "، ".join(names[:5]) + ("…" if len(names) > 5 else "")
    return [DomainError("courses_outside", sentence % {"names": shown}, field="start_date")]


def exam_faults(exam: Exam) -> list[DomainError]:
    """Full marks below what somebody has already."""
    best = ExamResult.objects.filter(exam_id=exam.pk).aggregate(best=Max("marks"))["best"]
    if best is None or exam.total_marks is None or best <= exam.total_marks:
        return []
    sentence = _("Somebody has %(best)s marks already: the full marks can't be below.")
    return [DomainError("marks_above_total", sentence % {"best": best}, field="total_marks")]


def free_slug(name: str, *, apart_from: UUID | None = None) -> str:
    """The course's name as a part of an address: Arabic letters stay, and a name that is taken gets -2, -3, …"""
    base = slugify(clean(name).replace("ـ", ""), allow_unicode=True)[: SLUG_LENGTH - 5].strip("-") or "course"
    others = Course.objects.exclude(pk=apart_from) if apart_from else Course.objects.all()
    taken = set(others.filter(slug__startswith=base).values_list("slug", flat=True))
    slug, number = base, 1
    while slug in taken:
        number += 1
        slug = f"{base}-{number}"
    return slug


def courses_of_holiday(holiday: Holiday) -> list[Course]:
    """Courses that run, have a weekly schedule, and meet the holiday's days: those whose lectures it may change."""
    courses = Course.objects.active().filter(
        Q(end_date__isnull=True) | Q(end_date__gte=holiday.start_date),
        start_date__lte=holiday.end_date,
        schedules__isnull=False,
    )
    if holiday.season_id:
        courses = courses.filter(season_id=holiday.season_id)
    return list(courses.distinct().select_related("season", "instructor__user", "room"))
