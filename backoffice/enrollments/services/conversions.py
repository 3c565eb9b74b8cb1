"""A number that was left becomes a family: an account, a child or an adult student, and mostly a request."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from backoffice.shared.errors import DomainError
from backoffice.shared.states import may_advance
from backoffice.users import services as people
from backoffice.users.models import Child, CustomUser, Parent, StudentUser
from backoffice.users.selectors import owner_of_number

from ..models import EnrollmentRequest, Lead
from .leads import Status, move_lead
from .requests import submit_request

type Participant = Child | StudentUser


@dataclass(frozen=True)
class Person:
    """Whose number it is, for an account that isn't there yet."""

    first_name: str
    last_name: str = ""


@dataclass(frozen=True)
class NewChild:
    """A child of the family that isn't entered yet; `gender` boy or girl."""

    name: str
    gender: str
    dob: dt.date | None = None


@dataclass(frozen=True)
class Adult:
    """Who left the number wants to study; `gender` male or female, where it isn't known yet."""

    gender: str = ""
    dob: dt.date | None = None


@transaction.atomic
def convert_lead(
    lead_id: UUID,
    *,
    by: CustomUser | None,
    person: Person,
    participant: Child | NewChild | Adult,
    course_id: UUID | None = None,
) -> Lead:
    """Turn a lead into a family with one participant and, with a course, a request for a place.

    Whoever has the number already is the family: no second account is made. All or nothing. Raises DomainError
    `illegal_step`, `number_of_several`, `account_closed`, `not_their_child`, and what making people and asking for a
    place refuse.
    """
    lead: Lead = Lead.objects.lock(lead_id)
    if not may_advance(lead, Status.CONVERTED):
        raise DomainError("illegal_step", _("This number was dealt with already."))
    owner = owner_of_number(str(lead.phone_number))
    if owner is not None and not owner.is_active:
        raise DomainError("account_closed", _("This account is closed: open it first."))
    who: Participant
    if isinstance(participant, Adult):
        who = lead.student = _student(lead, owner, person, participant, by=by)
    else:
        who = lead.child = _child(lead, owner, person, participant, by=by)
    lead.request = _request(lead, who, course_id, by=by) if course_id else None
    return move_lead(lead, Status.CONVERTED, by=by)


def _child(
    lead: Lead, owner: CustomUser | None, person: Person, child: Child | NewChild, *, by: CustomUser | None
) -> Child:
    if isinstance(child, NewChild):
        parent = _parent(lead, owner, person, by=by)
        return people.create_child(primary_parent=parent, name=child.name, gender=child.gender, dob=child.dob, by=by)
    if owner is None or not Child.objects.of_parent(owner).filter(pk=child.pk).exists():
        raise DomainError("not_their_child", _("This is not a child of the family with this number."), field="child")
    return child


def _parent(lead: Lead, owner: CustomUser | None, person: Person, *, by: CustomUser | None) -> Parent:
    if owner is None:
        names = {"first_name": person.first_name, "last_name": person.last_name}
        return people.create_parent(phone_number1=str(lead.phone_number), **names, by=by)
    # Somebody who is a parent needs no lock: only a new profile writes to the account.
    return Parent.objects.filter(user=owner).first() or people.add_parent_profile(owner.pk, by=by)


def _student(
    lead: Lead, owner: CustomUser | None, person: Person, adult: Adult, *, by: CustomUser | None
) -> StudentUser:
    if owner is None:
        names = {"first_name": person.first_name, "last_name": person.last_name}
        number = str(lead.phone_number)
        return people.create_student(phone_number1=number, **names, gender=adult.gender, dob=adult.dob, by=by)
    known = StudentUser.objects.filter(user=owner).first()
    if known is not None:
        return known
    # What the account doesn't say yet; what it says already stays.
    missing = {"gender": adult.gender if not owner.gender else "", "dob": adult.dob if not owner.dob else None}
    if any(missing.values()):
        people.update_account(owner.pk, by=by, **{name: value for name, value in missing.items() if value})
    return people.add_student_profile(owner.pk, by=by)


def _request(lead: Lead, who: Participant, course_id: UUID, *, by: CustomUser | None) -> EnrollmentRequest:
    child, student = (who, None) if isinstance(who, Child) else (None, who)
    return submit_request(course_id=course_id, by=by, child=child, student=student, notes=lead.message)
