"""Writes of attendance: rows that follow enrolments and lectures, marks, results, ratings, and the rota's rule."""

from .exams import enter_course_results
from .marks import Mark, MarkLine, check_mark, mark_lecture, mark_participants
from .ratings import change_rating, rate_instructor
from .rota import check_rota
from .rows import (
    add_rows_of_enrollment,
    add_rows_of_lectures,
    follow_moved_lectures,
    remove_rows_of_enrollment,
    remove_rows_of_lectures,
)

__all__ = [
    "Mark",
    "MarkLine",
    "add_rows_of_enrollment",
    "add_rows_of_lectures",
    "change_rating",
    "check_mark",
    "check_rota",
    "enter_course_results",
    "follow_moved_lectures",
    "mark_lecture",
    "mark_participants",
    "rate_instructor",
    "remove_rows_of_enrollment",
    "remove_rows_of_lectures",
]
