"""The staff's first page: the day and the season, each person their own part of it."""

from .page import staff_home

__all__ = ["staff_home"]
