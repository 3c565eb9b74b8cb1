"""The children's list: its columns and words, and what a line of it says."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext as _

from backoffice.enrollments.models import METHODS_WITH_REFERENCE, PaymentMethod
from backoffice.shared.errors import DomainError
from backoffice.shared.imports.lines import Cells, Line
from backoffice.shared.money import parse_amount
from backoffice.shared.phones import normalise_phone
from backoffice.shared.text import as_text, first_and_last, fold
from backoffice.users.imports.answers import birthday, required_name, too_long, word_of, words_for
from backoffice.users.models import Child

from ..services.intake import LARGEST_AMOUNT, normalise_reference

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "parent": ("اسم ولي الأمر", "ولي الأمر", "Parent"),
    "phone": ("موبايل ولي الأمر", "موبايل", "رقم الموبايل", "رقم ولي الأمر", "Parent's mobile"),
    "phone2": ("موبايل آخر", "موبايل 2", "رقم آخر", "Other mobile"),
    "child": ("اسم الطفل", "الطفل", "Child"),
    "dob": ("تاريخ ميلاد الطفل", "تاريخ الميلاد", "Birthday"),
    "gender": ("النوع", "الجنس", "Gender"),
    "course": ("الكورس", "الدورة", "Course"),
    "paid": ("المدفوع", "المبلغ المدفوع", "Paid"),
    "method": ("طريقة الدفع", "Payment method"),
    "reference": ("رقم العملية", "رقم التحويل", "Reference number"),
    "notes": ("ملاحظات", "Notes"),
}
OPTIONAL: Final = frozenset({"phone2", "dob", "paid", "method", "reference", "notes"})

_GENDERS: Final = words_for(Child.Gender.BOY.value, "ولد", "ذكر", "Boy", "Male") | words_for(
    Child.Gender.GIRL.value, "بنت", "أنثى", "Girl", "Female"
)
_METHODS: Final = (
    words_for(PaymentMethod.CASH.value, "نقدا", "نقدًا", "نقدي", "كاش", "Cash")
    | words_for(PaymentMethod.CARD.value, "بطاقة", "فيزا", "كارت", "بطاقة بنكية", "Card", "Visa")
    | words_for(PaymentMethod.BANK_TRANSFER.value, "تحويل بنكي", "تحويل", "حوالة بنكية", "Bank transfer")
    | words_for(PaymentMethod.INSTAPAY.value, "انستاباي", "إنستا باي", "انستا", "InstaPay", "Insta pay")
    | words_for(PaymentMethod.VODAFONE_CASH.value, "فودافون كاش", "فودافون", "Vodafone Cash")
    | words_for(PaymentMethod.OTHER.value, "أخرى", "Other")
)
_gender, _method = word_of(_GENDERS), word_of(_METHODS)

_LONGEST_NAME: Final = 150
_LONGEST_NAME_HALF: Final = 80
_LONGEST_REFERENCE: Final = 60


@dataclass(slots=True)
class ChildLine:
    """What a line says, in the system's own spellings; "" and None where it says nothing."""

    parent_name: str
    phone: str
    phone2: str
    child: str
    folded_child: str
    dob: dt.date | None
    gender: str
    course: str
    folded_course: str
    paid: Decimal | None
    method: str
    reference: str
    notes: str

    @property
    def money(self) -> tuple[Decimal | None, str, str]:
        """What was paid, how, and under which number; nothing where nothing was paid."""
        return (self.paid, self.method, self.reference) if self.paid else (None, "", "")


def read_line(line: Line, cells: Cells) -> ChildLine:
    """Read a line; what can't be read becomes its faults, and what is odd its warnings."""
    read, filled = cells.read, cells.read_filled
    child = read(line, "child", _name) or ""
    course = as_text(cells.value(line, "course"))
    values = ChildLine(
        parent_name=read(line, "parent", _parent_name) or "",
        phone=read(line, "phone", normalise_phone) or "",
        phone2=filled(line, "phone2", normalise_phone) or "",
        child=child,
        folded_child=fold(child),
        dob=filled(line, "dob", birthday),
        gender=read(line, "gender", _gender) or "",
        course=course,
        folded_course=fold(course),
        paid=filled(line, "paid", _amount) or None,
        method=filled(line, "method", _method) or "",
        reference=filled(line, "reference", _reference) or "",
        notes=as_text(cells.value(line, "notes")),
    )
    line.what = f"{child} · {course}"
    if not course:
        cells.refuse(line, "course", DomainError("course_missing", _("The course is missing.")))
    if values.paid is not None:
        _check_payment(line, cells, values)
    if values.phone2 and values.phone2 == values.phone:
        values.phone2 = ""
    return values


def _check_payment(line: Line, cells: Cells, values: ChildLine) -> None:
    """Money that was paid needs to say how, and where it can be found again."""
    if not values.method and not as_text(cells.value(line, "method")):
        error = DomainError("method_missing", _("Something was paid: say how, by cash or by transfer."))
        cells.refuse(line, "method", error)
    elif values.method in METHODS_WITH_REFERENCE and not as_text(cells.value(line, "reference")):
        sentence = _("A payment by %(method)s needs the number of the transfer.")
        label = PaymentMethod(values.method).label
        cells.refuse(line, "reference", DomainError("reference_missing", sentence % {"method": label}))


def _amount(value: Any) -> Decimal:
    amount = parse_amount(value)
    if amount > LARGEST_AMOUNT:
        raise DomainError("amount_too_large", _("This amount is too large."))
    return amount


def _name(value: Any) -> str:
    name = required_name(value)
    if len(name) > _LONGEST_NAME:
        raise too_long(_LONGEST_NAME)
    return name


def _parent_name(value: Any) -> str:
    name = required_name(value)
    if len(name) > _LONGEST_NAME_HALF and max(map(len, first_and_last(name))) > _LONGEST_NAME_HALF:
        raise too_long(_LONGEST_NAME_HALF)
    return name


def _reference(value: Any) -> str:
    reference = normalise_reference(as_text(value))
    if len(reference) > _LONGEST_REFERENCE:
        raise too_long(_LONGEST_REFERENCE)
    return reference
