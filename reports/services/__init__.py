"""Writes of what is kept of reports: saved views, and schedules."""

from .saved_views import MOST_VIEWS, change_view, delete_view, may_change_view, save_view
from .schedules import (
    MOST_RECIPIENTS,
    MOST_SCHEDULES,
    Plan,
    change_schedule,
    delete_schedule,
    make_schedule,
    pause_schedule,
    resume_schedule,
)

__all__ = [
    "MOST_RECIPIENTS",
    "MOST_SCHEDULES",
    "MOST_VIEWS",
    "Plan",
    "change_schedule",
    "change_view",
    "delete_schedule",
    "delete_view",
    "make_schedule",
    "may_change_view",
    "pause_schedule",
    "resume_schedule",
    "save_view",
]
