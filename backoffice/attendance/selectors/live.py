"""Who sees which live event, and how much of it: the same rules as the screens and the API."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from backoffice.shared import counters
from backoffice.users.models import Child, Instructor, StudentUser

from ..models import AttendanceEvent

if TYPE_CHECKING:
    from backoffice.users.models import CustomUser

# What a family isn't told of a mark: who of the staff made it.
_FOR_STAFF_ALONE: Final = ("marked_by",)


def last_cursor() -> int:
    """The cursor of the latest event.

    A page that goes on by itself asks this before it reads what it shows, and listens from there: what happens between
    the two it is told, perhaps of something that it shows already, never too little.
    """
    return counters.last(AttendanceEvent.COUNTER)


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

    def may_see(self, event: AttendanceEvent) -> bool:
        """Whether the person may be told of the event; no query."""
        if event.type == AttendanceEvent.Type.STAFF:
            return self.all_staff or self._is_own_presence(event)
        return self._as_staff(event) or (event.type == AttendanceEvent.Type.ATTENDANCE and self._as_family(event))

    def view_of(self, event: AttendanceEvent) -> dict[str, Any]:
        """The event's data as far as it is the person's; ask `may_see` first."""
        if event.type != AttendanceEvent.Type.ATTENDANCE or self._as_staff(event):
            return dict(event.data)
        return {**event.data, **dict.fromkeys(_FOR_STAFF_ALONE)}

    def _as_staff(self, event: AttendanceEvent) -> bool:
        return self.all_lectures or (self.teaches and event.teacher_id == self.person_id)

    def _as_family(self, event: AttendanceEvent) -> bool:
        return event.child_id in self.children or (self.studies and event.student_id == self.person_id)

    def _is_own_presence(self, event: AttendanceEvent) -> bool:
        return self.teaches and event.instructor_id == self.person_id


def reader_of(user: "CustomUser") -> Reader:
    """What the person may be told as things stand; ask again when groups, role or family may have changed.

    Staff see what the lists of the admin show them, instructors the lectures they give, parents their children,
    students themselves (domain.md, Roles; api.md, Sockets).
    """
    if not user.is_active:
        return Reader(user.pk)
    office = ("attendance.view_instructorattendance", "enrollments.view_enrollmentrequest")
    sees_marks = user.has_perm("attendance.view_lectureattendance")
    return Reader(
        person_id=user.pk,
        all_lectures=sees_marks and any(user.has_perm(permission) for permission in office),
        all_staff=user.has_perm("attendance.view_instructorattendance"),
        teaches=Instructor.objects.filter(pk=user.pk).exists(),
        studies=StudentUser.objects.filter(pk=user.pk).exists(),
        children=frozenset(Child.objects.of_parent(user).values_list("pk", flat=True)),
    )
