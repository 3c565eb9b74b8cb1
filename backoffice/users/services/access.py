"""Who may come in: staff groups, passwords, and accounts that are closed."""

from collections.abc import Iterable
from uuid import UUID

from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from backoffice.shared import audit
from backoffice.shared.errors import DomainError

from ..events import access_changed
from ..models import ClaimCode, CustomUser
from ..selectors import Actor, groups_one_may_give, may_grant_access, names_of
from .accounts import lock_account
from .calendars import drop_calendar_link
from .sign_ins import end_browsers


@transaction.atomic
def set_groups(user_id: UUID, *, groups: Iterable[Group], by: Actor) -> CustomUser:
    """Make the person a member of exactly these groups; with one they open the staff admin, without any they don't.

    Only managers do, never for themselves, and never a group that holds more than they do.
    """
    user = lock_account(user_id, by=by)
    wanted, held = set(groups), set(user.groups.all())
    if wanted == held:
        return user
    if not may_grant_access(by):
        raise DomainError("access_not_yours", _("Only a manager decides who is staff."), field="groups")
    if by is not None and by.pk == user.pk:
        raise DomainError("own_access", _("Nobody changes their own rights: ask another manager."), field="groups")
    if (wanted ^ held) - set(groups_one_may_give(by)):
        raise DomainError("above_oneself", _("Nobody gives or takes rights that they don't hold."), field="groups")
    before = user.is_staff
    user.groups.set(wanted)
    user.is_staff = bool(wanted) or user.is_superuser
    user.save(update_fields=["is_staff", "updated_at"])
    # Somebody else knows the code: it must not open an account that can do more than when it was made.
    ClaimCode.objects.filter(user=user).delete()
    changes = {"groups": [", ".join(names_of(held)), ", ".join(names_of(wanted))]}
    if before != user.is_staff:
        changes["is_staff"] = [before, user.is_staff]  # type: ignore[list-item]
    audit.record(user, audit.Action.UPDATE, by=by, changes=changes)
    access_changed(user)
    return user


@transaction.atomic
def set_password(user_id: UUID, *, password: str, by: Actor, keep: UUID | None = None) -> CustomUser:
    """Give the account a new password; raises DomainError at `new_password` for a weak one.

    Every browser is signed out, but the sign-in to `keep`: the one that it was typed in.
    """
    user = lock_account(user_id, by=by)
    return write_password(user, password, by=by, keep=keep)


def write_password(
    user: CustomUser, password: str, *, by: Actor, reason: str = "", keep: UUID | None = None
) -> CustomUser:
    """Check and write the password of a locked account; inside the caller's transaction."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise DomainError("weak_password", " ".join(error.messages), field="new_password") from error
    user.set_password(password)
    user.save(update_fields=["password", "updated_at"])
    ClaimCode.objects.filter(user=user).delete()
    end_browsers(user, keep=keep)
    audit.record(user, audit.Action.UPDATE, by=by, changes={"password": ["•••", "•••"]}, reason=reason)
    return user


@transaction.atomic
def deactivate_user(user_id: UUID, *, by: Actor, reason: str = "") -> CustomUser:
    """Close the account: nobody signs in to it any more. Its money, places and attendance stay."""
    user = lock_account(user_id, by=by)
    if by is not None and by.pk == user.pk and (user.is_staff or user.is_superuser):
        raise DomainError("own_access", _("Staff don't close their own account: ask a manager."))
    drop_calendar_link(user.pk, by=by)
    return _set_active(user, to=False, by=by, reason=reason)


@transaction.atomic
def reactivate_user(user_id: UUID, *, by: Actor, reason: str = "") -> CustomUser:
    """Open a closed account again."""
    return _set_active(lock_account(user_id, by=by), to=True, by=by, reason=reason)


def _set_active(user: CustomUser, *, to: bool, by: Actor, reason: str) -> CustomUser:
    if user.is_active == to:
        return user
    before = audit.snapshot(user)
    user.is_active = to
    user.save(update_fields=["is_active", "updated_at"])
    end_browsers(user, keep=None)
    audit.record_changed(user, before, by=by, reason=reason)
    access_changed(user)
    return user
