"""Asking for a place, and the places one has."""

import uuid
from decimal import Decimal

import pytest

from backoffice.courses.tests.makers import make_course, make_season
from backoffice.enrollments.models import EnrollmentRequest
from backoffice.enrollments.tests.makers import bulk_enroll, make_enrollment, make_request
from backoffice.payments.tests.makers import make_payment
from backoffice.users.services import add_further_parent
from backoffice.users.tests.makers import PASSWORD, make_child, make_parent, make_student

from .conftest import sign_in
from .counting import assert_constant_queries

pytestmark = pytest.mark.django_db

REQUESTS, PLACES = "/api/v1/enrollment-requests/", "/api/v1/enrollments/"


@pytest.fixture
def signed_in(app, mona):
    sign_in(app)
    return app


@pytest.fixture
def yusuf(mona):
    return make_child(mona.parent, name="يوسف علي حسن")


class TestAsking:
    def test_a_free_seat_is_asked_for_and_the_request_taken_back(self, signed_in, yusuf):
        course = make_course()
        body = {"course": str(course.pk), "child": str(yusuf.pk), "payment_method": "instapay", "notes": "بعد العصر"}
        made = signed_in.post(REQUESTS, body)
        assert made.status_code == 201
        request = made.json()
        assert (request["status"], request["position"], request["child"]["name"]) == ("pending", None, "يوسف علي حسن")
        assert signed_in.get(f"{REQUESTS}{request['id']}/").json() == request
        cancelled = signed_in.post(f"{REQUESTS}{request['id']}/cancel/")
        assert cancelled.json()["status"] == "cancelled"
        again = signed_in.post(f"{REQUESTS}{request['id']}/cancel/")
        assert (again.status_code, again.json()["code"]) == (409, "illegal_step")

    def test_a_full_course_gives_a_place_in_the_queue(self, signed_in, yusuf):
        course = make_course(capacity=1)
        make_enrollment(course)
        make_request(course)
        made = signed_in.post(REQUESTS, {"course": str(course.pk), "child": str(yusuf.pk)}).json()
        assert (made["status"], made["position"]) == ("waitlisted", 2)
        assert signed_in.get(REQUESTS, {"status": "waitlisted"}).json()["results"][0]["position"] == 2

    def test_the_same_key_asks_once(self, signed_in, yusuf):
        body = {"course": str(make_course().pk), "child": str(yusuf.pk)}
        first, second = (signed_in.post(REQUESTS, body, HTTP_IDEMPOTENCY_KEY="k1") for _ in range(2))
        assert (first.status_code, second.status_code) == (201, 201)
        assert first.json() == second.json()
        assert second["Idempotent-Replayed"] == "true"
        assert EnrollmentRequest.objects.count() == 1

    def test_refusals_say_why(self, signed_in, yusuf):
        grown_up, over = make_course(for_adults=True), make_course(is_active=False)
        for course, code in ((grown_up, "adults_only"), (over, "course_inactive")):
            refused = signed_in.post(REQUESTS, {"course": str(course.pk), "child": str(yusuf.pk)})
            assert (refused.status_code, refused.json()["code"]) == (400, code)
        assert "course" in signed_in.post(REQUESTS, {"course": str(uuid.uuid4()), "child": str(yusuf.pk)}).json()
        course = make_course()
        body = {"course": str(course.pk), "child": str(yusuf.pk)}
        assert signed_in.post(REQUESTS, body).status_code == 201
        twice = signed_in.post(REQUESTS, body)
        assert (twice.status_code, twice.json()["code"]) == (409, "request_open_already")

    def test_somebody_elses_child_and_none_at_all_are_refused_alike(self, signed_in, mona):
        course, theirs = make_course(), make_child(make_parent())
        answers = [
            signed_in.post(REQUESTS, {"course": str(course.pk), "child": str(key)}) for key in (theirs.pk, uuid.uuid4())
        ]
        assert [answer.status_code for answer in answers] == [400, 400]
        assert answers[0].content == answers[1].content
        assert signed_in.post(REQUESTS, {"course": str(course.pk)}).json() == {"child": ["Say for which child."]}

    def test_a_student_asks_for_oneself(self, app):
        make_student(phone_number1="+201000000088", password=PASSWORD)
        sign_in(app, "+201000000088")
        made = app.post(REQUESTS, {"course": str(make_course(for_adults=True).pk)})
        assert (made.status_code, made.json()["child"]) == (201, None)

    def test_strangers_requests_look_like_none(self, signed_in):
        theirs = make_request()
        assert signed_in.get(f"{REQUESTS}{theirs.pk}/").status_code == 404
        assert signed_in.post(f"{REQUESTS}{theirs.pk}/cancel/").status_code == 404
        theirs.refresh_from_db()
        assert theirs.status == "pending"

    def test_a_child_with_two_parents_of_mine_comes_once(self, signed_in, mona):
        child = make_child(mona.parent)
        add_further_parent(child.pk, parent=make_parent(), by=None)
        make_request(child=child)
        assert signed_in.get(REQUESTS).json()["count"] == 1

    def test_queries_stay_the_same(self, signed_in, mona):
        season = make_season()

        def make(number):
            # All wait, each in a course of its own, for a place in the queue is what could cost a query a row.
            courses = [make_course(season=season) for _ in range(number)]
            waiting = {"status": "waitlisted"}
            EnrollmentRequest.objects.bulk_create(
                EnrollmentRequest(course=course, child=make_child(mona.parent), **waiting) for course in courses
            )

        assert_constant_queries(lambda: signed_in.get(REQUESTS, {"page_size": 100}), make)


class TestPlaces:
    def test_money_and_progress(self, signed_in, yusuf):
        place = make_enrollment(make_course(price=Decimal("500.00")), child=yusuf)
        make_payment(place, amount=Decimal("120.50"))
        shown = signed_in.get(f"{PLACES}{place.pk}/").json()
        assert {key: shown[key] for key in ("price", "paid", "refunded", "balance", "status")} == {
            "price": "500.00",
            "paid": "120.50",
            "refunded": "0.00",
            "balance": "379.50",
            "status": "active",
        }
        assert shown["progress"]["held"] == 0
        assert signed_in.get(PLACES).json()["results"] == [shown]

    def test_narrowed_and_paged(self, signed_in, mona, yusuf):
        other = make_child(mona.parent)
        first, second = make_enrollment(child=yusuf), make_enrollment(child=other)
        ids = lambda **asked: [row["id"] for row in signed_in.get(PLACES, asked).json()["results"]]  # noqa: E731
        assert ids() == [str(second.pk), str(first.pk)]
        assert ids(child=str(yusuf.pk)) == [str(first.pk)]
        assert ids(course=str(second.course_id), status="active") == [str(second.pk)]
        assert ids(status="dropped") == []
        assert ids(page=2, page_size=1) == [str(first.pk)]
        assert signed_in.get(PLACES, {"page": 3, "page_size": 1}).status_code == 404
        for bad in ({"child": "x"}, {"status": "gone"}, {"colour": "red"}, {"page": "0"}, {"course": ""}):
            answer = signed_in.get(PLACES, bad)
            assert (answer.status_code, set(answer.json())) == (400, set(bad))

    def test_strangers_places_look_like_none(self, signed_in):
        assert signed_in.get(f"{PLACES}{make_enrollment().pk}/").status_code == 404
        assert signed_in.get(PLACES).json()["count"] == 0

    def test_queries_stay_the_same_and_few(self, signed_in, mona):
        course = make_course(capacity=1000)

        def make(number):
            bulk_enroll(course, [make_child(mona.parent) for _ in range(number)])

        assert_constant_queries(lambda: signed_in.get(PLACES, {"page_size": 100}), make, most=5)
