"""Staff screens of leads, requests and places; that of places is registered by the app of money, with its columns."""

from .filters import ImportFilter
from .leads import LeadAdmin
from .places import EnrollmentAdmin, participant_cell
from .requests import EnrollmentRequestAdmin

__all__ = ["EnrollmentAdmin", "EnrollmentRequestAdmin", "ImportFilter", "LeadAdmin", "participant_cell"]
