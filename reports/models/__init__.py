"""What reports keep: their long exports. A report itself reads, and has no table."""

from .export import Export
from .report import Report

__all__ = ["Export", "Report"]
