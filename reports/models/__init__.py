"""What of reports is kept: the name of each, the filters that people saved, and what is sent by e-mail when to whom."""

from .delivery import Letter, ReportDelivery
from .report import Report
from .saved_view import SavedView
from .schedule import FileKind, Period, ReportSchedule, Rhythm

__all__ = ["FileKind", "Letter", "Period", "Report", "ReportDelivery", "ReportSchedule", "Rhythm", "SavedView"]
