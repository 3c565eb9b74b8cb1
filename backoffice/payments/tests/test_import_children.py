"""Each rule of the children's list: what is new, what is a repeat, what changes, what can't go in."""

import datetime as dt
from decimal import Decimal

import pytest

from backoffice.courses.tests.makers import make_course
from backoffice.enrollments.models import Enrollment, EnrollmentRequest
from backoffice.enrollments.services import accept_request, cancel_request
from backoffice.payments.imports.children_list import COLUMNS
from backoffice.payments.models import Payment
from backoffice.shared.history import readable
from backoffice.shared.models import AuditEntry
from backoffice.shared.tests.import_makers import changes, counts, faults, hand_in, import_now, make_sheet, warnings
from backoffice.shared.text import fold
from backoffice.users.models import Child, ChildParent, CustomUser, Parent
from backoffice.users.tests.makers import make_child, make_parent, make_staff, manager

pytestmark = pytest.mark.django_db
HEADERS = [names[0] for names in COLUMNS.values()]
YUSUF = {
    "parent": "منى أحمد عبد الله سيد",
    "phone": "٠١٠٠١٢٣٤٥٦٧",
    "child": "يوسف علي",
    "dob": "5/11/2015",
    "gender": "ولد",
    "course": "نور البيان",
    "paid": "٢٠٠",
    "method": "انستاباي",
    "reference": "tx 97551269",
    "notes": "يأتي مع أخته",
}
OMAR = YUSUF | {"phone": "01112345678", "child": "عمر علي", "parent": "هدى سيد علي حسن", "reference": "TX2"}


@pytest.fixture(autouse=True)
def course():
    return make_course(name="نور البيان", price=Decimal(500))


def sheet(*lines):
    return make_sheet(HEADERS, [[line.get(key, "") for key in COLUMNS] for line in lines])


def read(*lines):
    return hand_in(sheet(*lines), "children")


def imported(*lines):
    return import_now(read(*lines))


def one_fault(*lines):
    """The one fault of the lines, the same in the preview and in the import."""
    batch = read(*lines)
    found = faults(batch)
    assert len(found) == 1, found
    before = counts(batch)
    batch = import_now(batch)
    assert (faults(batch), counts(batch)) == (found, before)
    return found[0]


def test_a_line_becomes_a_family_a_child_and_a_request(course):
    batch = imported(YUSUF)
    assert counts(batch) == (1, 0, 0, 0)
    assert batch.report["made"] == {"parents": 1, "children": 1, "requests": 1}
    user = CustomUser.objects.get()
    assert (user.first_name, user.last_name) == ("منى أحمد", "عبد الله سيد")
    assert str(user.phone_number1) == "+201001234567"
    assert (user.role, user.is_verified, user.is_staff, user.has_usable_password()) == ("parent", False, False, False)
    child = Child.objects.get()
    assert (child.primary_parent, child.name, child.dob, child.gender) == (
        user.parent, "يوسف علي", dt.date(2015, 11, 5), "boy",
    )  # fmt: skip
    assert child.unique_code.startswith("M")
    request = EnrollmentRequest.objects.get()
    assert (request.child, request.course, request.status, request.import_batch) == (child, course, "pending", batch)
    assert (request.paid_before, request.payment_method) == (Decimal(200), "instapay")
    assert (request.reference_number, request.notes) == ("TX97551269", "يأتي مع أخته")


def test_what_was_made_in_bulk_is_found_like_what_was_made_by_hand():
    imported(YUSUF | {"phone2": "01234567890"})
    for row in (CustomUser.objects.get(), Child.objects.get()):
        in_bulk = row.search_text
        row.save()
        assert row.search_text == in_bulk == fold(in_bulk)


def test_every_row_that_is_made_has_its_entry_in_the_trail():
    boss = manager()
    import_now(hand_in(sheet(YUSUF, OMAR), "children", by=boss), by=boss)
    for model, count in (("users.customuser", 2), ("users.parent", 2), ("users.child", 2)):
        entries = AuditEntry.objects.filter(model=model, action="create", source="import", actor=boss)
        assert entries.count() == count, model
    entry = AuditEntry.objects.filter(model="enrollments.enrollmentrequest").order_by("id").first()
    assert entry.object_id == str(EnrollmentRequest.objects.get(child__name="يوسف علي").pk)
    assert entry.changes["paid_before"] == [None, "200.00"]
    assert entry.changes["status"] == [None, "pending"]
    assert readable([entry])[0].changes
    user = AuditEntry.objects.filter(model="users.customuser").order_by("id").first()
    assert user.changes["password"] == ["•••", "•••"]


def test_what_was_paid_becomes_a_payment_when_the_request_is_accepted():
    imported(YUSUF)
    accept_request(EnrollmentRequest.objects.get().pk, by=manager())
    payment = Payment.objects.get()
    assert (payment.amount, payment.method, payment.reference_number) == (Decimal(200), "instapay", "TX97551269")
    assert counts(imported(YUSUF)) == (0, 0, 1, 0), "and the same line is a repeat still"
    assert Payment.objects.count() == 1


def test_children_of_one_number_are_one_parents_children():
    imported(YUSUF, OMAR | {"phone": "+20 100 123 4567", "parent": YUSUF["parent"]})
    assert Parent.objects.get().children.count() == 2


def test_the_same_sheet_again_changes_nothing():
    imported(YUSUF, OMAR)
    before = AuditEntry.objects.exclude(model="shared.importbatch").count()
    batch = imported(YUSUF, OMAR)
    assert counts(batch) == (0, 0, 2, 0)
    assert AuditEntry.objects.exclude(model="shared.importbatch").count() == before


def test_a_line_that_is_there_twice_is_a_repeat_of_the_first():
    batch = read(YUSUF, YUSUF | {"phone": "01001234567", "course": "نُور البيان"})
    assert counts(batch) == (1, 0, 1, 0)
    assert counts(import_now(batch)) == (1, 0, 1, 0)
    assert EnrollmentRequest.objects.count() == 1


def test_two_lines_that_tell_different_payments_are_for_a_person_to_decide():
    line, heading, sentence = one_fault(YUSUF, YUSUF | {"paid": 300})
    assert (line, heading) == (3, "المدفوع")
    assert "2" in sentence


def test_another_name_at_a_known_number_is_a_warning_and_the_known_name_stays():
    batch = read(YUSUF, OMAR | {"phone": YUSUF["phone"]})
    assert counts(batch) == (2, 0, 0, 0)
    assert [line for line, _ in warnings(batch)] == [3]
    import_now(batch)
    assert CustomUser.objects.get().first_name == "منى أحمد"


def test_the_same_name_with_another_birthday_is_another_child_with_a_warning():
    batch = read(YUSUF, YUSUF | {"dob": "5/11/2016", "reference": "TX3"})
    assert [line for line, _ in warnings(batch)] == [3]
    import_now(batch)
    assert Child.objects.count() == 2


def test_a_birthday_that_was_missing_is_filled_in():
    child = make_child(make_parent(phone_number1="+201001234567", first_name="منى"), name="يوسف على", dob=None)
    batch = read(YUSUF)
    assert counts(batch) == (1, 0, 0, 0)
    import_now(batch)
    child.refresh_from_db()
    assert child.dob == dt.date(2015, 11, 5)
    assert AuditEntry.objects.filter(model="users.child", action="update", source="import").count() == 1
    assert Child.objects.count() == 1


def test_a_birthday_alone_is_a_change():
    without = YUSUF | {"dob": ""}
    imported(without)
    batch = read(YUSUF)
    assert counts(batch) == (0, 1, 0, 0)
    assert [(line, old, new) for line, _, old, new in changes(batch)] == [(2, "", "2015-11-05")]
    assert counts(import_now(batch)) == (0, 1, 0, 0)
    assert counts(imported(YUSUF)) == (0, 0, 1, 0)
    assert counts(imported(without)) == (0, 0, 1, 0)


def test_without_a_birthday_one_of_several_of_a_name_cant_be_meant():
    imported(YUSUF, YUSUF | {"dob": "5/11/2016", "reference": "TX3"})
    assert one_fault(YUSUF | {"dob": ""})[1] == "تاريخ ميلاد الطفل"


def test_a_second_number_is_filled_in_and_never_overwritten():
    imported(YUSUF)
    batch = read(YUSUF | {"phone2": "01234567890"}, OMAR)
    assert counts(batch) == (1, 1, 0, 0)
    import_now(batch)
    assert str(CustomUser.objects.get(first_name="منى أحمد").phone_number2) == "+201234567890"
    batch = read(YUSUF | {"phone2": "01234567891"})
    assert counts(batch) == (0, 0, 1, 0)
    assert len(warnings(batch)) == 1


def test_staff_whose_number_stands_in_the_list_become_parents_too():
    staff = make_staff("Registrars", phone_number1="+201001234567", first_name="منى أحمد")
    imported(YUSUF)
    staff.refresh_from_db()
    assert staff.role == "admin"
    assert Child.objects.get().primary_parent.user == staff


def test_the_further_parents_number_means_the_same_child():
    child = make_child(name="يوسف علي", dob=dt.date(2015, 11, 5))
    father = make_parent(phone_number1="+201001234567")
    ChildParent.objects.create(child=child, parent=father)
    imported(YUSUF)
    assert Child.objects.get() == child
    assert EnrollmentRequest.objects.get().child == child


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("parent", ""),
        ("parent", "أ" * 90),
        ("phone", "لا يوجد"),
        ("phone", ""),
        ("phone2", "123"),
        ("child", ""),
        ("child", '=HYPERLINK("http://x")'),
        ("child", "ب" * 151),
        ("dob", "31/2/2018"),
        ("dob", "1/1/2090"),
        ("dob", 43000),
        ("gender", ""),
        ("gender", "لا أعرف"),
        ("course", ""),
        ("course", "كورس غير موجود"),
        ("paid", "-50"),
        ("paid", "501"),
        ("paid", "مجانا"),
        ("paid", "1.234"),
        ("method", "شيك"),
        ("method", ""),
        ("reference", ""),
        ("reference", "9" * 61),
    ],
)
def test_a_cell_that_cant_go_in_is_named_with_its_column(key, value):
    line, heading, sentence = one_fault(YUSUF | {key: value})
    assert (line, heading) == (2, COLUMNS[key][0])
    assert sentence
    assert not Child.objects.exists()
    assert not CustomUser.objects.exists()


def test_several_faults_of_one_line_are_all_named():
    batch = read(YUSUF | {"phone": "x", "dob": "y", "paid": "z"})
    assert [heading for _, heading, _ in faults(batch)] == ["موبايل ولي الأمر", "تاريخ ميلاد الطفل", "المدفوع"]


def test_nothing_paid_needs_neither_method_nor_number():
    assert counts(imported(YUSUF | {"paid": 0, "method": "", "reference": ""})) == (1, 0, 0, 0)
    assert EnrollmentRequest.objects.get().paid_before is None


def test_cash_needs_no_number():
    assert counts(imported(YUSUF | {"method": "نقدًا", "reference": ""})) == (1, 0, 0, 0)


def test_a_course_of_two_running_seasons_is_ambiguous():
    make_course(name="نور البيان")
    assert one_fault(YUSUF)[1] == "الكورس"


def test_a_course_of_a_season_that_is_over_is_unknown(course):
    course.season.is_active = False
    course.season.save()
    assert one_fault(YUSUF)[1] == "الكورس"


@pytest.mark.parametrize(
    ("fields", "heading"),
    [
        ({"is_active": False}, "الكورس"),
        ({"for_adults": True}, "الكورس"),
        ({"min_age": 30}, "تاريخ ميلاد الطفل"),
        ({"registration_closes": dt.date(2020, 1, 1)}, "الكورس"),
        ({"start_date": dt.date(2020, 1, 1), "end_date": dt.date(2020, 2, 1)}, "الكورس"),
    ],
)
def test_the_rules_of_a_request_hold_for_the_list_too(course, fields, heading):
    type(course).objects.filter(pk=course.pk).update(**fields)
    assert one_fault(YUSUF)[1] == heading


def test_rules_of_new_requests_make_no_fault_of_a_repeat(course):
    imported(YUSUF)
    type(course).objects.filter(pk=course.pk).update(registration_closes=dt.date(2020, 1, 1))
    assert counts(imported(YUSUF)) == (0, 0, 1, 0)


def test_a_full_course_puts_the_lines_on_the_waiting_list_in_their_order(course):
    type(course).objects.filter(pk=course.pk).update(capacity=1, enrolled_count=1)
    batch = imported(YUSUF, OMAR)
    assert batch.report["made"]["waitlisted"] == 2
    names = [request.child.name for request in EnrollmentRequest.objects.waitlisted()]
    assert names == ["يوسف علي", "عمر علي"]


def test_whoever_comes_by_a_list_waits_behind_those_who_wait(course):
    EnrollmentRequest.objects.create(course=course, child=make_child(), status="waitlisted")
    imported(YUSUF)
    assert EnrollmentRequest.objects.get(child__name="يوسف علي").status == "waitlisted"


def test_a_reference_number_of_another_line_is_refused():
    line, heading, sentence = one_fault(YUSUF, OMAR | {"reference": "TX97551269"})
    assert (line, heading) == (3, "رقم العملية")
    assert "2" in sentence


def test_a_reference_number_of_another_request_is_refused_with_the_name():
    imported(YUSUF)
    assert "يوسف علي" in one_fault(OMAR | {"reference": "TX97551269"})[2]


def test_a_reference_number_of_a_payment_is_refused_with_the_name():
    imported(YUSUF)
    accept_request(EnrollmentRequest.objects.get().pk, by=manager())
    EnrollmentRequest.objects.update(paid_before=None)
    assert "يوسف علي" in one_fault(OMAR | {"reference": "TX97551269"})[2]


def test_a_faulty_line_uses_up_no_reference_number():
    batch = read(YUSUF | {"dob": "31/2/2018"}, OMAR | {"reference": "TX97551269"})
    assert counts(batch) == (1, 0, 0, 1)


def test_the_same_number_by_another_method_is_another_transfer():
    assert counts(imported(YUSUF, OMAR | {"reference": YUSUF["reference"], "method": "تحويل بنكي"})) == (2, 0, 0, 0)


def test_a_request_that_waits_is_told_what_was_paid():
    imported(YUSUF | {"paid": 0, "reference": ""})
    batch = read(YUSUF)
    assert counts(batch) == (0, 1, 0, 0)
    assert ("", "200.00") in {(old, new) for _, _, old, new in changes(batch)}
    import_now(batch)
    assert EnrollmentRequest.objects.get().paid_before == Decimal(200)
    entry = AuditEntry.objects.get(model="enrollments.enrollmentrequest", action="update")
    assert entry.changes["paid_before"] == [None, "200.00"]
    assert counts(imported(YUSUF)) == (0, 0, 1, 0)


def test_money_for_a_place_that_is_held_is_recorded_by_the_cashier_and_not_by_a_list():
    imported(YUSUF | {"paid": 0, "reference": ""})
    accept_request(EnrollmentRequest.objects.get().pk, by=manager())
    assert one_fault(YUSUF)[1] == "المدفوع"
    assert counts(imported(YUSUF | {"paid": ""})) == (0, 0, 1, 0)
    assert Enrollment.objects.count() == 1


def test_a_request_that_was_closed_since_is_not_opened_again_by_the_same_list():
    imported(YUSUF)
    cancel_request(EnrollmentRequest.objects.get().pk, by=manager())
    batch = imported(YUSUF)
    assert counts(batch) == (0, 0, 1, 0)
    assert len(warnings(batch)) == 1
    assert EnrollmentRequest.objects.get().status == "cancelled"


def test_a_child_may_ask_for_a_second_course():
    make_course(name="تحفيظ جزء عم")
    assert counts(imported(YUSUF, YUSUF | {"course": "تحفيظ جزء عم", "reference": "TX4"})) == (2, 0, 0, 0)
    assert (Child.objects.count(), EnrollmentRequest.objects.count()) == (1, 2)


def test_columns_may_lie_in_any_order_with_others_between_them():
    keys = ["course", "gender", "child", "phone", "parent"]
    headers = ["م", *(COLUMNS[key][0] + " :" for key in keys)]
    batch = import_now(hand_in(make_sheet(headers, [[1, *(YUSUF[key] for key in keys)]]), "children"))
    assert counts(batch) == (1, 0, 0, 0)
