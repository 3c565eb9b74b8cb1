"""Whose line it is: the family by its number, the child by its name and birthday."""

from django.utils.translation import gettext as _

from backoffice.shared.errors import DomainError
from backoffice.shared.imports.lines import Cells, Change, Line, word_of_field
from backoffice.shared.text import fold
from backoffice.users.models import Child, CustomUser

from .children_list import ChildLine
from .known import Family, Known, KnownChild
from .memory import Memory, child_of
from .plans import Plan


class FamilyDesk:
    """Finds or plans the family and the child of each line."""

    def __init__(self, cells: Cells, memory: Memory) -> None:
        self._cells, self._memory = cells, memory

    def plan(self, line: Line, known: Known) -> Plan | None:
        """The line's plan with its family and child; None when it can't be said which child is meant."""
        values: ChildLine = line.values
        family = self._memory.family(values.phone, known)
        if family is None:
            new = Family(self._memory.new_id(), values.parent_name, values.phone2, is_user=False, is_parent=False)
            plan = Plan(new, self._memory.new_id(), values.dob, is_new_user=True, is_new_parent=True, is_new_child=True)
            self._warn_no_birthday(line, plan)
            return plan
        plan = Plan(family, 0, values.dob, is_new_parent=not family.is_parent)
        self._compare_family(line, plan)
        return plan if self._find_child(line, plan, known) else None

    def remember(self, line: Line, plan: Plan) -> None:
        """From this line on the family and the child are known."""
        values, family = line.values, plan.family
        if plan.is_new_parent or plan.fills_phone2:
            phone2 = values.phone2 if plan.fills_phone2 else family.phone2
            known = Family(family.id, family.name, phone2, is_user=True, is_parent=True)
            self._memory.add_family(values.phone, known)
        if plan.is_new_child or plan.fills_dob:
            child = KnownChild(plan.child_id, plan.dob, values.gender)
            self._memory.add_child(family.id, values.folded_child, child)

    def _compare_family(self, line: Line, plan: Plan) -> None:
        """The number decides whose line it is; what is known of the family stays, and what is missing is filled."""
        values, family = line.values, plan.family
        if family.name != values.parent_name and fold(family.name) != fold(values.parent_name):
            sentence = _("This number belongs to %(known)s; the sheet says %(sheet)s. The name that is known stays.")
            line.warnings.append(sentence % {"known": family.name, "sheet": values.parent_name})
        if values.phone2 and not family.phone2:
            plan.fills_phone2 = True
            line.changes.append(Change(word_of_field(CustomUser, "phone_number2"), "", values.phone2))
        elif values.phone2 and values.phone2 != family.phone2:
            sentence = _("The second number known is %(known)s; the sheet says %(sheet)s. The one that is known stays.")
            line.warnings.append(sentence % {"known": family.phone2, "sheet": values.phone2})

    def _find_child(self, line: Line, plan: Plan, known: Known) -> bool:
        values: ChildLine = line.values
        children = self._memory.children(plan.family.id, values.folded_child, known)
        child, is_ambiguous = child_of(children, values.dob)
        if is_ambiguous:
            sentence = _("This family has more than one child of this name: give the birthday.")
            self._cells.refuse(line, "dob", DomainError("child_ambiguous", sentence))
            return False
        if child is not None:
            self._compare_child(line, plan, child)
            return True
        plan.child_id, plan.is_new_child = self._memory.new_id(), True
        if children:
            days = "، ".join(f"{child.dob:%Y-%m-%d}" for child in children if child.dob)
            sentence = _(
                "This family has a child of this name with another birthday (%(days)s): taken for another child."
            )
            line.warnings.append(sentence % {"days": days})
        self._warn_no_birthday(line, plan)
        return True

    def _compare_child(self, line: Line, plan: Plan, child: KnownChild) -> None:
        values: ChildLine = line.values
        plan.child_id, plan.dob = child.id, child.dob or values.dob
        if child.dob is None and values.dob is not None:
            plan.fills_dob = True
            line.changes.append(Change(word_of_field(Child, "dob"), "", values.dob.isoformat()))
        if child.gender != values.gender:
            line.warnings.append(_("The child is known with the other gender; what is known stays."))

    def _warn_no_birthday(self, line: Line, plan: Plan) -> None:
        if plan.dob is None:
            line.warnings.append(_("Without a birthday the course's ages can't be checked."))
