"""Writes of attendance: rows that follow enrolments and lectures, marks, results, ratings, the rota, and jobs."""

from .absence import mark_absent_of_day
from .by_hand import Correction, check_in, check_out, correct_presence, rate_presence
from .cards import PrintedCard, issue_card, print_cards, resolve_codes_of_staff, revoke_card
from .devices import activate_device, deactivate_device, register_device, renew_key
from .exams import enter_course_results
from .expected import expect_instructors, follow_moved_lectures, follow_the_rota
from .job_log import Outcome, Run, begin, do_once
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
from .presence import follow_scans
from .ratings import change_rating, rate_instructor
from .rota import Hours, add_rota, change_rota, end_rota
from .rows import (
    add_rows_of_enrollment,
    add_rows_of_lectures,
    remove_rows_of_enrollment,
    remove_rows_of_lectures,
)
from .scans import DUPLICATE, Person, ScanLine, ScanResult, resolve_codes, take_scans
from .undo import undo_marks
from .weekly import generate_instructor_attendance

__all__ = [
    "DUPLICATE",
    "KEPT_FOR",
    "Correction",
    "Hours",
    "Mark",
    "MarkLine",
    "Outcome",
    "Person",
    "PrintedCard",
    "Run",
    "ScanLine",
    "ScanResult",
    "Signature",
    "activate_device",
    "add_rota",
    "add_rows_of_enrollment",
    "add_rows_of_lectures",
    "begin",
    "change_rating",
    "change_rota",
    "check_in",
    "check_mark",
    "check_out",
    "correct_presence",
    "deactivate_device",
    "do_once",
    "end_rota",
    "enter_course_results",
    "expect_instructors",
    "follow_moved_lectures",
    "follow_scans",
    "follow_the_rota",
    "forget_events",
    "generate_instructor_attendance",
    "issue_card",
    "mark_absent_of_day",
    "mark_lecture",
    "mark_participants",
    "mark_rest_present",
    "note_participant",
    "print_cards",
    "rate_instructor",
    "rate_presence",
    "register_device",
    "remove_rows_of_enrollment",
    "remove_rows_of_lectures",
    "renew_key",
    "resolve_codes",
    "resolve_codes_of_staff",
    "revoke_card",
    "sweep_events",
    "take_scans",
    "undo_marks",
    "write_marks",
]
