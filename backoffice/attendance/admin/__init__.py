"""Staff screens of attendance."""

from .devices import DeviceAdmin, ScanAdmin
from .jobs import AttendanceCronLogAdmin
from .lectures import LectureAttendanceAdmin
from .ratings import ParentInstructorRatingAdmin, StudentInstructorRatingAdmin
from .rota import SupervisorScheduleAdmin
from .staff import InstructorAttendanceAdmin

__all__ = [
    "AttendanceCronLogAdmin",
    "DeviceAdmin",
    "InstructorAttendanceAdmin",
    "LectureAttendanceAdmin",
    "ParentInstructorRatingAdmin",
    "ScanAdmin",
    "StudentInstructorRatingAdmin",
    "SupervisorScheduleAdmin",
]
