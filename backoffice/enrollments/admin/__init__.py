"""Staff screens of requests and places; the screen of places is registered by the app of money, with its columns."""

from .filters import ImportFilter
from .places import EnrollmentAdmin, participant_cell
from .requests import EnrollmentRequestAdmin

__all__ = ["EnrollmentAdmin", "EnrollmentRequestAdmin", "ImportFilter", "participant_cell"]
