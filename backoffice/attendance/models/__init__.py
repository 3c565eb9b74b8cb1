"""Who came: lectures and staff, the supervisors' rota, devices and scans, ratings, live events, the job log."""

from .devices import Card, Device, Scan, WaitingCode
from .events import AttendanceEvent
from .jobs import AttendanceCronLog
from .lectures import LectureAttendance, MarkedVia
from .ratings import ParentInstructorRating, StudentInstructorRating
from .staff import InstructorAttendance, SupervisorSchedule

__all__ = [
    "AttendanceCronLog",
    "AttendanceEvent",
    "Card",
    "Device",
    "InstructorAttendance",
    "LectureAttendance",
    "MarkedVia",
    "ParentInstructorRating",
    "Scan",
    "StudentInstructorRating",
    "SupervisorSchedule",
    "WaitingCode",
]
