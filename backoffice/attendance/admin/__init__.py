"""Staff screens of attendance; the job log's is in `config`, which knows the jobs."""

from .cards import CardAdmin, WaitingCodeAdmin
from .devices import DeviceAdmin, ScanAdmin
from .lectures import LectureAttendanceAdmin
from .ratings import ParentInstructorRatingAdmin, StudentInstructorRatingAdmin
from .staff import InstructorAttendanceAdmin, SupervisorScheduleAdmin

__all__ = [
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
