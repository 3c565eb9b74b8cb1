from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from backoffice.courses.tests.makers import make_course
from backoffice.enrollments.admin.bulk import MOST_NAMED
from backoffice.enrollments.models import Enrollment, EnrollmentRequest
from backoffice.enrollments.tests.makers import make_enrollment, make_request
from backoffice.users.tests.makers import (
    huda,
    karima,
    make_child,
    make_parent,
    make_staff,
    make_student,
    manager,
    omar,
    ziad,
)

pytestmark = pytest.mark.django_db

LIST = reverse("admin:enrollments_enrollmentrequest_changelist")
ADD = reverse("admin:enrollments_enrollmentrequest_add")


def page(request):
    return reverse("admin:enrollments_enrollmentrequest_change", args=[request.pk])


def button(request, name):
    return reverse(f"admin:enrollments_enrollmentrequest_{name}", args=[request.pk])


def press(client, request, name, **typed):
    return client.post(button(request, name), {"_form_submitted": "1", **typed})


def text(response):
    return response.content.decode()


# --- who may ----------------------------------------------------------------------------------------------------


def test_a_stranger_is_sent_to_the_sign_in(client):
    asked = make_request()
    client.force_login(ziad())
    for address in (LIST, ADD, page(asked), button(asked, "accept")):
        assert client.get(address).status_code == 302
    assert press(client, asked, "accept").status_code == 302
    assert not Enrollment.objects.exists()


@pytest.mark.parametrize("group", ["Instructors", "Marketing", "Cashiers"])
def test_who_has_nothing_to_do_with_requests_gets_403(client, group):
    asked = make_request()
    client.force_login(make_staff(group))
    for address in (LIST, ADD, page(asked), button(asked, "accept"), button(asked, "refuse")):
        assert client.get(address).status_code == 403
    assert press(client, asked, "accept").status_code == 403


def test_an_accountant_looks_at_requests_and_decides_on_none(client):
    asked = make_request()
    client.force_login(huda())
    assert client.get(LIST).status_code == 200
    shown = text(client.get(page(asked)))
    assert button(asked, "accept") not in shown
    assert press(client, asked, "accept").status_code == 403
    assert client.get(ADD).status_code == 403
    client.post(LIST, {"action": "accept_selected", "_selected_action": [str(asked.pk)], "index": "0"})
    assert not Enrollment.objects.exists()


def test_a_supervisor_decides_and_sees_no_money(client):
    asked = make_request(make_course(price=Decimal("987.65")), paid_before=Decimal("123.45"))
    client.force_login(make_staff("Supervisors"))
    for address in (LIST, page(asked), button(asked, "accept")):
        shown = text(client.get(address))
        assert "987.65" not in shown
        assert "123.45" not in shown
    assert press(client, asked, "start").status_code == 200
    asked.refresh_from_db()
    assert asked.status == "processing"


def test_nobody_deletes_or_edits_a_request(client):
    asked = make_request()
    client.force_login(manager())
    assert client.get(reverse("admin:enrollments_enrollmentrequest_delete", args=[asked.pk])).status_code == 403
    client.post(page(asked), {"status": "accepted", "notes": "x"})
    asked.refresh_from_db()
    assert (asked.status, asked.notes) == ("pending", "")


# --- entering ---------------------------------------------------------------------------------------------------


def test_a_request_is_entered_through_the_service(client):
    course, child = make_course(), make_child()
    by = omar()
    client.force_login(by)
    answer = client.post(ADD, {"child": child.pk, "course": course.pk, "payment_method": "cash", "notes": "بالصباح"})
    asked = EnrollmentRequest.objects.get()
    assert answer.url == page(asked)
    assert (asked.child, asked.course, asked.requested_by, asked.notes) == (child, course, by, "بالصباح")


def test_a_refusal_stands_at_its_field_and_nothing_typed_is_lost(client):
    course, student = make_course(), make_student()
    client.force_login(omar())
    answer = client.post(ADD, {"student": student.pk, "course": course.pk, "notes": "ملاحظة طويلة"})
    assert answer.status_code == 200
    form = answer.context["form"]
    assert "course" in form.errors
    assert "ملاحظة طويلة" in text(answer)
    assert str(student.pk) in text(answer)
    assert not EnrollmentRequest.objects.exists()


@pytest.mark.parametrize("typed", [{}, {"both": True}])
def test_a_request_is_for_one_participant(client, typed):
    people = {"child": make_child().pk, "student": make_student().pk} if typed else {}
    client.force_login(omar())
    answer = client.post(ADD, {"course": make_course().pk, **people})
    assert answer.context["form"].errors["child"]
    assert not EnrollmentRequest.objects.exists()


def test_a_seat_is_given_at_once(client):
    course, child = make_course(), make_child()
    client.force_login(omar())
    client.post(ADD, {"child": child.pk, "course": course.pk, "_accept": ""})
    assert Enrollment.objects.get().child == child


def test_a_seat_that_isnt_there_takes_the_request_back_too(client):
    course = make_course(capacity=1)
    make_enrollment(course)
    client.force_login(omar())
    answer = client.post(ADD, {"child": make_child().pk, "course": course.pk, "_accept": ""})
    assert answer.context["form"].errors["course"]
    assert EnrollmentRequest.objects.filter(course=course).count() == 1


def test_garbage_in_the_form_is_a_sentence_and_no_error(client):
    client.force_login(omar())
    answer = client.post(ADD, {"child": "x" * 5000, "course": "' OR 1=1", "payment_method": "gold"})
    assert answer.status_code == 200
    assert {"child", "course", "payment_method"} <= set(answer.context["form"].errors)


# --- deciding ---------------------------------------------------------------------------------------------------


def test_the_registrar_accepts(client):
    asked = make_request()
    by = omar()
    client.force_login(by)
    shown = client.get(button(asked, "accept"))
    assert "500.00" in text(shown)
    assert 'name="discount"' not in text(shown)
    answer = press(client, asked, "accept")
    assert answer.headers["HX-Redirect"] == page(asked)
    assert Enrollment.objects.get().accepted_by == by


def test_the_manager_gives_a_discount_in_arabic_digits(client):
    asked = make_request()
    client.force_login(manager())
    press(client, asked, "accept", discount="٥٠", discount_reason="أخ في الدورة")
    place = Enrollment.objects.get()
    assert (place.price, place.discount_reason) == (Decimal("450.00"), "أخ في الدورة")


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"discount": "50"}, "discount_reason"),
        ({"discount": "501", "discount_reason": "x"}, "discount"),
        ({"discount": "150,50", "discount_reason": "x"}, "discount"),
        ({"discount": "كثير", "discount_reason": "x"}, "discount"),
    ],
)
def test_a_faulty_discount_is_said_in_the_dialog(client, typed, field):
    asked = make_request()
    client.force_login(manager())
    answer = press(client, asked, "accept", **typed)
    assert "HX-Redirect" not in answer.headers
    assert field in answer.context["form"].errors
    assert typed["discount"] in text(answer)
    assert not Enrollment.objects.exists()


def test_a_full_course_is_said_in_the_dialog(client):
    course = make_course(capacity=1)
    asked = make_request(course)
    make_enrollment(course)
    client.force_login(omar())
    answer = press(client, asked, "accept")
    assert answer.context["form"].non_field_errors()
    assert "HX-Redirect" not in answer.headers


def test_a_refusal_needs_its_reason(client):
    asked = make_request()
    client.force_login(omar())
    assert press(client, asked, "refuse").context["form"].errors["reason"]
    assert press(client, asked, "refuse", reason="   ").context["form"].errors["reason"]
    press(client, asked, "refuse", reason="السن")
    asked.refresh_from_db()
    assert (asked.status, asked.decision_reason) == ("rejected", "السن")


def test_only_the_steps_that_are_possible_have_buttons(client):
    client.force_login(omar())
    asked = make_request()
    shown = text(client.get(page(asked)))
    for name in ("accept", "start", "put_on_list", "refuse", "cancel"):
        assert button(asked, name) in shown
    press(client, asked, "cancel")
    shown = text(client.get(page(asked)))
    for name in ("accept", "start", "put_on_list", "refuse", "cancel"):
        assert button(asked, name) not in shown


def test_pressing_twice_accepts_once(client):
    asked = make_request()
    client.force_login(omar())
    press(client, asked, "accept")
    again = press(client, asked, "accept")
    assert again.context["form"].non_field_errors()
    assert Enrollment.objects.count() == 1


@pytest.mark.parametrize("key", ["00000000-0000-0000-0000-000000000000", "x"])
def test_a_request_that_isnt_there_is_404(client, key):
    client.force_login(omar())
    address = reverse("admin:enrollments_enrollmentrequest_accept", args=[key])
    assert client.get(address).status_code == 200
    assert client.post(address, {"_form_submitted": "1"}).status_code == 404


# --- many at once -----------------------------------------------------------------------------------------------


def bulk(client, action, ids, address=LIST, **more):
    typed = {"action": action, "_selected_action": [str(one) for one in ids], "index": "0", **more}
    return client.post(address, typed, follow=True)


def said(answer):
    return [str(message) for message in answer.context["messages"]]


def test_many_are_accepted_and_who_is_not_is_named_with_the_reason(client):
    course = make_course(capacity=2)
    asked = [make_request(course) for _ in range(3)]
    client.force_login(omar())
    answer = bulk(client, "accept_selected", [one.pk for one in reversed(asked)])
    assert Enrollment.objects.count() == 2
    _done, not_done = said(answer)
    # The last who asked, whatever the order of ticking.
    assert str(asked[2]) in not_done


def test_all_pages_of_a_filter_are_decided_on_without_their_ids_in_the_form(client, settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 30
    course, other = make_course(capacity=200), make_course()
    asked = [make_request(course) for _ in range(60)]
    stays = make_request(other)
    client.force_login(omar())
    address = f"{LIST}?course__id__exact={course.pk}"
    bulk(client, "accept_selected", [asked[0].pk], address, select_across="1")
    assert Enrollment.objects.count() == 60
    stays.refresh_from_db()
    assert stays.status == "pending"


def test_refusing_many_asks_for_the_reason_once(client):
    asked = [make_request() for _ in range(3)]
    client.force_login(omar())
    shown = bulk(client, "refuse_selected", [one.pk for one in asked])
    assert shown.template_name == "admin/enrollments/refuse_selected.html"
    assert shown.context["count"] == 3
    form = {"apply": "1", "until": shown.context["until"], "select_across": "0", "_refuse": ""}
    ids = [str(one.pk) for one in asked]
    empty = client.post(LIST, {"action": "refuse_selected", "_selected_action": ids, **form, "reason": " "})
    assert empty.context["form"].errors["reason"]
    client.post(LIST, {"action": "refuse_selected", "_selected_action": ids, **form, "reason": "اكتمل العدد"})
    assert set(EnrollmentRequest.objects.values_list("status", "decision_reason")) == {("rejected", "اكتمل العدد")}


def test_who_asks_while_the_reason_is_written_is_not_refused(client):
    make_request()
    client.force_login(omar())
    shown = bulk(client, "refuse_selected", ["x"], select_across="1")
    late = make_request()
    form = {"apply": "1", "until": shown.context["until"], "select_across": "1", "reason": "اكتمل العدد"}
    client.post(LIST, {"action": "refuse_selected", "_selected_action": ["x"], **form})
    late.refresh_from_db()
    assert late.status == "pending"
    assert EnrollmentRequest.objects.filter(status="rejected").count() == 1


def test_many_wait(client):
    course = make_course(capacity=1)
    asked = [make_request(course) for _ in range(2)]
    make_enrollment(course)
    client.force_login(omar())
    bulk(client, "waitlist_selected", [one.pk for one in asked])
    assert {one.status for one in EnrollmentRequest.objects.filter(pk__in=[one.pk for one in asked])} == {"waitlisted"}


def test_a_long_list_of_refusals_is_cut(client):
    course = make_course(capacity=1)
    asked = [make_request(course) for _ in range(MOST_NAMED + 5)]
    make_enrollment(course)
    client.force_login(omar())
    (message,) = said(bulk(client, "accept_selected", [one.pk for one in asked]))
    assert message.count("<br>") == MOST_NAMED + 1


def test_a_name_in_a_message_is_no_markup(client):
    course = make_course(capacity=1)
    asked = make_request(course, child=make_child(name="<script>alert(1)</script>"))
    make_enrollment(course)
    client.force_login(omar())
    (message,) = said(bulk(client, "accept_selected", [asked.pk]))
    assert "<script>" not in message


# --- the list ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["احمد", "مني", "01001234567", "٠١٠٠١٢٣٤٥٦٧", "+20 100 123 4567", "سباحه"])
def test_a_request_is_found_by_anything_of_it(client, typed):
    mother = make_parent(phone_number1="+201001234567", first_name="منى")
    make_request(make_course(name="السباحة"), child=make_child(mother, name="أحمد"))
    make_request()
    client.force_login(omar())
    assert client.get(LIST, {"q": typed}).context["cl"].result_count == 1


def test_the_list_makes_as_many_queries_for_thirty_rows_as_for_three(client):
    client.force_login(omar())

    def queries():
        with CaptureQueriesContext(connection) as counted:
            assert client.get(LIST).status_code == 200
        return len(counted)

    for _ in range(3):
        make_request()
    client.get(LIST)
    few = queries()
    for _ in range(27):
        make_request()
    assert queries() == few


def test_every_filter_of_the_list_answers(client):
    make_request(payment_method="cash")
    client.force_login(omar())
    course = make_course()
    asked = (
        {"status__exact": "pending"},
        {"course__id__exact": course.pk},
        {"course__season__id__exact": course.season_id},
        {"payment_method__exact": "cash"},
        {"import": "none"},
        {"import": "nonsense"},
    )
    for query in asked:
        assert client.get(LIST, query).status_code == 200


def test_a_full_course_shows_no_seat(client):
    course = make_course(capacity=2)
    make_enrollment(course)
    make_request(course)
    client.force_login(omar())
    shown = client.get(LIST, {"course__id__exact": course.pk}).context["cl"].result_list
    assert {row.seats for row in shown} == {1}


def test_a_cashier_who_is_a_registrar_too_has_both(client):
    both = make_staff("Registrars", "Cashiers")
    client.force_login(both)
    assert client.get(LIST).status_code == 200
    assert client.get(reverse("admin:payments_payment_add")).status_code == 200
    client.force_login(karima())
    assert client.get(LIST).status_code == 403


def test_a_price_adds_up_to_the_piastre_on_every_database(client):
    """1000.10 − 50.05 is 950.0500000000001 to a database that keeps amounts as floats."""
    asked = make_request(make_course(price=Decimal("1000.10")))
    client.force_login(manager())
    press(client, asked, "accept", discount="50.05", discount_reason="أخ في الدورة")
    assert Enrollment.objects.get().price == Decimal("950.05")
