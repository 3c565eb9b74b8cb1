"""Who the system knows already of those whom a staff form names."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Q

from ..documents import document_hashes
from ..models import CustomUser
from .staff_form import StaffLine


@dataclass(slots=True)
class KnownPeople:
    """Accounts by what identifies them: the number, the document, the e-mail."""

    by_phone: dict[str, CustomUser] = field(default_factory=dict)
    by_document: dict[tuple[str, str], CustomUser] = field(default_factory=dict)
    by_email: dict[str, CustomUser] = field(default_factory=dict)


def known_people(lines: Iterable[StaffLine]) -> KnownPeople:
    """Find the accounts that the lines could mean, in one query."""
    asked: Sequence[StaffLine] = list(lines)
    emails = {line.email for line in asked if line.email}
    documents = {one for line in asked for one in document_hashes(line.identity_type, line.identity_number)}
    wanted = (
        Q(phone_number1__in={line.phone for line in asked if line.phone})
        | Q(email__in=emails)
        | Q(document_hash__in=documents)
    )
    known = KnownPeople()
    for user in CustomUser.objects.filter(wanted).select_related("instructor"):
        known.by_phone[str(user.phone_number1)] = user
        if user.identity_number:
            known.by_document[user.identity_type, user.identity_number] = user
        if user.email:
            known.by_email[user.email.lower()] = user
    return known
