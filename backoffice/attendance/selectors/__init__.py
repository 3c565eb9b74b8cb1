"""Reads of attendance across lectures, courses and people."""

from .exams import ExamLine, exam_list, exams_visible_to, may_enter_results
from .jobs import Standing, standing_of, tries_again_at
from .live import Reader, reader_of
from .marking import (
    MARKING_WINDOW,
    Counts,
    counts_of,
    lecture_begins,
    may_mark,
    may_mark_until,
    moment,
    roster,
    with_counts,
)
from .progress import Progress, progress_of
from .ratings import Average, Rating, averages_of, ratings_by
from .timetable import Revision, lectures_of_places, revisions_of, seats_of_family

__all__ = [
    "MARKING_WINDOW",
    "Average",
    "Counts",
    "ExamLine",
    "Progress",
    "Rating",
    "Reader",
    "Revision",
    "Standing",
    "averages_of",
    "counts_of",
    "exam_list",
    "exams_visible_to",
    "lecture_begins",
    "lectures_of_places",
    "may_enter_results",
    "may_mark",
    "may_mark_until",
    "moment",
    "progress_of",
    "ratings_by",
    "reader_of",
    "revisions_of",
    "roster",
    "seats_of_family",
    "standing_of",
    "tries_again_at",
    "with_counts",
]
