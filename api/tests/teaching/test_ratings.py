"""What families say of instructors."""

import uuid
from decimal import Decimal

import pytest

from backoffice.attendance.models import ParentInstructorRating, StudentInstructorRating
from backoffice.courses.tests.makers import make_course, make_lecture
from backoffice.enrollments.services import drop_enrollment
from backoffice.enrollments.tests.makers import make_enrollment
from backoffice.shared.models import AuditEntry
from backoffice.users.models import ChildParent
from backoffice.users.tests.makers import make_instructor, make_parent, make_student, omar

from ..counting import assert_constant_queries
from .cast import be

pytestmark = pytest.mark.django_db

RATINGS = "/api/v1/ratings/"


def said(instructor, course, /, **more):
    return {"instructor": str(instructor.pk), "course": str(course.pk), "rating": "9.50"} | more


@pytest.fixture
def place(course, yusuf):
    """Yusuf's place in Sami's course."""
    return make_enrollment(course, child=yusuf)


def test_a_parent_rates_the_instructor_of_the_childs_course_once(app, mona, sami, course, place):
    be(app, mona)
    answer = app.post(RATINGS, said(sami, course, feedback="يشرح بصبر"))
    assert answer.status_code == 201
    assert (answer.json()["rating"], answer.json()["feedback"]) == ("9.50", "يشرح بصبر")
    assert answer.json()["instructor"] == {"id": str(sami.pk), "name": str(sami)}
    row = ParentInstructorRating.objects.get()
    assert row.parent == mona.parent
    assert AuditEntry.objects.get(model="attendance.parentinstructorrating").actor_id == mona.pk
    again = app.post(RATINGS, said(sami, course))
    assert (again.status_code, again.json()["code"]) == (409, "rated_already")
    assert app.get(RATINGS).json()["results"] == [answer.json()]


def test_a_rating_is_changed_in_place_and_what_isnt_named_stays(app, mona, sami, course, place):
    be(app, mona)
    app.post(RATINGS, said(sami, course, feedback="جيد"))
    answer = app.patch(RATINGS, said(sami, course, rating="4.00"))
    assert answer.status_code == 200
    assert (answer.json()["rating"], answer.json()["feedback"]) == ("4.00", "جيد")
    body = said(sami, course, feedback="تحسن")
    del body["rating"]
    assert app.patch(RATINGS, body).json()["rating"] == "4.00"
    changes = AuditEntry.objects.filter(model="attendance.parentinstructorrating", action="update").order_by("id")
    assert [one.changes for one in changes] == [{"rating": ["9.50", "4.00"]}, {"feedback": ["جيد", "تحسن"]}]


def test_what_wasnt_rated_cant_be_changed(app, mona, sami, course, place):
    ParentInstructorRating.objects.create(parent=make_parent(), instructor=sami, course=course, rating=Decimal(5))
    be(app, mona)
    assert app.get(RATINGS).json()["results"] == []
    assert app.patch(RATINGS, said(sami, course)).status_code == 404
    assert ParentInstructorRating.objects.get().rating == 5


def test_a_further_parent_and_a_student_rate_for_themselves(app, mona, sami, course, place, yusuf):
    father, student = make_parent(), make_student()
    ChildParent.objects.create(child=yusuf, parent=father)
    adults = make_course(for_adults=True, instructor=sami)
    make_enrollment(adults, student=student)
    for user, taught in ((mona, course), (father.user, course), (student.user, adults)):
        be(app, user)
        assert app.post(RATINGS, said(sami, taught)).status_code == 201
    assert ParentInstructorRating.objects.count() == 2
    assert StudentInstructorRating.objects.get().student == student


def test_who_gave_one_of_the_lectures_can_be_rated_and_nobody_else(app, mona, course, place):
    stand_in, stranger = make_instructor(), make_instructor()
    make_lecture(course, instructor=stand_in)
    be(app, mona)
    assert app.post(RATINGS, said(stand_in, course)).status_code == 201
    assert list(app.post(RATINGS, said(stranger, course)).json()) == ["instructor"]


def test_who_has_no_place_there_doesnt_rate(app, mona, sami, course, place):
    be(app, make_parent().user)
    answer = app.post(RATINGS, said(sami, course))
    assert (answer.status_code, answer.json()["code"]) == (403, "no_place_there")
    drop_enrollment(place.pk, by=None, reason="سافر")
    be(app, mona)
    assert app.post(RATINGS, said(sami, course)).status_code == 403
    for user in (sami.user, omar()):
        be(app, user)
        assert app.post(RATINGS, said(sami, course)).status_code == 403
        assert app.get(RATINGS).status_code == 403
    assert not ParentInstructorRating.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"rating": "0.99"}, "rating"),
        ({"rating": "10.01"}, "rating"),
        ({"rating": "9.555"}, "rating"),
        ({"rating": 9}, "rating"),
        ({"rating": "9e0"}, "rating"),
        ({"rating": "٩"}, "rating"),
        ({"rating": None}, "rating"),
        ({"instructor": "x"}, "instructor"),
        ({"instructor": str(uuid.uuid4())}, "instructor"),
        ({"course": str(uuid.uuid4())}, "course"),
        ({"student": "x"}, "student"),
    ],
)
def test_what_is_wrong_is_named(app, mona, sami, course, place, wrong, field):
    be(app, mona)
    answer = app.post(RATINGS, said(sami, course, **wrong))
    assert answer.status_code == 400
    assert list(answer.json()) == [field]
    if "rating" in wrong:
        app.post(RATINGS, said(sami, course))
        assert app.patch(RATINGS, said(sami, course, **wrong)).status_code == 400


def test_the_same_key_gives_the_first_answer(app, mona, sami, course, place):
    be(app, mona)
    first, second = (app.post(RATINGS, said(sami, course), HTTP_IDEMPOTENCY_KEY="k1") for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert second["Idempotent-Replayed"] == "true"


def test_a_list_asks_as_much_for_300_rows_as_for_3(app, mona):
    be(app, mona)

    def make(count):
        for _ in range(count):
            fields = {"instructor": make_instructor(), "course": make_course(), "rating": Decimal(5)}
            ParentInstructorRating.objects.create(parent=mona.parent, **fields)

    assert_constant_queries(lambda: app.get(RATINGS, {"page_size": 100}), make)
