"""Numbers that visitors leave: entered once, called, closed."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backoffice.courses.models import Course
from backoffice.shared import audit
from backoffice.shared.errors import DomainError
from backoffice.shared.phones import normalise_phone
from backoffice.shared.states import advance
from backoffice.shared.text import clean, clean_lines
from backoffice.users.models import CustomUser

from ..models import LONGEST_MESSAGE, LONGEST_NAME, OLDEST, YOUNGEST, Lead

Status = Lead.Status
# Between two looks somebody may close the open one, and somebody else ask: then once more.
_LOOKS: Final = 3


@dataclass(frozen=True)
class Wish:
    """What a visitor says; `child_age` in years, for a child."""

    name: str
    phone_number: str
    message: str = ""
    child_age: int | None = None

    def checked(self) -> "Wish":
        """The same, fit to be kept. Raises DomainError at the field that can't be."""
        name, message = clean(self.name), clean_lines(self.message)
        if not name:
            raise DomainError("name_missing", _("Tell us your name."), field="name")
        if len(name) > LONGEST_NAME:
            raise DomainError("name_too_long", _("This name is too long for us: shorten it."), field="name")
        if len(message) > LONGEST_MESSAGE:
            sentence = _("The message has %(length)s letters; up to %(most)s are possible.")
            params = {"length": len(message), "most": LONGEST_MESSAGE}
            raise DomainError("message_too_long", sentence % params, field="message", **params)
        if self.child_age is not None and not YOUNGEST <= self.child_age <= OLDEST:
            sentence = _("A child's age is from %(youngest)s to %(oldest)s; leave it empty for an adult.")
            raise DomainError("age_of_no_child", sentence % {"youngest": YOUNGEST, "oldest": OLDEST}, field="child_age")
        return Wish(name, _number(self.phone_number), message, self.child_age)


@transaction.atomic
def submit_lead(wish: Wish, *, course: Course | None, source: str, language: str) -> Lead:
    """Keep a visitor's number, once for each course while nothing has come of it; who asks again is counted.

    The last word counts: name, age and message of an open lead become those of the newest asking, and the trail keeps
    the earlier ones. Somebody who was called already waits for a call again. Raises DomainError at the field that is
    wrong (`name_missing`, `name_too_long`, `message_too_long`, `age_of_no_child`, or what `normalise_phone` raises).
    """
    wish = wish.checked()
    for left in reversed(range(_LOOKS)):
        known: Lead | None = _open_lead(wish.phone_number, course)
        if known is not None:
            return _ask_again(known, wish)
        try:
            with transaction.atomic():
                return _enter(wish, course=course, source=source, language=language)
        except IntegrityError:
            # Somebody else left the same number between our look and our write: the unique index is the lock.
            if not left:
                raise
    raise AssertionError("unreachable")


@transaction.atomic
def contact_lead(lead_id: UUID, *, by: CustomUser | None, notes: str = "") -> Lead:
    """The visitor was called, or called once more; a closed one is taken up again.

    Raises DomainError `illegal_step`, or `lead_open_already` when the same number waits for the same course anew.
    """
    lead: Lead = Lead.objects.lock(lead_id)
    try:
        with transaction.atomic():
            return move_lead(lead, Status.CONTACTED, by=by, notes=notes)
    except IntegrityError as error:
        # The unique index says so, however lately the other one came.
        message = _("This number has asked again since: go on with that one.")
        raise DomainError("lead_open_already", message) from error


@transaction.atomic
def close_lead(lead_id: UUID, *, by: CustomUser | None, reason: str) -> Lead:
    """Nothing will come of it, for a reason."""
    if not reason.strip():
        raise DomainError("reason_missing", _("Say why it is closed."), field="reason")
    lead: Lead = Lead.objects.lock(lead_id)
    return move_lead(lead, Status.CLOSED, by=by, reason=reason.strip())


def move_lead(lead: Lead, status: str, *, by: CustomUser | None, notes: str = "", reason: str = "") -> Lead:
    """Move the locked lead on and write it with its trail; inside the caller's transaction."""
    # Participant and request may stand on it already: what changed is what differs from the kept row.
    before = audit.snapshot(Lead.objects.get(pk=lead.pk))
    advance(lead, status)
    lead.handled_by, lead.handled_at = by, timezone.now()
    lead.close_reason = reason
    if notes.strip():
        lead.notes = "\n".join(filter(None, [lead.notes, clean_lines(notes)]))
    lead.save()
    audit.record_changed(lead, before, by=by, action=audit.Action.TRANSITION, reason=reason)
    return lead


def _number(typed: str) -> str:
    try:
        return normalise_phone(typed)
    except DomainError as error:
        raise DomainError(error.code, error.message, field="phone_number", **error.params) from error


def _open_lead(phone_number: str, course: Course | None) -> Lead | None:
    found = Lead.objects.open_of(phone_number, course).values_list("pk", flat=True).first()
    if found is None:
        return None
    lead: Lead = Lead.objects.lock(found)
    # Until we had it somebody may have closed it.
    return lead if lead.status in (Status.NEW, Status.CONTACTED) else None


def _enter(wish: Wish, *, course: Course | None, source: str, language: str) -> Lead:
    lead = Lead(course=course, source=source, language=language)
    _write_down(lead, wish)
    lead.save(force_insert=True)
    audit.record_created(lead, by=None)
    return lead


def _ask_again(lead: Lead, wish: Wish) -> Lead:
    before = audit.snapshot(lead)
    _write_down(lead, wish)
    lead.times_asked += 1
    lead.asked_again_at = timezone.now()
    if lead.status == Status.CONTACTED:
        advance(lead, Status.NEW)
    lead.save()
    audit.record_changed(lead, before, by=None)
    return lead


def _write_down(lead: Lead, wish: Wish) -> None:
    lead.name, lead.phone_number = wish.name, wish.phone_number
    # Who says nothing the second time takes nothing back.
    lead.message = wish.message or lead.message
    lead.child_age = wish.child_age if wish.child_age is not None else lead.child_age
