"""What the staff do with courses: plan lectures, move and cancel them, enter marks."""

from .lectures import (
    KEEP,
    cancel_and_replace_lecture,
    cancel_lecture,
    complete_lecture,
    delete_lecture,
    move_lecture,
)
from .results import ResultLine, enter_result, enter_results, keep_full_marks
from .schedule import rebuild_lectures
from .seasons import refresh_seasons

__all__ = [
    "KEEP",
    "ResultLine",
    "cancel_and_replace_lecture",
    "cancel_lecture",
    "complete_lecture",
    "delete_lecture",
    "enter_result",
    "enter_results",
    "keep_full_marks",
    "move_lecture",
    "rebuild_lectures",
    "refresh_seasons",
]
