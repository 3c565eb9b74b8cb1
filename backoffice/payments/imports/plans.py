"""What a good line of a children's list is going to write."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from backoffice.courses.models import Course

from .known import Family, Key


@dataclass(slots=True)
class Plan:
    """The rows a line makes and changes."""

    family: Family
    child_id: Key
    dob: dt.date | None
    is_new_user: bool = False
    is_new_parent: bool = False
    is_new_child: bool = False
    is_new_request: bool = False
    is_waitlisted: bool = False
    fills_phone2: bool = False
    fills_dob: bool = False
    course: Course = None  # type: ignore[assignment]  # known a moment later, before anybody reads it
    #: An open request whose payment the line tells, and what was written on it when the line was judged.
    request_id: UUID | None = None
    old_money: tuple[Decimal | None, str, str] = (None, "", "")
    #: Amount, method and number to be written on the request; None leaves a known request alone.
    money: tuple[Decimal | None, str, str] | None = None

    @property
    def is_new(self) -> bool:
        """Whether the line adds anything, rather than changing what is there."""
        return self.is_new_child or self.is_new_request

    @property
    def made(self) -> tuple[str, ...]:
        """The words under which the report counts what the line adds."""
        words = []
        if self.is_new_parent:
            words.append("parents")
        if self.is_new_child:
            words.append("children")
        if self.is_new_request:
            words.append("waitlisted" if self.is_waitlisted else "requests")
        return tuple(words)
