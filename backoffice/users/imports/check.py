"""Judge the lines of a staff form: who is new, whose row changes, who was there before, what can't be."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _

from backoffice.shared.errors import DomainError
from backoffice.shared.imports.importer import Checker
from backoffice.shared.imports.lines import Cells, Change, Line, Outcome

from ..models import CustomUser, Instructor
from .people import KnownPeople, known_people
from .staff_form import KIND_OF_ROLE, StaffLine, read_line
from .write import USER_FIELDS, may_become, write_staff

if TYPE_CHECKING:
    from backoffice.shared.models import ImportBatch

# What the line says → the instructor's field.
_INSTRUCTOR_FIELDS: Final = {"salary": "monthly_salary", "bio": "bio"}
_HIDDEN: Final = "•••"


class StaffChecker(Checker):
    """One reading of a staff form."""

    def __init__(self, cells: Cells) -> None:
        self._cells = cells
        # By number, by document and by e-mail: the line of this form that has it, and what that line says.
        self._seen: dict[object, tuple[int, StaffLine]] = {}
        self._fresh: dict[object, tuple[int, StaffLine]] = {}

    def read(self, line: Line) -> None:
        """Read the line's cells."""
        line.values = read_line(line, self._cells)

    def decide(self, lines: Sequence[Line]) -> None:
        """Compare with the accounts there are and with the form's earlier lines."""
        known = known_people(line.values for line in lines if not line.faults)
        for line in lines:
            if not line.faults:
                self._decide_one(line, known)
            else:
                line.settle(Outcome.FAULTY)

    def write(self, lines: Sequence[Line], *, by: CustomUser | None, batch: "ImportBatch") -> None:
        """Make and change the accounts."""
        write_staff([line for line in lines if line.outcome in (Outcome.NEW, Outcome.CHANGED)], by=by)

    def keep(self) -> None:
        """Remember this chunk's people."""
        self._seen |= self._fresh
        self._fresh = {}

    def forget(self) -> None:
        """Drop this chunk's people."""
        self._fresh = {}

    def _decide_one(self, line: Line, known: KnownPeople) -> None:
        values: StaffLine = line.values
        before = self._seen_as(values.phone)
        if before is not None:
            self._compare_with_line(line, *before)
            return
        self._refuse_taken(line, known)
        if line.faults:
            line.settle(Outcome.FAULTY)
            return
        for key in _identifiers(values):
            self._fresh[key] = (line.number, values)
        user = known.by_phone.get(values.phone)
        if user is None:
            line.plan, line.made = None, ("staff",)
            line.settle(Outcome.NEW)
            return
        line.plan = user.pk
        line.changes = differences(user, values)
        line.settle(Outcome.CHANGED if line.changes else Outcome.REPEATED)

    def _seen_as(self, key: object) -> tuple[int, StaffLine] | None:
        return self._fresh.get(key) or self._seen.get(key)

    def _compare_with_line(self, line: Line, number: int, earlier: StaffLine) -> None:
        """The form has this number twice: the same answers are a repeat; which of two answers holds, a person says."""
        if earlier == line.values:
            line.repeats = number
            line.settle(Outcome.REPEATED)
            return
        sentence = _("Line %(line)s of this sheet has the same number and says something else: leave one of the two.")
        self._cells.refuse(line, "phone1", DomainError("line_contradicts", sentence % {"line": number}))
        line.settle(Outcome.FAULTY)

    def _refuse_taken(self, line: Line, known: KnownPeople) -> None:
        """A document and an e-mail address belong to one person."""
        values: StaffLine = line.values
        document = (values.identity_type, values.identity_number)
        holder = known.by_document.get(document) if values.identity_number else None
        if holder is not None and str(holder.phone_number1) != values.phone:
            self._refuse_holder(line, "identity_number", str(holder), str(holder.phone_number1))
        elif values.identity_number and (seen := self._seen_as(document)):
            self._refuse_line(line, "identity_number", seen[0])
        owner = known.by_email.get(values.email) if values.email else None
        if owner is not None and str(owner.phone_number1) != values.phone:
            self._refuse_holder(line, "email", str(owner), str(owner.phone_number1))
        elif values.email and (seen := self._seen_as(("email", values.email))):
            self._refuse_line(line, "email", seen[0])

    def _refuse_holder(self, line: Line, key: str, name: str, phone: str) -> None:
        sentence = _("%(name)s has this already, with the number %(phone)s.") % {"name": name, "phone": phone}
        self._cells.refuse(line, key, DomainError("taken", sentence))

    def _refuse_line(self, line: Line, key: str, number: int) -> None:
        sentence = _("Line %(line)s of this sheet has it already, with another number.") % {"line": number}
        self._cells.refuse(line, key, DomainError("taken", sentence))


def differences(user: CustomUser, values: StaffLine) -> list[Change]:
    """What the line would change in an account and its instructor's row, in words."""
    instructor = getattr(user, "instructor", None)
    changes = [_change(user, name, getattr(values, key)) for key, name in USER_FIELDS]
    if instructor is None:
        kind = Instructor.Type(KIND_OF_ROLE[values.role]).label
        changes.append(Change(str(Instructor._meta.verbose_name), "", str(kind)))
    else:
        changes += [_change(instructor, name, getattr(values, key)) for key, name in _INSTRUCTOR_FIELDS.items()]
        changes.append(_change(instructor, "type", KIND_OF_ROLE[values.role]))
    return [change for change in changes if change is not None]


def _change(row: Any, name: str, value: Any) -> Change | None:
    old = getattr(row, name)
    if not may_become(row, name, value) or _plain(old) == _plain(value):
        return None
    field = row._meta.get_field(name)
    words = dict(field.flatchoices)
    # A salary is for the accountants' eyes: whoever may import the form must not learn it from the preview.
    shown = _HIDDEN if name == "monthly_salary" else words.get(old, _plain(old))
    return Change(str(field.verbose_name), str(shown), str(words.get(value, _plain(value))))


def _plain(value: Any) -> str:
    return "" if value is None else str(value)


def _identifiers(values: StaffLine) -> list[object]:
    keys: list[object] = [values.phone]
    if values.identity_number:
        keys.append((values.identity_type, values.identity_number))
    if values.email:
        keys.append(("email", values.email))
    return keys
