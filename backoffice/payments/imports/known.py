"""What the system knows already of those whom a chunk of the children's list names: a few queries for all its lines."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import CharField, ExpressionWrapper, F

from backoffice.courses.models import Course
from backoffice.enrollments.models import Enrollment, EnrollmentRequest
from backoffice.enrollments.querysets import OPEN_REQUESTS
from backoffice.shared.text import fold
from backoffice.users.models import Child, ChildParent, CustomUser

from ..models import Payment
from .children_list import ChildLine

#: An account's or a child's id: that of the row, or, in a preview, a number that stands for a row to be made.
type Key = UUID | int


@dataclass(slots=True)
class Family:
    """Whoever has the number."""

    id: Key
    name: str
    phone2: str
    is_user: bool
    is_parent: bool


@dataclass(slots=True)
class KnownChild:
    """A child of the family."""

    id: Key
    dob: dt.date | None
    gender: str


@dataclass(slots=True)
class KnownPlace:
    """What a child has, or had, in a course: a request, a seat, and the money that goes with them."""

    request_id: UUID | None = None
    status: str = ""
    imported: bool = False
    has_seat: bool = False
    money: tuple[Decimal | None, str, str] = (None, "", "")
    #: What was paid for the seat: amount, method, number of each payment.
    payments: list[tuple[Decimal | None, str, str]] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        """Whether the request still waits for an answer."""
        return self.status in OPEN_REQUESTS


@dataclass(slots=True)
class Holder:
    """Whose payment a reference number is."""

    child_id: UUID | None
    course_id: UUID
    words: str


@dataclass(slots=True)
class Known:
    """Everything the lines of a chunk are compared with."""

    families: dict[str, Family] = field(default_factory=dict)
    children: dict[tuple[Key, str], list[KnownChild]] = field(default_factory=dict)
    places: dict[tuple[Key, UUID], KnownPlace] = field(default_factory=dict)
    references: dict[tuple[str, str], Holder] = field(default_factory=dict)


def load(lines: Iterable[ChildLine]) -> Known:
    """Look up all that the lines could mean."""
    asked: Sequence[ChildLine] = list(lines)
    known = Known()
    _load_families(known, {line.phone for line in asked})
    _load_children(known)
    _load_places(known)
    _load_references(known, {line.reference for line in asked if line.paid and line.reference})
    return known


def courses_by_name() -> dict[str, list[Course]]:
    """The courses of the running seasons by their folded names."""
    found: dict[str, list[Course]] = {}
    for course in Course.objects.filter(season__is_active=True).select_related("season"):
        found.setdefault(fold(course.name), []).append(course)
    return found


def _load_families(known: Known, phones: set[str]) -> None:
    # As plain text: the field would parse each number anew, at twenty times the cost of reading it.
    number, second = (ExpressionWrapper(F(f"phone_number{n}"), output_field=CharField()) for n in (1, 2))
    users = (
        CustomUser.objects.alias(number=number)
        .filter(number__in=phones)
        .values_list("id", "first_name", "last_name", "parent__user_id", number, second)
    )
    for pk, first, last, parent_id, phone, phone2 in users:
        name = f"{first} {last}".strip()
        known.families[phone] = Family(pk, name, phone2, is_user=True, is_parent=parent_id is not None)


def _load_children(known: Known) -> None:
    """Children of both of their parents: a second parent's number means the same child."""
    parents: list[Any] = [family.id for family in known.families.values() if family.is_parent]
    if not parents:
        return
    own = Child.objects.filter(primary_parent_id__in=parents).values_list(
        "primary_parent_id", "id", "name", "dob", "gender"
    )
    shared = ChildParent.objects.filter(parent_id__in=parents).values_list(
        "parent_id", "child_id", "child__name", "child__dob", "child__gender"
    )
    for rows in (own, shared):
        for parent_id, pk, name, dob, gender in rows:
            known.children.setdefault((parent_id, fold(name)), []).append(KnownChild(pk, dob, gender))


def _load_places(known: Known) -> None:
    ids: list[Any] = [child.id for children in known.children.values() for child in children]
    if not ids:
        return
    requests = EnrollmentRequest.objects.filter(child_id__in=ids).order_by("created_at", "id")
    columns = ("child_id", "course_id", "id", "status", "import_batch_id", "paid_before", "payment_method")
    for child_id, course_id, pk, status, batch_id, paid, method, reference in requests.values_list(
        *columns, "reference_number"
    ):
        place = known.places.setdefault((child_id, course_id), KnownPlace())
        if place.is_open:
            continue  # an open one says more than one that was closed since
        place.request_id, place.status, place.imported = pk, status, batch_id is not None
        place.money = (paid, method, reference) if paid else (None, "", "")
    _load_seats(known, ids)


def _load_seats(known: Known, child_ids: Sequence[Any]) -> None:
    seats = Enrollment.objects.filter(child_id__in=child_ids).holding_seat()
    by_id = {}
    for pk, child_id, course_id in seats.values_list("id", "child_id", "course_id"):
        place = known.places.setdefault((child_id, course_id), KnownPlace())
        place.has_seat = True
        by_id[pk] = place
    payments = Payment.objects.filter(enrollment_id__in=by_id).exclude(status=Payment.Status.VOID)
    for enrollment_id, amount, method, reference in payments.values_list(
        "enrollment_id", "amount", "method", "reference_number"
    ):
        by_id[enrollment_id].payments.append((amount, method, reference))


def _load_references(known: Known, references: set[str]) -> None:
    """Whose the numbers are that the lines give: of a payment, or of a request that says it was paid already."""
    if not references:
        return
    payments = Payment.objects.filter(reference_number__in=references).exclude(status=Payment.Status.VOID)
    for method, reference, child_id, child, first, last, course_id, course in payments.values_list(
        "method", "reference_number", "enrollment__child_id", "enrollment__child__name",
        "enrollment__student__user__first_name", "enrollment__student__user__last_name",
        "enrollment__course_id", "enrollment__course__name",
    ):  # fmt: skip
        who = child or f"{first} {last}".strip()
        known.references[method, reference] = Holder(child_id, course_id, f"{who} · {course}")
    requests = EnrollmentRequest.objects.filter(reference_number__in=references, paid_before__isnull=False)
    for method, reference, child_id, child, course_id, course in requests.values_list(
        "payment_method", "reference_number", "child_id", "child__name", "course_id", "course__name"
    ):
        known.references[method, reference] = Holder(child_id, course_id, f"{child} · {course}")
