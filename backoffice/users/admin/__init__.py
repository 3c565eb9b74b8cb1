"""Staff screens of people."""

from . import accounts, children, groups, instructors, links, own_account, parents, students

__all__ = ["accounts", "children", "groups", "instructors", "links", "own_account", "parents", "students"]
