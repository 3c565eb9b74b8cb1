"""Judge the lines of a children's list: what is new, what changes, what was there before, what can't be."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.courses.models import Course
from backoffice.enrollments.selectors import must_wait, why_not
from backoffice.shared.dates import cairo_today
from backoffice.shared.errors import DomainError
from backoffice.shared.imports.importer import Checker
from backoffice.shared.imports.lines import Cells, Line, Outcome
from backoffice.users.models import Child, CustomUser

from .children_list import ChildLine, read_line
from .families import FamilyDesk
from .known import Known, KnownPlace, courses_by_name, load
from .memory import Memory, Said
from .places import compare_place, refuse_used_reference
from .plans import Plan
from .write import write_children

if TYPE_CHECKING:
    from uuid import UUID

    from backoffice.shared.models import ImportBatch


class ChildrenChecker(Checker):
    """One reading of a children's list."""

    def __init__(self, cells: Cells, *, imports: bool) -> None:
        self._cells = cells
        self._memory = Memory(written=imports)
        self._families = FamilyDesk(cells, self._memory)
        self._today = cairo_today()
        # Requests stand in the order of the sheet's lines: that is the order of the waiting list.
        self._began = timezone.now()
        self._courses: dict[str, list[Course]] = {}
        self._must_wait: dict[UUID, bool] = {}
        self._participant = Child()

    def read(self, line: Line) -> None:
        """Read the line's cells."""
        line.values = read_line(line, self._cells)

    def hold(self, lines: Sequence[Line]) -> None:
        """Keep the courses' seats and waiting lists as they are until the lines are written."""
        names = {line.values.folded_course for line in lines}
        named = [course.pk for name, courses in courses_by_name().items() if name in names for course in courses]
        list(Course.objects.select_for_update().filter(pk__in=named).order_by("pk").values_list("pk"))

    def decide(self, lines: Sequence[Line]) -> None:
        """Compare with what the system has and with the sheet's earlier lines."""
        known = load(line.values for line in lines if not line.faults)
        self._courses = courses_by_name()
        self._must_wait = {}
        for line in lines:
            if line.faults:
                line.settle(Outcome.FAULTY)
            else:
                self._decide_one(line, known)

    def write(self, lines: Sequence[Line], *, by: CustomUser | None, batch: "ImportBatch") -> None:
        """Write the families, the children and their requests."""
        good = [line for line in lines if line.outcome in (Outcome.NEW, Outcome.CHANGED)]
        write_children(good, by=by, batch=batch, began=self._began)

    def keep(self) -> None:
        """Remember this chunk."""
        self._memory.keep()

    def forget(self) -> None:
        """Drop this chunk."""
        self._memory.forget()

    def _decide_one(self, line: Line, known: Known) -> None:
        """Judge one line; nothing of a faulty line is remembered."""
        values: ChildLine = line.values
        course = self._course_of(line)
        plan = self._families.plan(line, known)
        if course is None or plan is None:
            line.settle(Outcome.FAULTY)
            return
        plan.course = course
        said = self._memory.place(plan.child_id, course.pk)
        if said is not None:
            self._repeat_line(line, said)
        else:
            place = known.places.get((plan.child_id, course.pk))
            self._decide_place(line, plan, place, known)
        if line.faults:
            line.settle(Outcome.FAULTY)
            return
        self._families.remember(line, plan)
        if said is None:
            self._memory.add_place(plan.child_id, course.pk, line=line.number, money=values.money)
        line.plan, line.made = plan, plan.made
        line.settle(Outcome.NEW if plan.is_new else Outcome.CHANGED if line.changes else Outcome.REPEATED)

    def _course_of(self, line: Line) -> Course | None:
        """The course of this name in the running seasons; none or several are a fault."""
        values: ChildLine = line.values
        courses = self._courses.get(values.folded_course, ())
        if len(courses) == 1:
            return courses[0]
        if not courses:
            sentence = _("No running season has a course “%(name)s”.") % {"name": values.course[:60]}
        else:
            seasons = "، ".join(str(course.season) for course in courses)
            sentence = _("“%(name)s” is a course in more than one running season (%(seasons)s).") % {
                "name": values.course[:60],
                "seasons": seasons,
            }
        self._cells.refuse(line, "course", DomainError("course_unknown", sentence))
        return None

    def _repeat_line(self, line: Line, said: Said) -> None:
        """The sheet asks for this place twice: the same is a repeat; which of two amounts holds, a person says."""
        if line.values.paid is None or said.money == hash(line.values.money):
            line.repeats = said.line
            return
        sentence = _("Line %(line)s of this sheet asks for the same place with another payment: leave one of the two.")
        self._cells.refuse(line, "paid", DomainError("line_contradicts", sentence % {"line": said.line}))

    def _decide_place(self, line: Line, plan: Plan, place: KnownPlace | None, known: Known) -> None:
        """A place that is asked for anew, or one that the system knows."""
        if place is not None and compare_place(line, plan, place, self._cells):
            if plan.money is None:
                return  # nothing about it is new
        else:
            self._refuse_by_rule(line, plan)
            plan.is_new_request = True
            plan.money = line.values.money
            plan.is_waitlisted = self._waits(plan.course)
        self._refuse_payment(line, plan, known)

    def _refuse_by_rule(self, line: Line, plan: Plan) -> None:
        """The same rule by which the office and the apps refuse a request."""
        self._participant.dob = plan.dob
        for error in why_not(plan.course, self._participant, today=self._today):
            self._cells.refuse(line, "dob" if error.code == "age_out_of_range" else "course", error)

    def _refuse_payment(self, line: Line, plan: Plan, known: Known) -> None:
        values: ChildLine = line.values
        if values.paid is None:
            return
        if values.paid > plan.course.price:
            sentence = _("%(paid)s EGP is more than the course's price, %(price)s EGP.")
            params = {"paid": values.paid, "price": plan.course.price}
            self._cells.refuse(line, "paid", DomainError("more_than_price", sentence % params))
        if values.reference:
            refuse_used_reference(line, plan, known, self._memory, self._cells)

    def _waits(self, course: Course) -> bool:
        """Whether a new request goes to the waiting list; asked once a chunk, for new requests take no seat."""
        if course.pk not in self._must_wait:
            self._must_wait[course.pk] = must_wait(course)
        return self._must_wait[course.pk]
