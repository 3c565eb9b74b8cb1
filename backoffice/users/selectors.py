"""Reads of people across models, and who may touch whose account."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import Group, Permission
from django.db.models import Count, F, TextChoices, Value, Window
from django.db.models.functions import Concat, Replace
from django.utils.translation import gettext_lazy as _

from backoffice.shared.dates import cairo_today
from backoffice.shared.errors import DomainError
from backoffice.shared.figures import Figured
from backoffice.shared.identity import NationalId, parse_national_id

from .models import Child, CustomUser, IdentityType, Parent, ParentLinkRequest, Role, StudentUser

if TYPE_CHECKING:
    from django.db.models import QuerySet

type Actor = CustomUser | None

# Managers alone hold it: whoever may change groups decides who may open the staff admin.
GRANTS_ACCESS = "auth.change_group"
EARLIEST_BIRTHDAY = dt.date(1900, 1, 1)


def may_grant_access(by: Actor) -> bool:
    """Whether `by` decides who is staff: managers, superusers, and the system itself."""
    return by is None or by.has_perm(GRANTS_ACCESS)


def has_access(user: CustomUser) -> bool:
    """Whether the account opens a staff screen or holds a right of its own."""
    return user.is_staff or user.is_superuser or user.role == Role.ADMIN or user.groups.exists()


def may_edit_account(by: Actor, user: CustomUser) -> bool:
    """Whether `by` may change the person's details.

    A superuser's account is for superusers, a staff account for managers: who sets another's number or password could
    sign in as that other. One's own details are one's own.
    """
    if by is None or by.pk == user.pk or by.is_superuser:
        return True
    if user.is_superuser:
        return False
    return may_grant_access(by) or not has_access(user)


def groups_one_may_give(by: Actor) -> QuerySet[Group]:
    """The groups that hold no right which `by` lacks: nobody raises another above themselves."""
    groups = Group.objects.order_by("name")
    if by is None or by.is_superuser:
        return groups
    mine = Permission.objects.filter(group__user=by) | Permission.objects.filter(user=by)
    return groups.exclude(permissions__in=Permission.objects.exclude(pk__in=mine.values("pk")))


def names_of(groups: Iterable[Group]) -> list[str]:
    """The groups' names in order, as the trail keeps them."""
    return sorted(group.name for group in groups)


@dataclass(frozen=True)
class Family:
    """For whom somebody may ask for a place: their children, and themselves where they study here."""

    is_parent: bool
    student: StudentUser | None
    children: list[Child]

    @property
    def has_nobody(self) -> bool:
        """Whether there is nobody yet to ask for."""
        return self.student is None and not self.children

    @property
    def is_none(self) -> bool:
        """Whether the person is here neither as a parent nor as a student."""
        return not self.is_parent and self.student is None


def family_of(user: CustomUser) -> Family:
    """The person's children as first or further parent, by name, and their own code as a student; three queries."""
    return Family(
        is_parent=Parent.objects.filter(pk=user.pk).exists(),
        student=StudentUser.objects.select_related("user").filter(pk=user.pk).first(),
        children=list(Child.objects.of_parent(user).order_by("name", "pk")),
    )


def read_identity(kind: str, number: str, *, dob: dt.date | None, gender: str = "") -> NationalId | None:
    """What a national number says of its holder; None for other documents.

    Raises DomainError at the field that doesn't fit: a number that can't be, another birthday, another gender.
    """
    if kind != IdentityType.NID:
        if kind and not number:
            raise DomainError("document_missing", _("Write the number of the document."), field="identity_number")
        if number and not kind:
            raise DomainError("document_kind_missing", _("Say which document it is."), field="identity_type")
        return None
    try:
        nid = parse_national_id(number)
    except DomainError as error:
        raise DomainError(error.code, error.message, field="identity_number", **error.params) from error
    if dob is not None and dob != nid.birth_date:
        sentence = _("By the national ID the date of birth is %(said)s.")
        said = nid.birth_date.strftime("%d/%m/%Y")
        raise DomainError("nid_other_birthday", sentence % {"said": said}, field="dob")
    if gender and gender != nid.gender:
        raise DomainError("nid_other_gender", _("The national ID is of the other gender."), field="gender")
    return nid


def check_birthday(dob: dt.date | None) -> None:
    """Refuse a birthday that hasn't come or that nobody living has."""
    if dob is None:
        return
    if dob > cairo_today():
        raise DomainError("birthday_in_future", _("This date of birth hasn't come yet."), field="dob")
    if dob < EARLIEST_BIRTHDAY:
        raise DomainError("birthday_too_early", _("This date of birth is too long ago."), field="dob")


def age_on(day: dt.date, dob: dt.date | None) -> int | None:
    """Full years on a day; None without a birthday."""
    if dob is None:
        return None
    return day.year - dob.year - ((day.month, day.day) < (dob.month, dob.day))


def owner_of_number(phone_number: str) -> CustomUser | None:
    """Whose number it is (E.164): who signs in by it, else who has it as a second one; None where nobody has.

    Raises DomainError `number_of_several` where several have it as their second and nobody signs in by it.
    """
    first: CustomUser | None = CustomUser.objects.filter(phone_number1=phone_number).first()
    if first is not None:
        return first
    seconds = list(CustomUser.objects.filter(phone_number2=phone_number)[:2])
    if len(seconds) > 1:
        sentence = _("Several people have this number as their second: work on the family's own page.")
        raise DomainError("number_of_several", sentence)
    return seconds[0] if seconds else None


class Doubt(TextChoices):
    """What may be wrong with a child's entry."""

    TWICE = "twice", _("Likely entered twice")
    NO_BIRTHDAY = "no_birthday", _("No date of birth")
    NUMBER = "number", _("A number that nobody can call")


# How many write one letter of a name: a list of the pairs that are taken for the same.
_SPELLINGS = (("أ", "ا"), ("إ", "ا"), ("آ", "ا"), ("ة", "ه"), ("ى", "ي"), (" ", ""))
_CALLABLE = r"^\+201[0125][0-9]{8}$"


def children_in_doubt(doubt: Doubt) -> QuerySet[Child]:
    """Children whose entry someone should look at, with `parent_name` and `parent_number`.

    Likely entered twice: another child has the same birthday (or neither has one) and the same name, whichever way its
    letters are written. A number nobody can call: the first parent's begins as Egypt's do and is no mobile's.
    """
    parent = "primary_parent__user"
    rows: QuerySet[Any] = Child.objects.annotate(
        parent_name=Concat(F(f"{parent}__first_name"), Value(" "), F(f"{parent}__last_name")),
        parent_number=F(f"{parent}__phone_number1"),
    )
    if doubt == Doubt.NO_BIRTHDAY:
        found: QuerySet[Any] = rows.filter(dob=None)
    elif doubt == Doubt.NUMBER:
        numbers = {f"{parent}__phone_number1__startswith": "+20"}
        found = rows.filter(**numbers).exclude(**{f"{parent}__phone_number1__regex": _CALLABLE})
    else:
        spelled: Any = F("name")
        for written, meant in _SPELLINGS:
            spelled = Replace(spelled, Value(written), Value(meant))
        alike = Window(Count("pk"), partition_by=[F("spelled"), F("dob")])
        found = rows.annotate(spelled=spelled).annotate(alike=alike).filter(alike__gt=1)
        return found.order_by("spelled", "dob", "pk")
    return found.order_by("name", "pk")


def links_to_decide() -> Figured:
    """Parents who ask for a child and wait for an answer."""
    return Figured(ParentLinkRequest.objects.answerable().filter(status=ParentLinkRequest.Status.PENDING))
