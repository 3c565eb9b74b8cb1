"""What a parent does with their own children, in the apps: enter, correct, take out again."""

import datetime as dt
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext_lazy as _

from backoffice.shared import audit
from backoffice.shared.errors import DomainError

from ..models import Child, CustomUser, Parent, ParentLinkRequest
from .families import create_child, update_child

# The photo, the notes and who the parents are stay with the centre.
OWN_DETAILS = frozenset(["name", "gender", "dob", "phone_number"])


@transaction.atomic
def add_own_child(*, by: CustomUser, name: str, gender: str, dob: dt.date, phone_number: str = "") -> Child:
    """A child of the parent who acts. Raises DomainError `not_a_parent` and what `create_child` raises."""
    parent = Parent.objects.filter(user=by).first()
    if parent is None:
        raise DomainError("not_a_parent", _("Only a parent has children here."))
    return create_child(primary_parent=parent, name=name, gender=gender, dob=dob, phone_number=phone_number, by=by)


@transaction.atomic
def change_own_child(child_id: UUID, *, by: CustomUser, **changes: Any) -> Child:
    """Correct one's child's details; the further parent reads them only (`not_primary_parent`)."""
    if unknown := changes.keys() - OWN_DETAILS:
        raise TypeError(f"a parent can't change {', '.join(sorted(unknown))}")
    _own(child_id, by)
    return update_child(child_id, by=by, **changes)


@transaction.atomic
def remove_own_child(child_id: UUID, *, by: CustomUser) -> None:
    """Take a child out again that nothing was ever asked for.

    Raises DomainError `not_primary_parent`, or `child_has_history` once there was a request, a place or a mark: what
    happened stays (domain.md, People).
    """
    child = _own(child_id, by)
    audit.record_deleted(child, by=by)
    try:
        with transaction.atomic():
            _leave_waiting(child)
            child.delete()
    except ProtectedError as error:
        raise DomainError(
            "child_has_history", _("This child has been at the centre and stays in its books.")
        ) from error


def _leave_waiting(child: Child) -> None:
    """Who asked to join goes on waiting, as if the code were nobody's: a request that went would tell of a child."""
    unanswered = {"child": None, "status": ParentLinkRequest.Status.PENDING, "decided_at": None, "decided_by": None}
    asked = ParentLinkRequest.objects.filter(child=child)
    asked.exclude(status=ParentLinkRequest.Status.APPROVED).update(**unanswered)


def _own(child_id: UUID, by: CustomUser) -> Child:
    child: Child = Child.objects.select_for_update(of=("self",)).get(pk=child_id)
    if child.primary_parent_id != by.pk:
        raise DomainError("not_primary_parent", _("Only the child's first parent can do this."))
    return child
