"""A participant is exactly one of a child and an adult student: the one place that says so for every table."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


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
