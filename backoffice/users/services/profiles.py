"""What a person is at the centre: a parent, an adult student, an instructor."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from backoffice.shared import audit
from backoffice.shared.errors import DomainError

from ..codes import letter_of, take_codes
from ..events import staff_numbers_changed
from ..models import CustomUser, Instructor, Parent, Role, StudentUser
from ..selectors import Actor
from . import writing
from .accounts import create_account, lock_account, update_account, write_new

_INSTRUCTOR = frozenset(
    ["type", "monthly_salary", "bio", "image", "fingerprint_id", "rfid_uid", "nid_front", "nid_back"]
)
# By which the devices know somebody of the staff.
_NUMBERS = frozenset(["fingerprint_id", "rfid_uid"])
MAY_REGISTER_AS = (Role.PARENT, Role.STUDENT)


@transaction.atomic
def create_parent(*, phone_number1: object, first_name: str, last_name: str, by: Actor, **details: Any) -> Parent:
    """A parent with a new account."""
    names: dict[str, Any] = {"phone_number1": phone_number1, "first_name": first_name, "last_name": last_name}
    return _make_parent(create_account(**names, by=by, **(details | {"role": Role.PARENT})), by=by)


@transaction.atomic
def create_student(
    *, phone_number1: object, first_name: str, last_name: str, by: Actor, gender: str = "", **details: Any
) -> StudentUser:
    """An adult student with a new account and a code."""
    details |= {"gender": gender}
    names: dict[str, Any] = {"phone_number1": phone_number1, "first_name": first_name, "last_name": last_name}
    return _make_student(create_account(**names, by=by, **(details | {"role": Role.STUDENT})), by=by)


@transaction.atomic
def create_instructor(
    *, phone_number1: object, first_name: str, last_name: str, by: Actor, **details: Any
) -> Instructor:
    """An instructor or a supervisor (`type`) with a new account."""
    own, personal = _split(details)
    kind = own.get("type", Instructor.Type.NORMAL)
    personal["role"] = Role.SUPERVISOR if kind == Instructor.Type.SUPERVISOR else Role.INSTRUCTOR
    user = create_account(phone_number1=phone_number1, first_name=first_name, last_name=last_name, by=by, **personal)
    instructor = Instructor(user=user)
    _refuse_salary(own, by=by)
    writing.apply(instructor, own)
    writing.save(instructor)
    audit.record_created(instructor, by=by)
    _tell_of_numbers(instructor, own)
    return instructor


@transaction.atomic
def create_person(*, role: str, by: Actor, **details: Any) -> CustomUser:
    """An account with the profile that its role needs; administration has none."""
    match role:
        case Role.PARENT:
            return create_parent(by=by, **details).user
        case Role.STUDENT:
            return create_student(by=by, **details).user
        case Role.INSTRUCTOR:
            return create_instructor(by=by, **details).user
        case Role.SUPERVISOR:
            return create_instructor(by=by, type=Instructor.Type.SUPERVISOR, **details).user
    return create_account(role=role, by=by, **details)


@transaction.atomic
def register_person(*, password: str, role: str, **details: Any) -> CustomUser:
    """Somebody registers as a parent or an adult student; the password is one that was checked."""
    if role not in MAY_REGISTER_AS:
        raise DomainError("role_not_open", _("One registers as a parent or as a student."), field="role")
    user = write_new({**details, "role": role, "is_verified": False}, by=None, password=password)
    audit.record_created(user, by=user)
    if role == Role.PARENT:
        _make_parent(user, by=user)
    else:
        _make_student(user, by=user)
    return user


@transaction.atomic
def add_parent_profile(user_id: UUID, *, by: Actor) -> Parent:
    """Make somebody who has an account a parent too; nothing changes when they are one."""
    user = lock_account(user_id, by=by)
    return Parent.objects.filter(user=user).first() or _make_parent(user, by=by)


@transaction.atomic
def add_student_profile(user_id: UUID, *, by: Actor) -> StudentUser:
    """Make somebody who has an account an adult student too; nothing changes when they are one."""
    user = lock_account(user_id, by=by)
    return StudentUser.objects.filter(user=user).first() or _make_student(user, by=by)


@transaction.atomic
def update_parent(user_id: UUID, *, by: Actor, **changes: Any) -> Parent:
    """Change a parent's details."""
    parent = Parent.objects.get(pk=user_id)
    parent.user = update_account(user_id, by=by, **changes)
    return parent


@transaction.atomic
def update_student(user_id: UUID, *, by: Actor, **changes: Any) -> StudentUser:
    """Change an adult student's details; the code stays whatever changes."""
    student = StudentUser.objects.get(pk=user_id)
    student.user = update_account(user_id, by=by, **changes)
    return student


@transaction.atomic
def update_instructor(user_id: UUID, *, by: Actor, **changes: Any) -> Instructor:
    """Change an instructor's details; the salary only by those who may see it."""
    own, personal = _split(changes)
    user = update_account(user_id, by=by, **personal)
    instructor = Instructor.objects.select_for_update().get(pk=user_id)
    before = audit.snapshot(instructor)
    _refuse_salary(own, by=by)
    writing.apply(instructor, own)
    writing.save(instructor)
    audit.record_changed(instructor, before, by=by)
    _tell_of_numbers(instructor, own)
    instructor.user = user
    return instructor


def _split(details: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Details of the instructor, and those of the person."""
    own = {name: value for name, value in details.items() if name in _INSTRUCTOR}
    return own, {name: value for name, value in details.items() if name not in _INSTRUCTOR}


def _tell_of_numbers(instructor: Instructor, own: dict[str, Any]) -> None:
    if _NUMBERS & own.keys():
        staff_numbers_changed(instructor.pk)


def _refuse_salary(details: dict[str, Any], *, by: Actor) -> None:
    if "monthly_salary" in details and by is not None and not by.has_perm("users.view_salary"):
        raise DomainError("salary_not_yours", _("Salaries aren't yours to write."), field="monthly_salary")


def _make_parent(user: CustomUser, *, by: Actor) -> Parent:
    parent = Parent.objects.create(user=user)
    audit.record_created(parent, by=by)
    return parent


def need_gender(user: CustomUser) -> None:
    """Refuse an adult student without a gender."""
    if not user.gender:
        raise DomainError("gender_missing", _("An adult student needs a gender: the code says it."), field="gender")


def _make_student(user: CustomUser, *, by: Actor) -> StudentUser:
    need_gender(user)
    (code,) = take_codes(letter_of(user.gender), 1)
    student = StudentUser.objects.create(user=user, unique_code=code)
    audit.record_created(student, by=by)
    return student
