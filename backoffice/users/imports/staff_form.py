"""The staff form's columns and words, and what a line of it says."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from backoffice.shared.errors import DomainError
from backoffice.shared.identity import parse_national_id
from backoffice.shared.imports.lines import Cells, Line
from backoffice.shared.money import parse_amount
from backoffice.shared.phones import normalise_phone
from backoffice.shared.text import as_text, ascii_digits, fold

from ..models import Gender, IdentityType, Instructor, Role
from .answers import birthday, name_part, required_name, too_long, word_of, words_for

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "first": ("الاسم الأول", "First name"),
    "second": ("الاسم الثاني", "Second name"),
    "third": ("الاسم الثالث", "Third name"),
    "fourth": ("اسم الرابع", "الاسم الرابع", "Fourth name"),
    "email": ("البريد الإلكتروني", "الإيميل", "E-mail", "Email"),
    "dob": ("تاريخ الميلاد", "Date of birth"),
    "gender": ("الجنس", "النوع", "Gender"),
    "phone1": ("رقم الهاتف الأساسي (رقم 1)", "رقم الهاتف الأساسي", "رقم الهاتف", "رقم الموبايل", "Phone number"),
    "phone2": ("رقم هاتف إضافي (رقم 2) - اختياري", "رقم هاتف إضافي (رقم 2)", "رقم هاتف إضافي", "Second phone number"),
    "identity_type": ("نوع الهوية", "Kind of document"),
    "identity_number": ("رقم الهوية / الوثيقة", "رقم الهوية", "الرقم القومي", "Number of the document"),
    "address": ("العنوان بالتفصيل", "العنوان", "Address"),
    "city": ("الموقع الجغرافي (المدينة/المنطقة)", "الموقع الجغرافي", "المدينة", "City"),
    "role": ("الدور في الأكاديمية", "الدور", "الوظيفة", "Role"),
    "salary": ("الراتب الشهري المتوقع/المتفق عليه", "الراتب الشهري", "الراتب", "Monthly salary"),
    "bio": ("نبذة شخصية وسيرة ذاتية مختصرة (Bio)", "نبذة شخصية", "Bio"),
}
OPTIONAL: Final = frozenset(COLUMNS) - {"first", "second", "phone1", "role"}

_GENDERS: Final = words_for(Gender.MALE.value, "ذكر", "Male") | words_for(Gender.FEMALE.value, "أنثى", "Female")
_DOCUMENTS: Final = (
    words_for(IdentityType.NID.value, "بطاقة هوية وطنية", "بطاقة رقم قومي", "بطاقة", "رقم قومي", "National ID")
    | words_for(IdentityType.PASSPORT.value, "جواز سفر", "جواز", "Passport")
    | words_for(IdentityType.OTHER.value, "أخرى", "وثيقة أخرى", "Other")
)
_ROLES: Final = words_for(
    Role.INSTRUCTOR.value, "معلم", "معلمة", "مدرس", "مدرسة", "محفظ", "محفظة", "Instructor", "Teacher"
) | words_for(Role.SUPERVISOR.value, "مشرف", "مشرفة", "Supervisor")
KIND_OF_ROLE: Final = {
    Role.INSTRUCTOR.value: Instructor.Type.NORMAL.value,
    Role.SUPERVISOR.value: Instructor.Type.SUPERVISOR.value,
}
_LONGEST_NAME: Final = 80
_LARGEST_SALARY: Final = Decimal("99999999.99")


@dataclass(slots=True)
class StaffLine:
    """What a line of the form says, in the system's own spellings; "" and None where it says nothing."""

    phone: str
    first_name: str
    last_name: str
    phone2: str
    email: str
    dob: dt.date | None
    gender: str
    identity_type: str
    identity_number: str
    address: str
    role: str
    salary: Decimal | None
    bio: str


def read_line(line: Line, cells: Cells) -> StaffLine:
    """Read a line; what can't be read becomes its faults, and what is odd its warnings."""
    names = [cells.read(line, key, required_name) or "" for key in ("first", "second")]
    names += [cells.read(line, key, name_part) or "" for key in ("third", "fourth")]
    line.what = " ".join(filter(None, names))
    document, number = _document(line, cells)
    values = StaffLine(
        phone=cells.read(line, "phone1", normalise_phone) or "",
        first_name=_joined(line, cells, "first", names[:2]),
        last_name=_joined(line, cells, "third", names[2:]),
        phone2=cells.read_filled(line, "phone2", normalise_phone) or "",
        email=cells.read_filled(line, "email", _email) or "",
        dob=cells.read_filled(line, "dob", birthday),
        gender=cells.read_filled(line, "gender", word_of(_GENDERS)) or "",
        identity_type=document,
        identity_number=number,
        address=_address(line, cells),
        role=cells.read(line, "role", word_of(_ROLES)) or "",
        salary=cells.read_filled(line, "salary", _salary),
        bio=as_text(cells.value(line, "bio")),
    )
    if values.phone2 and values.phone2 == values.phone:
        line.warnings.append(_("The second number is the same as the first, so it is left out."))
        values.phone2 = ""
    if values.identity_type == IdentityType.NID and not line.faults:
        _compare_with_national_id(line, values)
    return values


def _joined(line: Line, cells: Cells, key: str, parts: list[str]) -> str:
    """Two parts of a name as one column of the account holds them."""
    name = " ".join(filter(None, parts))
    if len(name) > _LONGEST_NAME:
        cells.refuse(line, key, too_long(_LONGEST_NAME))
    return name


def _email(value: Any) -> str:
    email = as_text(value).lower()
    try:
        validate_email(email)
    except ValidationError:
        raise DomainError("email_invalid", _("“%(read)s” is not an e-mail address.") % {"read": email[:60]}) from None
    return email


def _document(line: Line, cells: Cells) -> tuple[str, str]:
    """The kind and the number of the document; a kind alone says nothing."""
    number = ascii_digits(as_text(cells.value(line, "identity_number")))
    kind = cells.read_filled(line, "identity_type", word_of(_DOCUMENTS))
    if not number:
        return "", ""
    if kind is None:
        if not as_text(cells.value(line, "identity_type")):
            error = DomainError("document_unknown", _("There is a number, but not of which kind of document."))
            cells.refuse(line, "identity_type", error)
        return "", ""
    if kind == IdentityType.NID:
        found = cells.read(line, "identity_number", parse_national_id)
        return kind, found.number if found else ""
    if len(number) > 40:
        cells.refuse(line, "identity_number", too_long(40))
    return kind, number


def _compare_with_national_id(line: Line, values: StaffLine) -> None:
    """The number says when its holder was born, and of which gender: tell when the form says otherwise."""
    nid = parse_national_id(values.identity_number)
    if values.dob and values.dob != nid.birth_date:
        days = {"sheet": values.dob.isoformat(), "nid": nid.birth_date.isoformat()}
        line.warnings.append(_("The birthday in the sheet is %(sheet)s, in the national number %(nid)s.") % days)
    if values.gender and values.gender != nid.gender:
        line.warnings.append(_("The gender in the sheet is not that of the national number."))


def _address(line: Line, cells: Cells) -> str:
    """The address with its city, which is named once."""
    address, city = as_text(cells.value(line, "address")), as_text(cells.value(line, "city"))
    if fold(city) not in fold(address):
        address = "، ".join(filter(None, (address, city)))
    if len(address) > 250:
        cells.refuse(line, "address", too_long(250))
    return address


def _salary(value: Any) -> Decimal:
    amount = parse_amount(value)
    if amount > _LARGEST_SALARY:
        raise DomainError("amount_too_large", _("This amount is too large."))
    return amount
