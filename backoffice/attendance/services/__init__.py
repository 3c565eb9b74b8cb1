"""Writes of attendance: rows that follow enrolments and lectures, marks, results, ratings, the rota, and jobs."""

from .absence import mark_absent_of_day
from .exams import enter_course_results
from .job_log import Outcome, Run, begin, do_once, log_of
from .live import KEPT_FOR, forget_events, sweep_events
from .marks import Mark, MarkLine, Signature, check_mark, mark_lecture, mark_participants, write_marks
from .ratings import change_rating, rate_instructor
from .rota import check_rota
from .rows import (
    add_rows_of_enrollment,
    add_rows_of_lectures,
    follow_moved_lectures,
    remove_rows_of_enrollment,
    remove_rows_of_lectures,
)
from .weekly import generate_instructor_attendance

__all__ = [
    "KEPT_FOR",
    "Mark",
    "MarkLine",
    "Outcome",
    "Run",
    "Signature",
    "add_rows_of_enrollment",
    "add_rows_of_lectures",
    "begin",
    "change_rating",
    "check_mark",
    "check_rota",
    "do_once",
    "enter_course_results",
    "follow_moved_lectures",
    "forget_events",
    "generate_instructor_attendance",
    "log_of",
    "mark_absent_of_day",
    "mark_lecture",
    "mark_participants",
    "rate_instructor",
    "remove_rows_of_enrollment",
    "remove_rows_of_lectures",
    "sweep_events",
    "write_marks",
]
