"""Children and who their parents are."""

import datetime as dt
import re
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backoffice.shared import audit
from backoffice.shared.errors import DomainError
from backoffice.shared.states import advance
from backoffice.shared.text import ascii_digits, clean

from ..codes import letter_of, take_codes
from ..models import Child, ChildParent, CustomUser, Parent, ParentLinkRequest
from ..models.family import UNIQUE_CODE
from ..selectors import Actor, check_birthday
from . import writing

_CHILD = frozenset(["primary_parent", "name", "gender", "dob", "phone_number", "photo", "notes"])
DECIDES_LINKS = "users.change_parentlinkrequest"


@transaction.atomic
def create_child(
    *, primary_parent: Parent, name: str, gender: str, dob: dt.date | None, by: Actor, **details: Any
) -> Child:
    """A child of the family, with a code of their own."""
    child = Child()
    details |= {"primary_parent": primary_parent, "name": name, "gender": gender, "dob": dob}
    _apply(child, details)
    (child.unique_code,) = take_codes(letter_of(gender), 1)
    writing.save(child)
    audit.record_created(child, by=by)
    return child


@transaction.atomic
def update_child(child_id: UUID, *, by: Actor, **changes: Any) -> Child:
    """Change a child's details; the code stays whatever changes."""
    child = _lock(child_id)
    before = audit.snapshot(child)
    _apply(child, changes)
    _refuse_parent_twice(child)
    writing.save(child)
    audit.record_changed(child, before, by=by)
    return child


def check_child(child_id: UUID | None, **details: Any) -> None:
    """Raise what creating (`None`) or changing the child with these details would raise; nothing is written."""
    child = Child.objects.get(pk=child_id) if child_id else Child()
    _apply(child, details)
    writing.check(child, but=("unique_code",))


def _apply(child: Child, details: dict[str, Any]) -> None:
    if unknown := details.keys() - _CHILD:
        raise TypeError(f"a child has no detail {', '.join(sorted(unknown))}")
    writing.apply(child, details)
    check_birthday(child.dob)
    # The constraint lets two rows without a birthday stand: nulls differ.
    same = Child.objects.filter(primary_parent=child.primary_parent, name=child.name, dob=child.dob)
    if same.exclude(pk=child.pk).exists():
        sentence = _("This family has a child of this name and birthday already.")
        raise DomainError("child_exists", sentence, field="name")


@transaction.atomic
def add_further_parent(child_id: UUID, *, parent: Parent, by: Actor) -> ChildParent:
    """Make somebody the child's one further parent."""
    child = _lock(child_id)
    if ChildParent.objects.filter(child=child).exists():
        raise DomainError("has_further_parent", _("This child has a further parent already."))
    link = ChildParent(child=child, parent=parent)
    _refuse_parent_twice(child, further=parent)
    link.save()
    audit.record_created(link, by=by)
    return link


@transaction.atomic
def remove_further_parent(child_id: UUID, *, by: Actor, reason: str = "") -> None:
    """End the link with the further parent; the primary parent stays."""
    child = _lock(child_id)
    for link in ChildParent.objects.filter(child=child):
        audit.record_deleted(link, by=by, reason=reason)
        link.delete()


@transaction.atomic
def ask_to_join_child(*, unique_code: str, by: CustomUser) -> ParentLinkRequest:
    """A parent asks to become a child's further parent; asking again is the same request.

    The answer is the same for a child's code, an adult student's, nobody's, and that of a child that can't be joined: a
    request that waits. Only one that met a child is anybody's to answer. Raises `code_form` for what can be no code.
    """
    # Who asks twice at once asks once: the second waits here and finds the first one's request.
    parent = Parent.objects.select_for_update(no_key=True).filter(user=by).first()
    if parent is None:
        raise DomainError("not_a_parent", _("Only a parent can ask for a child."))
    code = ascii_digits(clean(unique_code)).upper().replace(" ", "")
    if not re.fullmatch(UNIQUE_CODE, code):
        raise DomainError("code_form", _("A child's code is a letter and five digits."), field="unique_code")
    child = Child.objects.select_for_update().filter(unique_code=code).first()
    further = ChildParent.objects.filter(child__unique_code=code).first()
    if child and parent.pk in {child.primary_parent_id, further and further.parent_id}:
        raise DomainError("already_yours", _("This child is yours already."), field="unique_code")
    joined = child if further is None else None
    asked = ParentLinkRequest.objects.filter(parent=parent, unique_code=code)
    # Once more after a "no" is the same request still: a new one would tell that there was somebody to say it.
    request = asked.exclude(status=ParentLinkRequest.Status.APPROVED).first()
    if request is None:
        request = ParentLinkRequest.objects.create(parent=parent, unique_code=code, child=joined)
        audit.record_created(request, by=by)
    elif request.child is None and joined is not None:
        # It met no child then, or one that couldn't be joined; now there is somebody to answer it.
        before = audit.snapshot(request)
        request.child = joined
        request.save(update_fields=["child"])
        audit.record_changed(request, before, by=by)
    return request


@transaction.atomic
def approve_link(request_id: UUID, *, by: Actor) -> ParentLinkRequest:
    """The primary parent, or staff for them, lets the further parent in."""
    request, child = _decide(request_id, to=ParentLinkRequest.Status.APPROVED, by=by)
    add_further_parent(child.pk, parent=request.parent, by=by)
    return request


@transaction.atomic
def reject_link(request_id: UUID, *, by: Actor) -> ParentLinkRequest:
    """The primary parent, or staff for them, doesn't let the asker in."""
    request, _child = _decide(request_id, to=ParentLinkRequest.Status.REJECTED, by=by)
    return request


def _decide(request_id: UUID, *, to: str, by: Actor) -> tuple[ParentLinkRequest, Child]:
    # The child first, then the request: the same order as where a parent is added.
    child_id = ParentLinkRequest.objects.values_list("child_id", flat=True).filter(pk=request_id).first()
    child = _lock(child_id) if child_id else None
    if child is None or not _may_decide(by, child):
        # Somebody else's request looks like none at all.
        raise DomainError("not_found", _("There is no such request."))
    request = ParentLinkRequest.objects.select_for_update().get(pk=request_id)
    before = audit.snapshot(request)
    advance(request, to)
    request.decided_at = timezone.now()
    request.decided_by = by
    request.save()
    audit.record_changed(request, before, by=by, action=audit.Action.TRANSITION)
    return request, child


def _may_decide(by: Actor, child: Child) -> bool:
    return by is None or child.primary_parent_id == by.pk or (by.is_staff and by.has_perm(DECIDES_LINKS))


def _lock(child_id: UUID) -> Child:
    child: Child = Child.objects.select_for_update().get(pk=child_id)
    return child


def _refuse_parent_twice(child: Child, *, further: Parent | None = None) -> None:
    if further is None:
        link = ChildParent.objects.filter(child=child).first()
        further = link.parent if link else None
    if further is not None and further.pk == child.primary_parent_id:
        raise DomainError("parent_twice", _("The further parent is the primary parent."))
