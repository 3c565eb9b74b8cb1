"""Moments of courses that the apps above take part in, inside the same transaction."""

from collections.abc import Sequence
from uuid import UUID

from backoffice.shared.hooks import Hook
from backoffice.users.models import CustomUser

from .models import Lecture

# Lectures that are new: called after they were written.
lectures_added: Hook[[Sequence[Lecture], CustomUser | None]] = Hook("lectures_added")
# Lectures that won't take place: called before they are deleted, and when they are cancelled.
lectures_removed: Hook[[Sequence[UUID], CustomUser | None]] = Hook("lectures_removed")
# Lectures whose day, hour, instructor or room changed: called after they were written.
lectures_moved: Hook[[Sequence[Lecture], CustomUser | None]] = Hook("lectures_moved")
# The course has more seats than before: called after the course was written.
capacity_raised: Hook[[UUID, CustomUser | None]] = Hook("capacity_raised")
