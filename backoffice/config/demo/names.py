"""Names of the demo's people, drawn with a fixed seed so that every demo is the same centre."""

from random import Random

BOYS = (
    "أحمد",
    "محمد",
    "محمود",
    "علي",
    "عمر",
    "خالد",
    "يوسف",
    "إبراهيم",
    "حسن",
    "حسين",
    "كريم",
    "طارق",
    "ياسين",
    "آدم",
    "زياد",
    "سيف",
    "مالك",
    "بلال",
    "حمزة",
    "أنس",
)
GIRLS = (
    "فاطمة",
    "مريم",
    "سارة",
    "ليلى",
    "جنى",
    "ملك",
    "حبيبة",
    "رقية",
    "خديجة",
    "عائشة",
    "سلمى",
    "نور",
    "هبة",
    "شهد",
    "زينب",
    "ندى",
    "إسراء",
    "آية",
    "رحمة",
    "تسنيم",
)
FAMILIES = (
    "الشافعي",
    "السيد",
    "المصري",
    "الجندي",
    "النجار",
    "الحداد",
    "منصور",
    "فؤاد",
    "قنديل",
    "شعبان",
    "سليم",
    "بدوي",
    "الشرقاوي",
    "الإسماعيلي",
    "رضوان",
    "زهران",
    "الغريب",
    "حجازي",
    "مرسي",
    "البنا",
)
STREETS = ("حي الشيخ زايد", "أرض الجمعيات", "شارع شبين الكوم", "حي السلام", "فايد", "القنطرة غرب", "التل الكبير")


def first_names(rng: Random, gender: str) -> str:
    """A first and a father's name."""
    return f"{rng.choice(BOYS if gender in ('male', 'boy') else GIRLS)} {rng.choice(BOYS)}"


def last_names(rng: Random) -> str:
    """A grandfather's and a family name."""
    return f"{rng.choice(BOYS)} {rng.choice(FAMILIES)}"


def address(rng: Random) -> str:
    """Somewhere around Ismailia."""
    return f"الإسماعيلية، {rng.choice(STREETS)}"
