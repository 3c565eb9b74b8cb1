"""The screen of numbers that visitors left: who sees it, in which order, and what its buttons do."""

import datetime as dt
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from backoffice.courses.tests.makers import make_course
from backoffice.enrollments.models import EnrollmentRequest, Lead
from backoffice.enrollments.services import close_lead, contact_lead
from backoffice.enrollments.tests.makers import make_lead
from backoffice.users.models import Child, CustomUser
from backoffice.users.tests.makers import huda, karima, make_child, make_parent, make_staff, make_user, manager, omar

pytestmark = pytest.mark.django_db

LIST = reverse("admin:enrollments_lead_changelist")


def page(lead):
    return reverse("admin:enrollments_lead_change", args=[lead.pk])


def family_page(lead):
    return reverse("admin:enrollments_lead_turn_into_family", args=[lead.pk])


def press(client, lead, name, **typed):
    return client.post(reverse(f"admin:enrollments_lead_{name}", args=[lead.pk]), {"_form_submitted": "1", **typed})


def text(response):
    return response.content.decode()


@pytest.fixture
def registrar(client):
    user = omar()
    client.force_login(user)
    return user


def test_registrars_and_managers_alone_see_the_numbers(client):
    lead = make_lead()
    for user, status in ((omar(), 200), (manager(), 200), (huda(), 403), (karima(), 403)):
        client.force_login(user)
        assert client.get(LIST).status_code == status
        assert client.get(page(lead)).status_code == status
        assert client.get(family_page(lead)).status_code == status
    for group in ("Supervisors", "Marketing", "Instructors"):
        client.force_login(make_staff(group))
        assert client.get(LIST).status_code == 403
        assert press(client, lead, "called").status_code == 403
        assert client.post(family_page(lead), {}).status_code == 403
    lead.refresh_from_db()
    assert lead.status == "new"


def test_nobody_adds_changes_or_deletes_one_by_hand(client):
    lead = make_lead()
    client.force_login(manager())
    assert client.get(reverse("admin:enrollments_lead_add")).status_code == 403
    assert client.post(page(lead), {"name": "آخر"}).status_code == 403
    assert client.post(reverse("admin:enrollments_lead_delete", args=[lead.pk]), {"post": "yes"}).status_code == 403


def test_the_list_begins_with_who_waits_longest_and_finds_any_spelling(client, registrar):
    closed = make_lead(name="أحمد", created_at=timezone.now() - dt.timedelta(days=9))
    close_lead(closed.pk, by=registrar, reason="س")
    make_lead(name="هدى")
    make_lead(name="إيمان", created_at=timezone.now() - dt.timedelta(days=2), phone_number="01001234567")
    shown = [lead.name for lead in client.get(LIST).context["cl"].result_list]
    assert shown == ["إيمان", "هدى", "أحمد"]
    for typed in ("ايمان", "٠١٠٠١٢٣٤٥٦٧", "+201001234567"):
        assert [lead.name for lead in client.get(LIST, {"q": typed}).context["cl"].result_list] == ["إيمان"]


@pytest.mark.parametrize(("filtered", "found"), [({"status__exact": "new"}, 1), ({"source__exact": "course"}, 1)])
def test_the_list_is_filtered(client, registrar, filtered, found):
    make_lead(make_course())
    contact_lead(make_lead().pk, by=registrar)
    assert client.get(LIST, filtered).context["cl"].result_count == found


def counted(client):
    """What stands behind the menu's item."""
    shown = text(client.get(reverse("admin:enrollments_enrollmentrequest_changelist")))
    item = re.search(rf'href="{LIST}".*?</a>', shown, re.S)[0]
    return re.findall(r">\s*(\d+)\s*<", item)


def test_the_menu_counts_those_that_nobody_has_called(client, registrar):
    assert counted(client) == []
    leads = [make_lead() for _n in range(3)]
    assert counted(client) == ["3"]
    contact_lead(leads[0].pk, by=registrar)
    assert counted(client) == ["2"]


def test_a_message_is_shown_as_words_on_every_screen(client, registrar):
    hostile = '<script>alert(1)</script>"><img src=x>\nسطر\u202e ثانٍ 🌴'
    lead = make_lead(make_course(), name="<b>منى</b>", message=hostile)
    for address in (LIST, page(lead), family_page(lead), reverse("admin:enrollments_lead_history", args=[lead.pk])):
        shown = text(client.get(address))
        for piece in ("<script>alert", "<img src=x>", "<b>منى</b>", "\u202e"):
            assert piece not in shown, address
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text(client.get(page(lead)))


def test_a_call_is_noted_and_a_number_is_closed_with_a_reason(client, registrar):
    lead = make_lead()
    assert "HX-Redirect" in press(client, lead, "called", notes="لم ترد")
    assert "HX-Redirect" not in press(client, lead, "close", reason="")
    assert "HX-Redirect" in press(client, lead, "close", reason="رقم خطأ")
    lead.refresh_from_db()
    assert (lead.status, lead.notes, lead.close_reason, lead.handled_by) == ("closed", "لم ترد", "رقم خطأ", registrar)
    shown = text(client.get(page(lead)))
    assert "/close" not in shown
    assert "/called" in shown
    assert client.get(family_page(lead)).status_code == 302


def test_what_the_service_refuses_is_said_in_the_dialog(client, registrar):
    lead = make_lead(phone_number="01001234567")
    close_lead(lead.pk, by=registrar, reason="س")
    make_lead(phone_number="01001234567")
    answer = press(client, lead, "called", notes="مكتوب")
    assert "HX-Redirect" not in answer
    assert "تابع الطلب الأحدث" in text(answer)
    assert "مكتوب" in text(answer)


def typed(**fields):
    said = {"participant": "new", "first_name": "منى خالد", "last_name": "الجندي", "name": "يوسف منى"}
    return said | {"gender": "male", "dob": "٢/٤/٢٠١٧"} | fields


def test_a_number_becomes_a_family_with_a_request(client, registrar):
    course = make_course()
    lead = make_lead(course, name="منى خالد أحمد الجندي", phone_number="01001234567", message="الخميس", child_age=8)
    form = client.get(family_page(lead)).context["form"]
    assert (form.initial["first_name"], form.initial["last_name"]) == ("منى خالد", "أحمد الجندي")
    answer = client.post(family_page(lead), typed(course=course.pk))
    assert answer.url == page(lead)
    child = Child.objects.get()
    assert (child.name, child.gender, child.dob) == ("يوسف منى", "boy", dt.date(2017, 4, 2))
    assert (child.primary_parent.user.phone_number1, EnrollmentRequest.objects.get().child) == ("+201001234567", child)
    shown = text(client.get(answer.url))
    assert reverse("admin:users_child_change", args=[child.pk]) in shown
    assert "/turn-into-family" not in shown


def test_a_known_family_chooses_its_child_and_gets_no_second_account(client, registrar):
    parent = make_parent(phone_number1="+201001234567")
    child, course = make_child(parent), make_course()
    lead = make_lead(course, phone_number="01001234567")
    asked = client.get(family_page(lead))
    assert "first_name" not in asked.context["form"].fields
    assert str(parent.user) in text(asked)
    assert client.post(family_page(lead), {"participant": "", "course": course.pk}).status_code == 200
    assert client.post(family_page(lead), {"participant": str(child.pk), "course": course.pk}).status_code == 302
    assert (Lead.objects.get().child, Lead.objects.get().request.course) == (child, course)
    assert CustomUser.objects.filter(role="parent").count() == 1


def test_an_adult_becomes_a_student(client, registrar):
    lead = make_lead()
    answer = client.post(family_page(lead), typed(participant="adult", name="", gender="female"))
    assert answer.status_code == 302
    assert Lead.objects.get().student.user.gender == "female"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"participant": "somebody"}, "participant"),
        ({"first_name": ""}, "first_name"),
        ({"name": ""}, "name"),
        ({"gender": ""}, "gender"),
        ({"dob": "31/2/2017"}, "dob"),
        ({"participant": "adult", "gender": ""}, "gender"),
        ({"course": "nothing"}, "course"),
    ],
)
def test_what_is_missing_is_said_at_its_field_and_nothing_is_written(client, registrar, wrong, field):
    lead = make_lead()
    answer = client.post(family_page(lead), typed(**wrong))
    assert answer.status_code == 200
    assert field in answer.context["form"].errors
    assert (Child.objects.count(), Lead.objects.get().status) == (0, "new")
    assert CustomUser.objects.filter(role__in=["parent", "student"]).count() == 0


def test_whose_number_cant_be_told_is_said_on_the_numbers_own_page(client, registrar):
    lead = make_lead(phone_number="01001234567")
    for _n in range(2):
        make_user(phone_number2="+201001234567")
    answer = client.get(family_page(lead), follow=True)
    assert answer.redirect_chain[0][0] == page(lead)
    assert "لأكثر من شخص" in text(answer)
