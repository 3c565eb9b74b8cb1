"""What we add to Wagtail's admin."""

from typing import Any

from wagtail import hooks

from .choosers import course_chooser, instructor_chooser


@hooks.register("register_admin_viewset")
def choosers() -> list[Any]:
    """The choosers of what belongs to the back office."""
    return [course_chooser, instructor_chooser]
