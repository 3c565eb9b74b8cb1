"""What every staff screen has in common: folded search, the audit trail, refusals as messages, dialogs."""

from .base import ReadOnly, ReadOnlyInline, StaffAdmin, StaffStackedInline, StaffTabularInline
from .dialogs import StaffDialog, dialog_button, htmx_redirect
from .refusals import BUSY, refusal
from .search import folded_search, folded_search_of_few
from .writes import AuditedWrites

__all__ = [
    "BUSY",
    "AuditedWrites",
    "ReadOnly",
    "ReadOnlyInline",
    "StaffAdmin",
    "StaffDialog",
    "StaffStackedInline",
    "StaffTabularInline",
    "dialog_button",
    "folded_search",
    "folded_search_of_few",
    "htmx_redirect",
    "refusal",
]
