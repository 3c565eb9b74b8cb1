"""Reads of attendance across lectures, courses and people."""

from .marking import MARKING_WINDOW, lecture_begins, may_mark, moment, roster, with_counts
from .progress import Progress, progress_of

__all__ = [
    "MARKING_WINDOW",
    "Progress",
    "lecture_begins",
    "may_mark",
    "moment",
    "progress_of",
    "roster",
    "with_counts",
]
