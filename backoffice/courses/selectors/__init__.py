"""Reads across courses, schedules and lectures."""

from .clashes import (
    Clash,
    PlannedLecture,
    clash_error,
    clash_sentences,
    day_in_words,
    find_clashes,
    hours_in_words,
    overlap,
)
from .plan import LecturePlan, hours_of_the_schedule, lectures_of, plan_lectures
from .registration import Standing, courses_open_for_registration, standing_of
from .rules import course_faults, courses_of_holiday, exam_faults, free_slug, schedule_faults, season_faults

__all__ = [
    "Clash",
    "LecturePlan",
    "PlannedLecture",
    "Standing",
    "clash_error",
    "clash_sentences",
    "course_faults",
    "courses_of_holiday",
    "courses_open_for_registration",
    "day_in_words",
    "exam_faults",
    "find_clashes",
    "free_slug",
    "hours_in_words",
    "hours_of_the_schedule",
    "lectures_of",
    "overlap",
    "plan_lectures",
    "schedule_faults",
    "season_faults",
    "standing_of",
]
