"""A participant is exactly one of a child and an adult student: the one place that says so for every table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from backoffice.shared.errors import DomainError, FaultyLines

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class ParticipantKey:
    """How programs name a participant, `child:<id>` or `student:<id>`: the columns of its rows."""

    child_id: UUID | None
    student_id: UUID | None

    def __str__(self) -> str:
        return f"child:{self.child_id}" if self.child_id else f"student:{self.student_id}"

    @classmethod
    def read(cls, text: str) -> Self:
        """From the words; raises DomainError `participant_unreadable`."""
        kind, _colon, number = text.partition(":")
        try:
            key = UUID(number)
            # Other spellings of the same number (braces, no hyphens) would be other names of one person.
            if str(key) == number.lower() and kind in ("child", "student"):
                return cls(key, None) if kind == "child" else cls(None, key)
        except ValueError:
            pass
        sentence = _("A participant is written child:… or student:…, with the id.")
        raise DomainError("participant_unreadable", sentence, field="participant")


@dataclass(frozen=True)
class Chosen[Row]:
    """The rows that lines handed in together speak of, by the lines' places, and what is wrong with the others."""

    found: dict[int, Row]
    faults: dict[int, DomainError]

    def refuse(self) -> None:
        """Raise FaultyLines unless every line is right."""
        if self.faults:
            raise FaultyLines(dict(sorted(self.faults.items())))


def each_once[Row](
    participants: Sequence[str], rows: Mapping[ParticipantKey, Row], stranger: DomainError
) -> Chosen[Row]:
    """Find each named participant's row; a name that can't be read, that has no row (`stranger`) or that stands twice
    is a fault of its line.
    """
    chosen = Chosen[Row]({}, {})
    seen: set[ParticipantKey] = set()
    for place, text in enumerate(participants):
        try:
            key = ParticipantKey.read(text)
            if key not in rows:
                raise stranger
            if key in seen:
                raise DomainError("named_twice", _("This participant stands twice."), field="participant")
        except DomainError as fault:
            chosen.faults[place] = fault
        else:
            seen.add(key)
            chosen.found[place] = rows[key]
    return chosen


class ParticipantRow(models.Model):
    """A row that belongs to exactly one of a child and a student.

    A subclass lists `*participant_constraints("app_model")` in its own `Meta.constraints`.
    """

    child = models.ForeignKey("users.Child", models.PROTECT, null=True, blank=True, verbose_name=_("child"))
    student = models.ForeignKey(
        "users.StudentUser", models.PROTECT, null=True, blank=True, verbose_name=_("adult student")
    )

    class Meta:
        abstract = True

    @property
    def participant(self) -> models.Model:
        """The child or the student."""
        return self.child if self.child_id else self.student  # type: ignore[return-value]

    @property
    def participant_key(self) -> ParticipantKey:
        """The same for programs; no query."""
        return ParticipantKey(self.child_id, self.student_id)


def exactly_one(first: str, second: str, *, name: str) -> models.CheckConstraint:
    """Exactly one of two columns is filled."""
    one = Q(**{f"{first}__isnull": False, f"{second}__isnull": True})
    other = Q(**{f"{first}__isnull": True, f"{second}__isnull": False})
    return models.CheckConstraint(
        condition=one | other, name=name, violation_error_message=_("Choose exactly one of the two.")
    )


def once_per_participant(
    scope: str, *, name: str, message: "StrOrPromise", condition: Q | None = None
) -> list[models.UniqueConstraint]:
    """One row per participant within `scope` (a field), while `condition` holds."""
    extra = condition or Q()
    return [
        models.UniqueConstraint(
            fields=[scope, who],
            condition=Q(**{f"{who}__isnull": False}) & extra,
            name=f"{name}_{who}",
            violation_error_message=message,
        )
        for who in ("child", "student")
    ]
