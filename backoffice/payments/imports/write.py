"""Put the good lines of a children's list into the system: a service, called by the import inside its transaction."""

import datetime as dt
import secrets
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import transaction
from django.utils import timezone

from backoffice.enrollments.models import EnrollmentRequest
from backoffice.shared import audit
from backoffice.shared.bulk import insert
from backoffice.shared.imports.engine import StaleRead
from backoffice.shared.imports.lines import Line
from backoffice.shared.imports.trail import Trail
from backoffice.shared.phones import local_form
from backoffice.shared.text import first_and_last, fold
from backoffice.users.codes import letter_of, take_codes
from backoffice.users.models import Child, CustomUser, Parent, Role

if TYPE_CHECKING:
    from backoffice.shared.models import ImportBatch

_USER: Final = (
    "id", "phone_number1", "phone_number2", "first_name", "last_name", "role", "is_verified", "is_active",
    "is_staff", "is_superuser", "password", "date_joined", "gender", "identity_type", "identity_number", "address",
    "location", "search_text", "updated_at",
)  # fmt: skip
_CHILD: Final = (
    "id", "primary_parent_id", "name", "unique_code", "dob", "gender", "phone_number", "photo", "notes", "created_at",
    "search_text",
)  # fmt: skip
_REQUEST: Final = (
    "id", "course_id", "child_id", "status", "requested_by_id", "payment_method", "paid_before", "reference_number",
    "import_batch_id", "notes", "decision_reason", "created_at",
)  # fmt: skip


@transaction.atomic
def write_children(lines: Sequence[Line], *, by: CustomUser | None, batch: "ImportBatch", began: dt.datetime) -> None:
    """Make the families, children and requests that the lines plan, and fill in what they add to known ones.

    Raises StaleRead when a known row has changed since the lines were judged.
    """
    trail = Trail(by=by)
    _insert_families(lines, trail)
    _insert_children([line for line in lines if line.plan.is_new_child], trail)
    _insert_requests([line for line in lines if line.plan.is_new_request], trail, by=by, batch=batch, began=began)
    trail.write()
    _fill_phones([line for line in lines if line.plan.fills_phone2 and not line.plan.is_new_user], by=by)
    _fill_birthdays([line for line in lines if line.plan.fills_dob], by=by)
    _change_requests([line for line in lines if line.plan.request_id], by=by, batch=batch)


def _insert_families(lines: Sequence[Line], trail: Trail) -> None:
    """Accounts nobody can sign in to yet, and the parents they are."""
    users = [line for line in lines if line.plan.is_new_user]
    now = timezone.now()
    insert(CustomUser, _USER, [_user_row(line, now, trail) for line in users])
    parents = [line for line in lines if line.plan.is_new_parent]
    insert(Parent, ("user_id",), [(line.plan.family.id,) for line in parents])
    for line in parents:
        family = line.plan.family
        trail.created("users.parent", family.id, family.name, {"user_id": str(family.id)})


def _user_row(line: Line, now: dt.datetime, trail: Trail) -> tuple[Any, ...]:
    values, pk = line.values, line.plan.family.id
    first, last = first_and_last(values.parent_name)
    numbers = [number for number in (values.phone, values.phone2) if number]
    # The words of CustomUser.search_words, in its order; there is no e-mail address yet.
    words = fold(" ".join([first, last, "", *numbers, *map(local_form, numbers)]))
    # As Django marks an account without a password, but without its slow random letters.
    password = UNUSABLE_PASSWORD_PREFIX + secrets.token_urlsafe(30)
    told = {
        "id": str(pk), "phone_number1": values.phone, "phone_number2": values.phone2, "first_name": first,
        "last_name": last, "role": Role.PARENT.value, "is_verified": False, "is_active": True, "is_staff": False,
        "is_superuser": False, "password": password, "date_joined": now,
    }  # fmt: skip
    trail.created("users.customuser", pk, f"{first} {last}".strip(), told)
    return (*told.values(), "", "", "", "", "", words, now)


def _insert_children(lines: Sequence[Line], trail: Trail) -> None:
    letters = [letter_of(line.values.gender) for line in lines]
    codes = {letter: iter(take_codes(letter, letters.count(letter))) for letter in sorted(set(letters))}
    now = timezone.now()
    rows = []
    for line, letter in zip(lines, letters, strict=True):
        values, plan, code = line.values, line.plan, next(codes[letter])
        rows.append(
            (plan.child_id, plan.family.id, values.child, code, values.dob, values.gender, "", "", "", now,
             fold(f"{values.child} {code} "))
        )  # fmt: skip
        told = {
            "id": str(plan.child_id), "primary_parent_id": str(plan.family.id), "name": values.child,
            "unique_code": code, "dob": values.dob, "gender": values.gender, "created_at": now,
        }  # fmt: skip
        trail.created("users.child", plan.child_id, values.child, told)
    insert(Child, _CHILD, rows)


def _insert_requests(
    lines: Sequence[Line], trail: Trail, *, by: CustomUser | None, batch: "ImportBatch", began: dt.datetime
) -> None:
    requested_by = by.pk if by else None
    rows = []
    for line in lines:
        values, plan = line.values, line.plan
        status = EnrollmentRequest.Status.WAITLISTED if plan.is_waitlisted else EnrollmentRequest.Status.PENDING
        pk, asked = uuid4(), began + dt.timedelta(microseconds=line.number)
        rows.append(
            (pk, plan.course.pk, plan.child_id, status.value, requested_by, values.method, values.paid,
             values.reference, batch.pk, values.notes, "", asked)
        )  # fmt: skip
        told = {
            "id": str(pk), "child_id": str(plan.child_id), "course_id": str(plan.course.pk), "status": status.value,
            "requested_by_id": requested_by, "payment_method": values.method, "paid_before": values.paid,
            "reference_number": values.reference, "import_batch_id": str(batch.pk), "notes": values.notes,
            "created_at": asked,
        }  # fmt: skip
        trail.created("enrollments.enrollmentrequest", pk, f"{values.child} · {plan.course.name}", told)
    insert(EnrollmentRequest, _REQUEST, rows)


def _fill_phones(lines: Sequence[Line], *, by: CustomUser | None) -> None:
    """A family's second number, where none was known."""
    users = CustomUser.objects.select_for_update().in_bulk([line.plan.family.id for line in lines])
    for line in lines:
        user = users.get(line.plan.family.id)
        if user is None or user.phone_number2:
            raise StaleRead
        before = audit.snapshot(user)
        user.phone_number2 = line.values.phone2
        user.save(update_fields=["phone_number2", "updated_at"])
        audit.record_changed(user, before, by=by)


def _fill_birthdays(lines: Sequence[Line], *, by: CustomUser | None) -> None:
    """A child's birthday, where none was known."""
    children = Child.objects.select_for_update().in_bulk([line.plan.child_id for line in lines])
    for line in lines:
        child = children.get(line.plan.child_id)
        if child is None or child.dob is not None:
            raise StaleRead
        before = audit.snapshot(child)
        child.dob = line.values.dob
        child.save(update_fields=["dob"])
        audit.record_changed(child, before, by=by)


def _change_requests(lines: Sequence[Line], *, by: CustomUser | None, batch: "ImportBatch") -> None:
    """What was paid for a request that waits already."""
    ids = [line.plan.request_id for line in lines]
    requests = EnrollmentRequest.objects.open().select_for_update(of=("self",)).order_by("pk").in_bulk(ids)
    for line in lines:
        request = requests.get(line.plan.request_id)
        if request is None or (request.paid_before or None) != line.plan.old_money[0]:
            raise StaleRead
        before = audit.snapshot(request)
        request.paid_before, request.payment_method, request.reference_number = line.plan.money
        request.import_batch = batch
        request.save(update_fields=["paid_before", "payment_method", "reference_number", "import_batch"])
        audit.record_changed(request, before, by=by)
