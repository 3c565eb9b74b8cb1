"""Staff screens of attendance."""

from .cards import CardAdmin, WaitingCodeAdmin
from .devices import DeviceAdmin, ScanAdmin
from .jobs import AttendanceCronLogAdmin
from .lectures import LectureAttendanceAdmin
from .ratings import ParentInstructorRatingAdmin, StudentInstructorRatingAdmin
from .staff import InstructorAttendanceAdmin, SupervisorScheduleAdmin

__all__ = [
    "AttendanceCronLogAdmin",
    "CardAdmin",
    "DeviceAdmin",
    "InstructorAttendanceAdmin",
    "LectureAttendanceAdmin",
    "ParentInstructorRatingAdmin",
    "ScanAdmin",
    "StudentInstructorRatingAdmin",
    "SupervisorScheduleAdmin",
    "WaitingCodeAdmin",
]
