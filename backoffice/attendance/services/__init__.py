"""Writes of attendance: rows that follow enrolments and lectures, marks, results, ratings, and the rota's rule."""

from .exams import enter_course_results
from .live import KEPT_FOR, forget_events, sweep_events
from .marks import (
    Mark,
    MarkLine,
    Signature,
    check_mark,
    mark_lecture,
    mark_participants,
    mark_rest_present,
    note_participant,
    write_marks,
)
from .ratings import change_rating, rate_instructor
from .rota import check_rota
from .rows import (
    add_rows_of_enrollment,
    add_rows_of_lectures,
    follow_moved_lectures,
    remove_rows_of_enrollment,
    remove_rows_of_lectures,
)
from .undo import undo_marks

__all__ = [
    "KEPT_FOR",
    "Mark",
    "MarkLine",
    "Signature",
    "add_rows_of_enrollment",
    "add_rows_of_lectures",
    "change_rating",
    "check_mark",
    "check_rota",
    "enter_course_results",
    "follow_moved_lectures",
    "forget_events",
    "mark_lecture",
    "mark_participants",
    "mark_rest_present",
    "note_participant",
    "rate_instructor",
    "remove_rows_of_enrollment",
    "remove_rows_of_lectures",
    "sweep_events",
    "undo_marks",
    "write_marks",
]
