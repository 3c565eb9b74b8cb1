"""Who came: lectures and staff, the supervisors' rota, devices and scans, ratings, the job log."""

from .devices import Device, Scan
from .jobs import AttendanceCronLog
from .lectures import LectureAttendance, MarkedVia
from .ratings import ParentInstructorRating, StudentInstructorRating
from .staff import InstructorAttendance, SupervisorSchedule

__all__ = [
    "AttendanceCronLog",
    "Device",
    "InstructorAttendance",
    "LectureAttendance",
    "MarkedVia",
    "ParentInstructorRating",
    "Scan",
    "StudentInstructorRating",
    "SupervisorSchedule",
]
