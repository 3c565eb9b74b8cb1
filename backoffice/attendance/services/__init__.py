"""Writes of attendance: rows that follow enrolments and lectures, marks, and the rota's rule."""

from .marks import Mark, check_mark, mark_lecture
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
    "add_rows_of_enrollment",
    "add_rows_of_lectures",
    "check_mark",
    "check_rota",
    "follow_moved_lectures",
    "mark_lecture",
    "remove_rows_of_enrollment",
    "remove_rows_of_lectures",
]
