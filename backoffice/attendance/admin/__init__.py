"""Staff screens of attendance; the job log's is in `config`, which knows the jobs."""

from .cards import CardAdmin, WaitingCodeAdmin
from .devices import DeviceAdmin, ScanAdmin
from .lectures import LectureAttendanceAdmin
from .ratings import ParentInstructorRatingAdmin, StudentInstructorRatingAdmin
from .rota import SupervisorScheduleAdmin
from .staff import InstructorAttendanceAdmin

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
