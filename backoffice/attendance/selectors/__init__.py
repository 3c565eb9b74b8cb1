"""Reads of attendance across lectures, courses and people."""

from .board import Board, BoardDevice, BoardLecture, Phase, Presence, Staff, board_of
from .exams import ExamLine, exam_list, exams_visible_to, may_enter_results
from .jobs import Standing, standing_of, tries_again_at
from .live import Reader, View, last_cursor, may_follow, reader_of, readers_of
from .marking import (
    MARKING_WINDOW,
    Counts,
    LectureToMark,
    Marking,
    MarkingTime,
    counts_of,
    lecture_begins,
    lectures_to_mark,
    marking_time,
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
    "Board",
    "BoardDevice",
    "BoardLecture",
    "Counts",
    "ExamLine",
    "LectureToMark",
    "Marking",
    "MarkingTime",
    "Phase",
    "Presence",
    "Progress",
    "Rating",
    "Reader",
    "Revision",
    "Staff",
    "Standing",
    "View",
    "averages_of",
    "board_of",
    "counts_of",
    "exam_list",
    "exams_visible_to",
    "last_cursor",
    "lecture_begins",
    "lectures_of_places",
    "lectures_to_mark",
    "marking_time",
    "may_enter_results",
    "may_follow",
    "may_mark",
    "may_mark_until",
    "moment",
    "progress_of",
    "ratings_by",
    "reader_of",
    "readers_of",
    "revisions_of",
    "roster",
    "seats_of_family",
    "standing_of",
    "tries_again_at",
    "with_counts",
]
