"""Who sees which live event, and how much of it: the same rules as the screens and the API."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.contrib.auth.models import Permission
from django.db.models import Q

from backoffice.courses.models import Lecture
from backoffice.shared import counters
from backoffice.users.models import Child, ChildParent, CustomUser, Instructor, StudentUser

from ..models import AttendanceEvent, LectureAttendance

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

# What a family isn't told of a mark: who of the staff made it.
_FOR_STAFF_ALONE: Final = ("marked_by",)


def last_cursor() -> int:
    """The cursor of the latest event.

    A page that goes on by itself asks this before it reads what it shows, and listens from there: what happens between
    the two it is told, perhaps of something that it shows already, never too little.
    """
    return counters.last(AttendanceEvent.COUNTER)


class View(Enum):
    """How much of an event somebody is told."""

    WHOLE = "whole"
    FAMILY = "family"

    def of(self, event: AttendanceEvent) -> dict[str, Any]:
        """The event's data as far as it is told."""
        if self is View.WHOLE:
            return dict(event.data)
        return {**event.data, **dict.fromkeys(_FOR_STAFF_ALONE)}


@dataclass(frozen=True, slots=True)
class Reader:
    """What one person may be told."""

    person_id: UUID
    # All participants' marks (the office and the supervisors).
    all_lectures: bool = False
    # Everybody's coming and going (supervisors and managers).
    all_staff: bool = False
    teaches: bool = False
    studies: bool = False
    children: frozenset[UUID] = frozenset()

    @property
    def may_listen(self) -> bool:
        """Whether there is anything at all that the person may be told."""
        return self.all_lectures or self.all_staff or self.teaches or self.studies or bool(self.children)

    def view(self, event: AttendanceEvent) -> View | None:
        """How much of the event the person is told, None for nothing; no query."""
        if event.type == AttendanceEvent.Type.STAFF:
            return View.WHOLE if self.all_staff or (self.teaches and event.instructor_id == self.person_id) else None
        if self.all_lectures or (self.teaches and event.teacher_id == self.person_id):
            return View.WHOLE
        if event.child_id in self.children or (self.studies and event.student_id == self.person_id):
            return View.FAMILY
        return None


def reader_of(user: "CustomUser | AnonymousUser") -> Reader:
    """What the person may be told as things stand; ask again when groups, role or family may have changed."""
    person_id: Any = user.pk
    return readers_of([person_id]).get(person_id, Reader(person_id))


def readers_of(person_ids: Collection[UUID]) -> dict[UUID, Reader]:
    """What each of the people may be told, without those whose account is closed; seven queries, however many they are.

    Staff see what the lists of the admin show them, instructors the lectures they give, parents their children,
    students themselves (domain.md, Roles; api.md, Sockets).
    """
    open_accounts = CustomUser.objects.filter(pk__in=person_ids, is_active=True)
    held, children = _permissions_of(person_ids), _children_of(person_ids)
    teachers = set(Instructor.objects.filter(pk__in=person_ids).values_list("pk", flat=True))
    students = set(StudentUser.objects.filter(pk__in=person_ids).values_list("pk", flat=True))
    readers = {}
    for pk, is_superuser in open_accounts.values_list("pk", "is_superuser"):
        may = _ASKED_FOR if is_superuser else held[pk]
        readers[pk] = Reader(
            person_id=pk,
            all_lectures=_MARKS in may and bool(may & {_STAFF, _REQUESTS}),
            all_staff=_STAFF in may,
            teaches=pk in teachers,
            studies=pk in students,
            children=frozenset(children[pk]),
        )
    return readers


def may_follow(reader: Reader, lecture_id: UUID) -> bool:
    """Whether the person is told anything of this lecture; who isn't can't tell it from one that doesn't exist."""
    lectures = Lecture.objects.filter(pk=lecture_id)
    if reader.all_lectures or reader.all_staff:
        return lectures.exists()
    if reader.teaches and lectures.filter(instructor=reader.person_id).exists():
        return True
    family = Q(child__in=reader.children)
    if reader.studies:
        family |= Q(student=reader.person_id)
    return LectureAttendance.objects.filter(family, lecture=lecture_id).exists()


_MARKS: Final = "attendance.view_lectureattendance"
_STAFF: Final = "attendance.view_instructorattendance"
_REQUESTS: Final = "enrollments.view_enrollmentrequest"
_ASKED_FOR: Final = frozenset({_MARKS, _STAFF, _REQUESTS})


def _permissions_of(person_ids: Iterable[UUID]) -> dict[UUID, set[str]]:
    """Those of the permissions above that each holds, by a group or alone, as `has_perm` has it."""
    held: dict[UUID, set[str]] = defaultdict(set)
    named = Q()
    for name in _ASKED_FOR:
        app, _dot, codename = name.partition(".")
        named |= Q(content_type__app_label=app, codename=codename)
    for way in ("group__user", "user"):
        rows = Permission.objects.order_by().filter(named, **{f"{way}__in": person_ids})
        for pk, app, codename in rows.values_list(way, "content_type__app_label", "codename"):
            held[pk].add(f"{app}.{codename}")
    return held


def _children_of(person_ids: Iterable[UUID]) -> dict[UUID, set[UUID]]:
    """Each one's children, as primary or further parent."""
    children: dict[UUID, set[UUID]] = defaultdict(set)
    primary = Child.objects.order_by().filter(primary_parent__in=person_ids).values_list("primary_parent", "pk")
    further = ChildParent.objects.filter(parent__in=person_ids).values_list("parent", "child")
    for parent_id, child_id in (*primary, *further):
        children[parent_id].add(child_id)
    return children
