"""Asking for a place on the site: who may, for whom, what is refused where, and that twice is once."""

import datetime as dt
import re
import threading
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from backoffice.courses.models import Course
from backoffice.courses.tests.makers import make_course, make_schedule
from backoffice.enrollments.models import EnrollmentRequest
from backoffice.enrollments.services import accept_request, refuse_request, submit_request
from backoffice.enrollments.tests.makers import make_enrollment, make_request
from backoffice.shared.models import AuditEntry
from backoffice.users.models import Child, ChildParent
from backoffice.users.tests.makers import make_child, make_parent, make_staff, make_student

from .makers import make_course_page, the_home

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]

ROOM = "/en/account/"


@pytest.fixture
def mona():
    return make_parent(first_name="منى")


@pytest.fixture
def yusuf(mona):
    return make_child(mona, name="يوسف علي")


@pytest.fixture
def course():
    course = make_course(price=450, min_age=6, max_age=15)
    make_schedule(course)
    return course


@pytest.fixture
def as_mona(client, mona):
    client.force_login(mona.user)
    return client


def ask(course):
    return f"/en/ask/{course.pk}/"


def send(client, course, who, **more):
    return client.post(ask(course), {"who": str(getattr(who, "pk", who))} | more)


def main(response):
    return response.content.decode().split("<main", 1)[1].split("</main>")[0]


def fault_at(response, field):
    found = re.search(rf'<ul class="errorlist" id="id_{field}_error"><li>([^<]*)</li>', main(response))
    return found[1] if found else None


# --- who -------------------------------------------------------------------------------------------------------


def test_the_courses_page_leads_there_and_the_facts_stand_beside(client, course):
    page = make_course_page(course=course)
    assert f'href="/ask/{course.pk}/"' in client.get(page.url).content.decode()
    shown = main(client.get(ask(course)))
    for fact in ("450", "20 seats left", "Ages 6 to 15", "16:00–18:00", page.url):
        assert fact in shown


def test_a_course_that_takes_nobody_has_no_button(client):
    page = make_course_page(course=make_course(is_active=False))
    assert "/ask/" not in client.get(page.url).content.decode()


def test_a_visitor_is_offered_to_sign_in_or_to_register_and_comes_back(client, course):
    shown = main(client.get(ask(course)))
    assert f"/en/account/sign-in/?next=%2Fen%2Fask%2F{course.pk}%2F" in shown
    assert f"/en/account/sign-up/?next=%2Fen%2Fask%2F{course.pk}%2F" in shown
    assert "Shall we call you about" in shown
    assert send(client, course, uuid4()).url.startswith("/en/account/sign-in/?next=/en/ask/")
    assert client.post(f"{ask(course)}child/", {}).url.startswith("/en/account/sign-in/?next=/en/ask/")
    assert not EnrollmentRequest.objects.exists()


def test_staff_without_a_family_are_told_so(client, course):
    client.force_login(make_staff("Registrars"))
    shown = main(client.get(ask(course)))
    assert "You are signed in as one of the staff." in shown
    assert "Send the request" not in shown
    # Neither may they act for somebody by a form that they weren't given.
    assert "You are signed in as one of the staff." in main(send(client, course, make_child()))
    assert not EnrollmentRequest.objects.exists()


def test_staff_cant_enter_a_child_of_their_own_without_being_a_parent(client, course):
    client.force_login(make_staff("Registrars"))
    said = {"child-name": "يوسف", "child-gender": "boy", "child-dob": "3/2/2015"}
    assert "You are signed in as one of the staff." in main(client.post(f"{ask(course)}child/", said))
    assert not Child.objects.exists()


@pytest.mark.parametrize("address", ["/ask/6a1f8f5e-0000-4000-8000-000000000000/", "/ask/1/", "/en/ask/x/"])
def test_no_course_no_page(client, address):
    assert client.get(address).status_code == 404


def test_a_course_that_is_over_and_was_never_shown_has_no_page(client):
    assert client.get(ask(make_course(is_active=False))).status_code == 404
    shown = make_course(is_active=False)
    make_course_page(course=shown)
    page = main(client.get(ask(shown)))
    assert "No place can be asked for now" in page


# --- asking ----------------------------------------------------------------------------------------------------


def test_a_parent_asks_for_a_child_and_is_told_what_comes_next(as_mona, mona, yusuf, course):
    answer = send(as_mona, course, yusuf, notes="يحضر مع أخيه")
    made = EnrollmentRequest.objects.get()
    assert answer.url == f"{ROOM}requests/{made.pk}/"
    assert (made.status, made.child, made.requested_by, made.notes) == ("pending", yusuf, mona.user, "يحضر مع أخيه")
    assert AuditEntry.objects.get(model="enrollments.enrollmentrequest").source == "site"
    shown = main(as_mona.get(answer.url))
    assert "We have your request" in shown
    assert "within 7 days" in shown
    assert "يوسف علي" in main(as_mona.get(ROOM))


def test_a_student_asks_for_themselves(client):
    student = make_student()
    course = make_course(for_adults=True)
    client.force_login(student.user)
    assert "For myself" in main(client.get(ask(course)))
    assert send(client, course, "me").status_code == 302
    assert EnrollmentRequest.objects.get().student == student


def test_the_further_parent_asks_too(client, yusuf, course):
    father = make_parent()
    ChildParent.objects.create(child=yusuf, parent=father)
    client.force_login(father.user)
    assert send(client, course, yusuf).status_code == 302
    assert EnrollmentRequest.objects.get().requested_by == father.user


def test_in_a_full_course_the_place_on_the_waiting_list_is_said(as_mona, yusuf):
    course = make_course(capacity=1)
    make_enrollment(course)
    make_request(course)
    assert "waiting list" in main(as_mona.get(ask(course)))
    shown = main(as_mona.get(send(as_mona, course, yusuf).url))
    assert EnrollmentRequest.objects.get(child=yusuf).status == "waitlisted"
    assert "you are number 2 on the waiting list" in shown
    assert "for 24 hours" in shown


def test_sent_twice_or_reloaded_it_is_one_request_and_both_are_led_to_it(as_mona, yusuf, course):
    first, second = (send(as_mona, course, yusuf) for _ in range(2))
    assert second.status_code == 302
    assert second.url.partition("?")[0] == first.url
    assert "once is enough" in main(as_mona.get(second.url))
    assert "once is enough" not in main(as_mona.get(first.url))
    for _ in range(2):
        as_mona.get(first.url)
    assert EnrollmentRequest.objects.count() == 1


def test_who_has_a_place_is_told_at_the_name(as_mona, yusuf, course):
    make_enrollment(course, child=yusuf)
    assert "has a place in this course already" in fault_at(send(as_mona, course, yusuf), "who")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"min_age": 14}, "This course is for ages 14 to 15, and the participant is 10."),
        ({"for_adults": True, "min_age": None, "max_age": None}, "This course is for adults."),
    ],
)
def test_what_is_about_the_participant_stands_at_the_name_and_the_notes_stay(as_mona, yusuf, course, changes, words):
    Course.objects.filter(pk=course.pk).update(**changes)
    answer = send(as_mona, course, yusuf, notes="كلمة للمركز")
    assert fault_at(answer, "who") == words
    assert "كلمة للمركز" in main(answer)
    assert re.search(r'aria-describedby="id_who_error"', main(answer))
    assert not EnrollmentRequest.objects.exists()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"registration_closes": dt.date(2020, 1, 1)}, "Registration"),
        ({"end_date": dt.date(2020, 1, 1), "start_date": dt.date(2019, 1, 1)}, "ended"),
    ],
)
def test_what_is_about_the_course_stands_above_the_form(as_mona, yusuf, course, changes, words):
    make_course_page(course=course)
    Course.objects.filter(pk=course.pk).update(**changes)
    answer = send(as_mona, course, yusuf)
    assert answer.status_code == 200
    assert words.lower() in main(answer).lower()
    assert not EnrollmentRequest.objects.exists()


def test_a_childrens_course_is_not_for_an_adult(client, course):
    client.force_login(make_student().user)
    assert fault_at(send(client, course, "me"), "who") == "This course is for children."


def test_notes_are_as_long_as_in_the_apps(as_mona, yusuf, course):
    assert fault_at(send(as_mona, course, yusuf, notes="م" * 2001), "notes")
    assert send(as_mona, course, yusuf, notes="م" * 2000).status_code == 302


# --- what isn't one's own --------------------------------------------------------------------------------------


def test_somebody_elses_child_and_no_child_at_all_look_alike(as_mona, yusuf, course):
    stranger = make_child(name="طفل الغريب")
    answers = [send(as_mona, course, who) for who in (stranger, uuid4(), "me", "")]
    assert [fault_at(answer, "who") for answer in answers[:3]] == ["This is not one of your children."] * 3
    assert fault_at(answers[3], "who")
    assert all("طفل الغريب" not in main(answer) for answer in answers)
    assert "طفل الغريب" not in main(as_mona.get(f"{ask(course)}?child={stranger.pk}"))
    assert not EnrollmentRequest.objects.exists()


def test_somebody_elses_request_is_none(as_mona, course):
    request = make_request(course)
    for address in (f"{ROOM}requests/{request.pk}/", f"{ROOM}requests/{uuid4()}/"):
        assert as_mona.get(address).status_code == 404
        assert as_mona.post(f"{address}cancel/").status_code == 404
    request.refresh_from_db()
    assert request.status == "pending"


@pytest.mark.parametrize("path", ["", "requests/{}/", "requests/{}/cancel/"])
def test_a_visitor_signs_in_first(client, course, path):
    request = make_request(course)
    address = ROOM + path.format(request.pk)
    answer = client.post(address) if "cancel" in path else client.get(address)
    assert (answer.status_code, answer.url) == (302, f"/en/account/sign-in/?next={address}")
    request.refresh_from_db()
    assert request.status == "pending"


@pytest.mark.parametrize("path", ["ask", "child", "cancel"])
def test_a_form_of_another_site_does_nothing(mona, yusuf, course, path):
    made = submit_request(course_id=make_course().pk, by=mona.user, child=yusuf)
    addresses = {"ask": ask(course), "child": f"{ask(course)}child/", "cancel": f"{ROOM}requests/{made.pk}/cancel/"}
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(mona.user)
    body = {"who": yusuf.pk, "child-name": "سارة", "child-gender": "girl", "child-dob": "1/1/2016"}
    assert strict.post(addresses[path], body).status_code == 403
    assert [one.status for one in EnrollmentRequest.objects.all()] == ["pending"]
    assert Child.objects.count() == 1


# --- a child ---------------------------------------------------------------------------------------------------

SARA = {
    "child-name": "سارة علي",
    "child-gender": "girl",
    "child-dob_day": "3",
    "child-dob_month": "2",
    "child-dob_year": str(timezone.localdate().year - 9),
}


def test_a_child_is_entered_on_the_way_and_chosen_at_once(as_mona, mona, yusuf, course):
    answer = as_mona.post(f"{ask(course)}child/", SARA)
    sara = Child.objects.get(name="سارة علي")
    assert answer.url == f"{ask(course)}?child={sara.pk}"
    assert (sara.primary_parent, sara.gender, sara.unique_code[0]) == (mona, "girl", "F")
    assert re.search(rf'value="{sara.pk}"[^>]*checked', main(as_mona.get(answer.url)))


def test_a_child_entered_twice_is_one(as_mona, course):
    spellings = ("سارة علي", " سارة  علي\u200f")
    first, second = (as_mona.post(f"{ask(course)}child/", SARA | {"child-name": name}) for name in spellings)
    assert first.url == second.url
    assert Child.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"child-name": ""}, "child-name"),
        ({"child-name": "م" * 151}, "child-name"),
        ({"child-gender": "male"}, "child-gender"),
        ({"child-dob_day": "31"}, "child-dob"),
        ({"child-dob_year": "2990"}, "child-dob"),
        ({"child-dob_day": "", "child-dob_month": "", "child-dob_year": ""}, "child-dob"),
    ],
)
def test_what_is_wrong_with_a_child_is_said_at_its_place_in_the_open_form(as_mona, yusuf, course, change, field):
    answer = as_mona.post(f"{ask(course)}child/", SARA | change)
    assert fault_at(answer, field)
    assert re.search(r"<details[^>]* open>", main(answer))
    assert Child.objects.count() == 1


# --- one's own places --------------------------------------------------------------------------------------------


def test_ones_own_page_shows_requests_places_and_what_came_to_nothing(as_mona, mona, yusuf):
    place = make_enrollment(make_course(name="برمجة", price=300), child=yusuf)
    make_request(make_course(name="رسم"), child=yusuf)
    refused = make_request(make_course(name="سباحة"), child=yusuf)
    refuse_request(refused.pk, by=None, reason="المسبح مغلق")
    make_request(make_course(name="للغريب"))
    shown = main(as_mona.get(ROOM))
    for words in ("برمجة", "Active", "Still to pay: 300 EGP", "رسم", "Waiting", "سباحة", "المسبح مغلق"):
        assert words in shown
    assert "للغريب" not in shown
    assert place.child == yusuf


def test_a_request_is_taken_back_and_who_waits_moves_up(as_mona, yusuf):
    course = make_course(capacity=1)
    first = make_request(course, child=yusuf)
    answer = as_mona.post(f"{ROOM}requests/{first.pk}/cancel/", follow=True)
    first.refresh_from_db()
    assert first.status == "cancelled"
    assert "Your request was taken back." in main(answer)
    assert send(as_mona, course, yusuf).status_code == 302


def test_what_was_decided_is_not_taken_back_and_that_is_said(as_mona, yusuf, course):
    request = make_request(course, child=yusuf)
    accept_request(request.pk, by=None)
    answer = as_mona.post(f"{ROOM}requests/{request.pk}/cancel/", follow=True)
    request.refresh_from_db()
    assert request.status == "accepted"
    assert 'class="refused"' in main(answer)


def test_taking_back_is_a_post(as_mona, yusuf, course):
    request = make_request(course, child=yusuf)
    assert as_mona.get(f"{ROOM}requests/{request.pk}/cancel/").status_code == 405


def test_nobody_keeps_a_copy(as_mona, yusuf, course):
    request = make_request(course, child=yusuf)
    for address in (ask(course), ROOM, f"{ROOM}requests/{request.pk}/"):
        answer = as_mona.get(address)
        assert {"private", "no-store"} <= set(answer.headers["Cache-Control"].split(", "))
        assert '<meta name="robots" content="noindex">' in answer.content.decode()


@pytest.mark.parametrize("which", ["ask", "account"])
def test_a_large_family_asks_the_database_no_more(as_mona, mona, course, which, django_assert_max_num_queries):
    address = {"ask": ask(course), "account": ROOM}[which]
    for _ in range(2):
        child = make_child(mona)
        make_enrollment(make_course(), child=child)
        make_request(course, child=child)
    as_mona.get(address)  # Wagtail learns where its sites are.
    with django_assert_max_num_queries(15) as few:
        as_mona.get(address)
    for _ in range(6):
        child = make_child(mona)
        make_enrollment(make_course(), child=child)
        make_request(make_course(), child=child)
    with django_assert_max_num_queries(len(few)):
        as_mona.get(address)


# --- at the same moment ------------------------------------------------------------------------------------------


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_while_somebody_else_holds_the_course_one_is_told_to_try_again_and_loses_nothing():
    the_home()
    mona, course = make_parent(), make_course()
    client = Client()
    client.force_login(mona.user)
    yusuf, held, over = make_child(mona), threading.Event(), threading.Event()

    def hold():
        with transaction.atomic():
            Course.objects.select_for_update().get(pk=course.pk)
            held.set()
            over.wait(20)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    assert held.wait(10)
    try:
        answer = send(client, course, yusuf, notes="كلمة للمركز")
    finally:
        over.set()
        holder.join(20)
    assert answer.status_code == 503
    assert "Try again in a moment" in main(answer)
    assert "كلمة للمركز" in main(answer)
    assert send(client, course, yusuf).status_code == 302


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_posts_at_the_same_moment_make_one_request():
    the_home()
    mona, course = make_parent(), make_course()
    yusuf = make_child(mona)
    clients = [Client() for _ in range(2)]
    for one in clients:
        one.force_login(mona.user)
    start, answers = threading.Barrier(2), []

    def post(client):
        start.wait(10)
        try:
            answers.append(send(client, course, yusuf))
        finally:
            connection.close()

    threads = [threading.Thread(target=post, args=(one,)) for one in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert [answer.status_code for answer in answers] == [302, 302]
    assert len({answer.url.partition("?")[0] for answer in answers}) == 1
    assert EnrollmentRequest.objects.count() == 1
