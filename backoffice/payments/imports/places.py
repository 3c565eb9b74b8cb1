"""The place a line asks for, when the system knows something of it: a repeat, a change, or a contradiction."""

from decimal import Decimal

from django.utils.translation import gettext as _

from backoffice.enrollments.models import EnrollmentRequest, PaymentMethod
from backoffice.shared.errors import DomainError
from backoffice.shared.imports.lines import Cells, Change, Line, word_of_field

from .children_list import ChildLine
from .known import Known, KnownPlace
from .memory import Memory
from .plans import Plan

type Money = tuple[Decimal | None, str, str]


def compare_place(line: Line, plan: Plan, place: KnownPlace, cells: Cells) -> bool:
    """Whether the line means the known place; then its faults, warnings and changes say what that means."""
    values: ChildLine = line.values
    if place.has_seat:
        _compare_seat(line, place, cells)
        return True
    if place.is_open:
        _compare_request(line, plan, place)
        return True
    if place.imported and (values.paid is None or place.money == values.money):
        # Closed by a person since: handing the same sheet in again must not open it anew.
        status = EnrollmentRequest.Status(place.status).label
        line.warnings.append(_("This request was imported before and is closed (%(status)s).") % {"status": status})
        return True
    return False


def refuse_used_reference(line: Line, plan: Plan, known: Known, memory: Memory, cells: Cells) -> None:
    """A transfer is money for one place."""
    values: ChildLine = line.values
    number = memory.reference(values.method, values.reference)
    holder = known.references.get((values.method, values.reference))
    if number is not None:
        sentence = _("Line %(line)s of this sheet has the same reference number.") % {"line": number}
    elif holder is not None and (holder.child_id, holder.course_id) != (plan.child_id, plan.course.pk):
        sentence = _("This reference number was used already for %(words)s.") % {"words": holder.words}
    elif holder is not None and plan.is_new_request:
        sentence = _("This reference number stands in an earlier request of the same child (%(words)s).")
        sentence %= {"words": holder.words}
    else:
        return
    cells.refuse(line, "reference", DomainError("reference_used", sentence))


def _compare_seat(line: Line, place: KnownPlace, cells: Cells) -> None:
    """A seat is held already: money of the sheet must be money that was recorded, for none is added from here."""
    values: ChildLine = line.values
    if values.paid is None or values.money == place.money or values.money in place.payments:
        return
    if any((amount, method) == values.money[:2] and not values.reference for amount, method, _number in place.payments):
        return
    sentence = _("This child has the place already: record the payment on the enrolment's page.")
    cells.refuse(line, "paid", DomainError("has_place_already", sentence))


def _compare_request(line: Line, plan: Plan, place: KnownPlace) -> None:
    """A request waits already: the sheet may tell, or correct, what was paid for it."""
    values: ChildLine = line.values
    if values.paid is None or values.money == place.money:
        return
    plan.request_id, plan.old_money, plan.money = place.request_id, place.money, values.money
    names = ("paid_before", "payment_method", "reference_number")
    for name, old, new in zip(names, place.money, values.money, strict=True):
        if old != new:
            label = word_of_field(EnrollmentRequest, name)
            line.changes.append(Change(str(label), _in_words(name, old), _in_words(name, new)))


def _in_words(name: str, value: Decimal | str | None) -> str:
    if not value:
        return ""
    return str(PaymentMethod(str(value)).label) if name == "payment_method" else str(value)
