"""Cards: handed out, revoked, printed."""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backoffice.shared import audit
from backoffice.shared.errors import DomainError
from backoffice.users.models import Child, Instructor, StudentUser

from ..models import Card, Device, Scan
from ..selectors.cards import QR_PREFIX, courses_of, holdings_of, read_code
from .scans import resolve_codes

if TYPE_CHECKING:
    from backoffice.users.models import CustomUser

type Somebody = Child | StudentUser | Instructor

# As many pages of ten as a printer's tray takes without a thought.
MOST_AT_ONCE: Final = 300
# Digits and letters that nobody confuses, for who types a staff card's code; 32 of them, so 8 are 40 bits.
_LETTERS: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_STAFF_CODE: Final = 8


@dataclass(frozen=True)
class PrintedCard:
    """What stands on a card: whose it is, what the person does here, and the code, which its QR says."""

    name: str
    role: str
    code: str
    # The courses in which a participant has a place.
    courses: str = ""

    @property
    def qr(self) -> str:
        """What a reader reads."""
        return f"{QR_PREFIX}{self.code}"


@transaction.atomic
def issue_card(*, code: str, method: str, holder: Somebody, by: "CustomUser") -> tuple[Card, int]:
    """Hand a card out, and give its holder the scans that wait with its code; the card, and how many there were.

    Raises DomainError `code_missing`, `code_too_long`, `code_taken`.
    """
    # Before anything else is held: see `resolve_codes`.
    Device.objects.hold_all()
    card = _new_card(code, method, holder, by)
    return card, resolve_codes({(card.method, card.code)})


@transaction.atomic
def revoke_card(card_id: int, *, reason: str, by: "CustomUser") -> Card:
    """A card that was lost or handed back: from now on it is nobody's, what it said before stays.

    Raises DomainError `revoked_already`.
    """
    card = Card.objects.lock(card_id)
    if card.revoked_at is not None:
        raise DomainError("revoked_already", _("This card was revoked already."))
    before = audit.snapshot(card)
    # A clock that was set back since it was handed out is no reason to leave a lost card valid.
    card.revoked_at, card.revoked_by, card.reason = max(timezone.now(), card.issued_at), by, reason
    card.save(update_fields=["revoked_at", "revoked_by", "reason"])
    audit.record_changed(card, before, by=by, action=audit.Action.TRANSITION, reason=reason)
    return card


def resolve_codes_of_staff(instructor_id: UUID) -> int:
    """Give the scans that wait with an instructor's numbers to the instructor; how many there were."""
    numbers = Instructor.objects.filter(pk=instructor_id).values_list("rfid_uid", "fingerprint_id").first()
    methods = (Scan.Method.RFID.value, Scan.Method.FINGERPRINT.value)
    codes = {read_code(typed, method) for method, typed in zip(methods, numbers or (), strict=False) if typed}
    return resolve_codes(codes) if codes else 0


@transaction.atomic
def print_cards(
    *, children: Sequence[Child], students: Sequence[StudentUser], staff: Sequence[Instructor], by: "CustomUser"
) -> list[PrintedCard]:
    """What stands on these people's QR cards, each noted in the trail; staff without a card's code get one.

    Raises DomainError `nobody_chosen`, `too_many_cards`.
    """
    people: list[Somebody] = [*children, *students, *staff]
    if not people:
        raise DomainError("nobody_chosen", _("Nobody is chosen."))
    if len(people) > MOST_AT_ONCE:
        sentence = _("Cards are printed for %(count)s people at most at once.") % {"count": MOST_AT_ONCE}
        raise DomainError("too_many_cards", sentence)
    codes = _codes_of_staff(staff, by)
    audit.record_many(audit.entry(one, audit.Action.VIEW, by=by, reason=str(_("QR card"))) for one in people)
    participants: list[Child | StudentUser] = [*children, *students]
    courses, role = courses_of([one.pk for one in participants]), str(_("Participant"))
    return [
        *(PrintedCard(str(one), role, one.unique_code, courses.get(one.pk, "")) for one in participants),
        *(PrintedCard(str(one), str(one.get_type_display()), codes[one.pk]) for one in staff),
    ]


def _codes_of_staff(staff: Collection[Instructor], by: "CustomUser") -> dict[UUID, str]:
    """The code of each one's QR card; who has none gets one."""
    if not staff:
        return {}
    held = Instructor.objects.filter(pk__in=[one.pk for one in staff]).select_for_update(no_key=True).order_by("pk")
    list(held.values_list("pk", flat=True))
    cards = Card.objects.valid().filter(instructor__in=staff, method=Scan.Method.QR).order_by("pk")
    codes = {card.instructor_id: card.code for card in cards}
    for one in staff:
        if one.pk not in codes:
            letters = "".join(secrets.choice(_LETTERS) for _number in range(_STAFF_CODE))
            codes[one.pk] = _new_card(letters, Scan.Method.QR, one, by).code
    return codes  # type: ignore[return-value]  # each has an instructor


def _new_card(code: str, method: str, holder: Somebody, by: "CustomUser") -> Card:
    method, code = read_code(code, method)
    if not code:
        raise DomainError("code_missing", _("The card's code is missing."), field="code")
    if len(code) > Card.LONGEST_CODE:
        raise DomainError("code_too_long", _("This is longer than any card's code."), field="code")
    if any(one.until is None for one in holdings_of({(method, code)}).get((method, code), ())):
        raise _taken()
    card = Card(code=code, method=method, issued_at=timezone.now(), issued_by=by, **{_column_of(holder): holder})
    try:
        # Of two at the same moment the unique index lets one in.
        with transaction.atomic():
            card.save(force_insert=True)
    except IntegrityError as error:
        raise _taken() from error
    audit.record_created(card, by=by)
    return card


def _taken() -> DomainError:
    return DomainError("code_taken", _("This code is somebody's already."), field="code")


def _column_of(holder: Somebody) -> str:
    return {Child: "child", StudentUser: "student", Instructor: "instructor"}[type(holder)]
