"""The centre's own list, from end to end, against what a plain reading of it says."""

import re
from collections import Counter
from decimal import Decimal

import openpyxl
import pytest

from backoffice.courses.tests.makers import make_course, make_season
from backoffice.enrollments.models import EnrollmentRequest
from backoffice.enrollments.services import accept_many
from backoffice.payments.models import Payment
from backoffice.shared.models import AuditEntry
from backoffice.shared.tests.import_makers import DATA, counts, faults, hand_in, import_now
from backoffice.users.models import Child, CustomUser, Parent
from backoffice.users.tests.makers import manager

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
COURSES = ("برمجة للأطفال", "نور البيان", "تحفيظ جزء عم", "رسم وأشغال يدوية", "أساسيات التجويد")
WESTERN = str.maketrans("٠١٢٣٤٥٦٧٨٩", "0123456789")


@pytest.fixture(autouse=True)
def courses():
    season = make_season()
    return [make_course(name=name, season=season, price=Decimal(500), capacity=400) for name in COURSES]


def read_list():
    with (DATA / "children.xlsx").open("rb") as stream:
        return hand_in(stream, "children")


def read_plainly():
    """The list with openpyxl and as few lines as do: its faulty line numbers, and its good lines by their meaning."""
    faulty, good = {}, []
    sheet = openpyxl.load_workbook(DATA / "children.xlsx").active
    for number, row in enumerate(sheet.iter_rows(min_row=2, values_only=True), 2):
        _parent, phone, _phone2, child, dob, _gender, course, paid, _method, _reference, _notes = row
        digits = re.sub(r"\D", "", str(phone).translate(WESTERN))[-10:]
        if len(digits) < 10:
            faulty[number] = "موبايل ولي الأمر"
        elif child.startswith("="):
            faulty[number] = "اسم الطفل"
        elif str(dob).startswith("31/2/"):
            faulty[number] = "تاريخ ميلاد الطفل"
        elif course not in COURSES:
            faulty[number] = "الكورس"
        elif str(paid).startswith("-"):
            faulty[number] = "المدفوع"
        else:
            birthday = re.sub(r"^(\d+)/(\d+)/(\d+)$", lambda m: f"{m[3]}-{m[2]:0>2}-{m[1]:0>2}", str(dob)[:10])
            good.append((digits, child, birthday, course, Decimal(str(paid).translate(WESTERN))))
    return faulty, good


def test_the_whole_list_comes_in_with_each_fault_named():
    faulty, good = read_plainly()
    assert len(faulty) == 25
    batch = read_list()
    assert counts(batch) == (len(good), 0, 0, 25)
    assert {line: heading for line, heading, _ in faults(batch)} == faulty
    assert not CustomUser.objects.exists(), "a preview writes nothing"
    assert counts(import_now(batch)) == (len(good), 0, 0, 25)
    assert Parent.objects.count() == len({phone for phone, *_ in good})
    assert Child.objects.count() == len({(phone, name, day) for phone, name, day, *_ in good})
    by_course = Counter(EnrollmentRequest.objects.values_list("course__name", flat=True))
    assert by_course == Counter(course for *_, course, _paid in good)
    paid = sum(request.paid_before or 0 for request in EnrollmentRequest.objects.all())
    assert paid == sum(amount for *_, amount in good)
    families = Counter(phone for phone, *_ in good)
    phone, most = families.most_common(1)[0]
    assert Child.objects.filter(primary_parent__user__phone_number1=f"+20{phone}").count() <= most


def test_the_same_list_again_changes_nothing():
    first = import_now(read_list())
    rows = AuditEntry.objects.exclude(model="shared.importbatch").count()
    again = read_list()
    assert counts(again) == (0, 0, first.new, 25)
    assert counts(import_now(again)) == (0, 0, first.new, 25)
    assert AuditEntry.objects.exclude(model="shared.importbatch").count() == rows


def test_what_the_list_says_was_paid_becomes_payments_when_its_requests_are_accepted():
    import_now(read_list())
    some = EnrollmentRequest.objects.filter(paid_before__isnull=False).order_by("created_at")[:20]
    outcome = accept_many([request.pk for request in some], by=manager())
    assert (outcome.done, outcome.refused) == (20, [])
    assert sorted(Payment.objects.values_list("amount", flat=True)) == sorted(request.paid_before for request in some)
    assert counts(read_list())[:2] == (0, 0), "accepted or not, the list is a repeat"
