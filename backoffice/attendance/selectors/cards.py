"""Whose a code is that a reader read, and what is printed on the cards."""

import datetime as dt
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet

from backoffice.courses.models import Course
from backoffice.enrollments.models import Enrollment
from backoffice.shared.text import ascii_digits
from backoffice.users.models import Child, Instructor, StudentUser

from ..models import Card, Scan

Method = Scan.Method

# What a QR card of ours says before the code, so that a reader tells it from any other QR in somebody's pocket.
QR_PREFIX: Final = "R1:"
# What stands between the digits of a card's number, as one reader or another writes it.
_BETWEEN: Final = re.compile(r"[\s:\-]+")

# A code as a reader names it: by which way it was read, and the code.
type Code = tuple[str, str]


@dataclass(frozen=True, order=True)
class Holder:
    """Whose a code is: `kind` is the column of rows that point at the person."""

    kind: str
    pk: UUID

    @property
    def is_staff(self) -> bool:
        """Whether the person works here."""
        return self.kind == "instructor"


@dataclass(frozen=True)
class Holding:
    """Somebody's code, until it was revoked."""

    holder: Holder
    until: dt.datetime | None = None


def read_code(typed: str, method: str) -> Code:
    """A code as it is kept and compared, in whatever spelling a reader sends it."""
    code = ascii_digits(typed).strip().upper()
    if method == Method.QR:
        return method, code.removeprefix(QR_PREFIX).strip() or code
    return method, _BETWEEN.sub("", code) or code


def holdings_of(codes: Collection[Code]) -> dict[Code, list[Holding]]:
    """Whose each of these codes is or was, a valid card last; four queries, however many they are."""
    found: dict[Code, list[Holding]] = {}
    for code, holding in (*_by_unique_code(codes), *_by_staff_numbers(codes), *_by_cards(codes)):
        found.setdefault(code, []).append(holding)
    return found


def holder_at(holdings: Iterable[Holding], at: dt.datetime) -> Holder | None:
    """Whose the code was at a moment: what was revoked later was still good then."""
    return next((one.holder for one in holdings if one.until is None or at < one.until), None)


def names_of(holders: Iterable[Holder]) -> dict[Holder, str]:
    """What each is called; three queries."""
    ids: dict[str, set[UUID]] = {"child": set(), "student": set(), "instructor": set()}
    for holder in holders:
        ids[holder.kind].add(holder.pk)
    names = {
        Holder("child", pk): name for pk, name in Child.objects.filter(pk__in=ids["child"]).values_list("pk", "name")
    }
    for kind, model in (("student", StudentUser), ("instructor", Instructor)):
        people = model.objects.filter(pk__in=ids[kind]).select_related("user")
        names |= {Holder(kind, one.pk): str(one) for one in people}
    return names


def people_of_course(course: Course) -> tuple[list[UUID], list[UUID]]:
    """The children and the adult students who hold a seat."""
    seats = list(Enrollment.objects.holding_seat().filter(course=course).values_list("child_id", "student_id"))
    return [child for child, _ in seats if child], [student for _, student in seats if student]


def courses_of(participants: Collection[UUID]) -> dict[UUID, str]:
    """The courses in which each of these has a place, as one line; one query."""
    seats = Enrollment.objects.holding_seat().filter(Q(child__in=participants) | Q(student__in=participants))
    names: dict[UUID, list[str]] = {}
    for child, student, name in seats.order_by("course__name").values_list("child", "student", "course__name"):
        names.setdefault(child or student, []).append(name)
    return {pk: " · ".join(courses) for pk, courses in names.items()}


def _by_unique_code(codes: Collection[Code]) -> Iterable[tuple[Code, Holding]]:
    typed = [code for method, code in codes if method == Method.QR]
    for kind, model in (("child", Child), ("student", StudentUser)):
        for pk, code in model.objects.filter(unique_code__in=typed).values_list("pk", "unique_code"):
            yield (Method.QR.value, code), Holding(Holder(kind, pk))


def _by_staff_numbers(codes: Collection[Code]) -> Iterable[tuple[Code, Holding]]:
    """Of all staff, for these numbers are kept as somebody typed them; a centre has some dozens."""
    wanted = set(codes)
    rows = Instructor.objects.exclude(rfid_uid=None, fingerprint_id=None)
    for pk, rfid, fingerprint in rows.values_list("pk", "rfid_uid", "fingerprint_id"):
        for method, typed in ((Method.RFID.value, rfid), (Method.FINGERPRINT.value, fingerprint)):
            if typed and (code := read_code(typed, method)) in wanted:
                yield code, Holding(Holder("instructor", pk))


def _by_cards(codes: Collection[Code]) -> Iterable[tuple[Code, Holding]]:
    """In the order in which they were revoked, so that the first that was good at a moment is the one."""
    cards: QuerySet[Card] = Card.objects.filter(code__in={code for _, code in codes}).order_by("issued_at", "pk")
    for card in sorted(cards, key=lambda card: (card.revoked_at is None, card.revoked_at or card.issued_at)):
        holder = holder_of(card)
        if holder and (card.method, card.code) in codes:
            yield (card.method, card.code), Holding(holder, card.revoked_at)


def holder_of(row: Card | Scan) -> Holder | None:
    """Whose the card or the scan is; no query."""
    if row.child_id:
        return Holder("child", row.child_id)
    if row.student_id:
        return Holder("student", row.student_id)
    return Holder("instructor", row.instructor_id) if row.instructor_id else None
