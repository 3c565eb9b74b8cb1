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
from .seasons import SEES_TARGET, refresh_seasons, set_revenue_target

__all__ = [
    "KEEP",
    "SEES_TARGET",
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
    "set_revenue_target",
]
