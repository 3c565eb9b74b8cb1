"""Accounts: whoever signs in, with the details that belong to the person."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from backoffice.shared import audit
from backoffice.shared.errors import DomainError
from backoffice.shared.sealed import Unreadable

from ..events import access_changed
from ..models import ClaimCode, CustomUser, Role
from ..selectors import Actor, check_birthday, may_edit_account, may_grant_access, read_identity
from . import writing

# What may be written by name. Access (groups, staff) and passwords have services of their own.
DETAILS = frozenset(
    [
        "phone_number1",
        "phone_number2",
        "email",
        "first_name",
        "last_name",
        "dob",
        "gender",
        "identity_type",
        "identity_number",
        "address",
        "location",
        "role",
        "is_verified",
    ]
)


@transaction.atomic
def create_account(
    *, phone_number1: object, first_name: str, last_name: str = "", by: Actor, role: str, **details: Any
) -> CustomUser:
    """An account without a password: its person gets one by a one-time code. `by=None` is the system."""
    names = {"phone_number1": phone_number1, "first_name": first_name, "last_name": last_name}
    user = write_new({**names, "role": role, **details}, by=by)
    audit.record_created(user, by=by)
    return user


def write_new(details: dict[str, Any], *, by: Actor, password: str | None = None) -> CustomUser:
    """Write a new account from details that may still be as typed; the caller writes the trail."""
    user = CustomUser()
    user.set_password(password)
    _apply(user, details, by=by)
    writing.save(user)
    return user


def check_account(user_id: UUID | None, *, by: Actor, **details: Any) -> None:
    """Raise what creating (`None`) or changing the account with these details would raise; nothing is written."""
    user = CustomUser.objects.get(pk=user_id) if user_id else CustomUser(password="!")  # noqa: S106  no password
    _apply(user, details, by=by)
    writing.check(user)


@transaction.atomic
def update_account(user_id: UUID, *, by: Actor, **changes: Any) -> CustomUser:
    """Change a person's details; a changed number has to be verified anew.

    Raises `staff_account` when the account is one that `by` may not touch.
    """
    user = lock_account(user_id, by=by)
    before = audit.snapshot(user)
    number, role = str(user.phone_number1), user.role
    _apply(user, changes, by=by)
    if str(user.phone_number1) != number:
        user.is_verified = False
        # A code on its way was sent to the old number.
        ClaimCode.objects.filter(user=user).delete()
    writing.save(user)
    audit.record_changed(user, before, by=by)
    if user.role != role:
        access_changed(user)
    return user


def lock_account(user_id: UUID, *, by: Actor) -> CustomUser:
    """The account, locked, once it is known that `by` may change it."""
    user: CustomUser = CustomUser.objects.select_for_update().get(pk=user_id)
    if not may_edit_account(by, user):
        raise DomainError("staff_account", _("Only a manager may change the account of somebody of the staff."))
    return user


def _apply(user: CustomUser, details: dict[str, Any], *, by: Actor) -> None:
    """Put the details on the account, and ask the rules that a column can't hold by itself."""
    if unknown := details.keys() - DETAILS:
        raise TypeError(f"an account has no detail {', '.join(sorted(unknown))}")
    role = details.get("role", user.role)
    if Role.ADMIN in {role, user.role} and role != user.role and not may_grant_access(by):
        raise DomainError("role_not_yours", _("Only a manager decides who is administration."), field="role")
    writing.apply(user, details)
    check_birthday(user.dob)
    if user.phone_number2 and user.phone_number2 == user.phone_number1:
        sentence = _("The second number must be another number than the first.")
        raise DomainError("second_number_same", sentence, field="phone_number2")
    _read_document(user)


def _read_document(user: CustomUser) -> None:
    """What a national number says fills what is empty; a document belongs to one person."""
    if isinstance(user.identity_number, Unreadable):
        return
    nid = read_identity(user.identity_type, user.identity_number, dob=user.dob, gender=user.gender)
    if nid is not None:
        user.identity_number, user.dob, user.gender = nid.number, nid.birth_date, nid.gender
    if CustomUser.objects.of_document(user.identity_type, user.identity_number).exclude(pk=user.pk).exists():
        sentence = _("Somebody else has this document number already.")
        raise DomainError("document_taken", sentence, field="identity_number")
