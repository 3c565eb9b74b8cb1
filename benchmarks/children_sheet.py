"""A children's list of any length: typed every way, with repeats and faulty lines, the same for the same seed."""

import random
from datetime import date, timedelta
from pathlib import Path

import xlsxwriter

HEADINGS = (
    "اسم ولي الأمر", "موبايل ولي الأمر", "موبايل آخر", "اسم الطفل", "تاريخ ميلاد الطفل", "النوع", "الكورس", "المدفوع",
    "طريقة الدفع", "رقم العملية", "ملاحظات",
)  # fmt: skip
COURSES = ("برمجة للأطفال", "نور البيان", "تحفيظ جزء عم", "رسم وأشغال يدوية", "أساسيات التجويد")
_NAMES = (
    "أحمد", "محمود", "عمر", "خديجة", "فاطمة", "يوسف", "ياسين", "مؤمن", "هبة", "آية", "إسلام", "زياد", "حسن", "حسين",
    "عبدالله", "عبد الرحمن", "سيف الدين", "أبو بكر", "مريم", "سارة", "ليلى", "نور", "شهد", "جنى", "رقية", "إبراهيم",
)  # fmt: skip
_TRANSFERS = ("انستاباي", "تحويل بنكي", "فودافون كاش")
_ARABIC_DIGITS = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
#: One line in so many is faulty, one repeats an earlier line.
FAULTY_EVERY, REPEATED_EVERY = 100, 50


def write_sheet(path: Path, lines: int, *, seed: int = 2026) -> None:
    """Write a list of `lines` lines below its headings."""
    dice = random.Random(seed)
    with xlsxwriter.Workbook(path, {"constant_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("الطلاب")
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(0, 0, HEADINGS)
        family: list[str | int] = []
        previous: list[object] = []
        for number in range(1, lines + 1):
            if number % REPEATED_EVERY == 0:
                row = previous
            else:
                if not family or dice.random() < 0.6:
                    family = _family(dice, number)
                row = previous = _line(dice, family, number)
            for column, value in enumerate(row):
                if isinstance(value, date):
                    sheet.write_datetime(number, column, value, day)
                elif value is not None:
                    sheet.write(number, column, value)


def _family(dice: random.Random, number: int) -> list[str | int]:
    return [" ".join(dice.choices(_NAMES, k=4)), 1000000000 + number * 7919 % 99999989]


def _line(dice: random.Random, family: list[str | int], number: int) -> list[object]:
    parent, phone = str(family[0]), int(family[1])
    birthday = date(2011, 1, 1) + timedelta(days=dice.randrange(3600))
    by_transfer = dice.random() < 0.5
    paid: object = dice.choice((0, 120.5, "150", 200, "٣٠٠"))
    row = [
        parent,
        _spelled(dice, phone),
        None,
        f"{dice.choice(_NAMES)} {parent}",
        dice.choice((birthday, birthday.isoformat(), f"{birthday.day}/{birthday.month}/{birthday.year}")),
        dice.choice(("ولد", "بنت")),
        dice.choice(COURSES),
        paid,
        dice.choice(_TRANSFERS) if by_transfer else dice.choice(("نقدا", "نقدًا")),
        f"TX{number:09d}" if by_transfer else None,
        None,
    ]
    if number % FAULTY_EVERY == 1:
        column, value = dice.choice(((1, "لا يوجد"), (4, "31/2/2018"), (6, "كورس غير موجود"), (7, "-50")))
        row[column] = value
    return row


def _spelled(dice: random.Random, phone: int) -> str | int:
    local = f"0{phone}"
    return dice.choice(
        (
            phone,
            local,
            f"+20{phone}",
            f"0020{phone}",
            f"{local[:3]}-{local[3:]}",
            f"{local[:4]} {local[4:7]} {local[7:]}",
            local.translate(_ARABIC_DIGITS),
        )
    )
