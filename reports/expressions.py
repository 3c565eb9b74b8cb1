"""Columns that many reports have: names of people, in the database's own words."""

from typing import Any

from django.db.models import Case, CharField, F, Value, When
from django.db.models.functions import Concat, Trim


def full_name(person: str) -> Any:
    """All four names of the account at a path; nothing where there is nobody."""
    return Trim(Concat(f"{person}__first_name", Value(" "), f"{person}__last_name", output_field=CharField()))


def participant_name(before: str = "") -> Any:
    """The name of the child or the adult student of a row, or of the row at a path that ends in two underscores."""
    is_child = {f"{before}child__isnull": False}
    student = full_name(f"{before}student__user")
    return Case(When(**is_child, then=F(f"{before}child__name")), default=student, output_field=CharField())
