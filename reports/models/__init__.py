"""What of reports is kept: long exports, filters that people saved, and what is sent by e-mail when to whom."""

from .delivery import Letter, ReportDelivery
from .export import Export
from .report import Report
from .saved_view import SavedView
from .schedule import FileKind, Period, ReportSchedule, Rhythm

__all__ = [
    "Export",
    "FileKind",
    "Letter",
    "Period",
    "Report",
    "ReportDelivery",
    "ReportSchedule",
    "Rhythm",
    "SavedView",
]
