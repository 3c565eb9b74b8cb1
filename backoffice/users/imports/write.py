"""Put the good lines of a staff form into the system: a service, called by the import inside its transaction."""

from collections.abc import Sequence
from typing import Any, Final

from django.contrib.auth.hashers import make_password
from django.db import transaction

from backoffice.shared import audit
from backoffice.shared.imports.lines import Line

from ..models import CustomUser, Instructor, Role
from .staff_form import KIND_OF_ROLE, StaffLine

# What the line says, and the account's field it goes into.
USER_FIELDS: Final = (
    ("first_name", "first_name"), ("last_name", "last_name"), ("phone2", "phone_number2"), ("email", "email"),
    ("dob", "dob"), ("gender", "gender"), ("identity_type", "identity_type"), ("identity_number", "identity_number"),
    ("address", "address"), ("role", "role"),
)  # fmt: skip


@transaction.atomic
def write_staff(lines: Sequence[Line], *, by: CustomUser | None) -> None:
    """Make the accounts of new people and change those of known ones.

    Nobody can sign in by this: a new account has no password, and the staff admin opens only to whom a manager
    puts into a group.
    """
    known = CustomUser.objects.select_for_update(of=("self",)).select_related("instructor")
    users = known.in_bulk([line.plan for line in lines if line.plan])
    for line in lines:
        user = users[line.plan] if line.plan else None
        if user is None:
            _create(line.values, by=by)
        else:
            _change(user, line.values, by=by)


def _create(values: StaffLine, *, by: CustomUser | None) -> None:
    user = CustomUser(phone_number1=values.phone, password=make_password(None))
    _fill(user, values)
    user.save(force_insert=True)
    audit.record_created(user, by=by)
    _create_instructor(user, values, by=by)


def _change(user: CustomUser, values: StaffLine, *, by: CustomUser | None) -> None:
    before = audit.snapshot(user)
    _fill(user, values)
    if audit.record_changed(user, before, by=by):
        user.save()
    instructor = getattr(user, "instructor", None)
    if instructor is None:
        _create_instructor(user, values, by=by)
        return
    old = audit.snapshot(instructor)
    instructor.type = KIND_OF_ROLE[values.role]
    instructor.monthly_salary = instructor.monthly_salary if values.salary is None else values.salary
    instructor.bio = values.bio or instructor.bio
    if audit.record_changed(instructor, old, by=by):
        instructor.save()


def _create_instructor(user: CustomUser, values: StaffLine, *, by: CustomUser | None) -> None:
    kind = KIND_OF_ROLE[values.role]
    instructor = Instructor(user=user, type=kind, monthly_salary=values.salary, bio=values.bio)
    instructor.save(force_insert=True)
    audit.record_created(instructor, by=by)


def may_become(row: CustomUser | Instructor, name: str, value: Any) -> bool:
    """Whether a cell's value goes into a field: an empty one never empties it, and the administration stays that."""
    return value not in (None, "") and not (name == "role" and getattr(row, "role", "") == Role.ADMIN)


def _fill(user: CustomUser, values: StaffLine) -> None:
    """Put what the line says into the account."""
    for key, name in USER_FIELDS:
        value = getattr(values, key)
        if may_become(user, name, value):
            setattr(user, name, value)
