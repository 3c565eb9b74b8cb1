"""What is taught: seasons, holidays, rooms, courses with weekly schedules, lectures, exams."""

from .calendar import Holiday, Room, Season, Weekday
from .course import Course, CourseSchedule, Tag
from .exam import Exam, ExamResult
from .lecture import Lecture

__all__ = ["Course", "CourseSchedule", "Exam", "ExamResult", "Holiday", "Lecture", "Room", "Season", "Tag", "Weekday"]
