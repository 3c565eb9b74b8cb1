"""Staff screens of what is taught."""

from .calendar import HolidayAdmin, RoomAdmin, SeasonAdmin, TagAdmin
from .course import CourseAdmin
from .exam import ExamAdmin
from .lecture import LectureAdmin

__all__ = ["CourseAdmin", "ExamAdmin", "HolidayAdmin", "LectureAdmin", "RoomAdmin", "SeasonAdmin", "TagAdmin"]
