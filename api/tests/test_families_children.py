"""A parent's own children, and who else asks for them."""

import uuid

import pytest

from backoffice.enrollments.tests.makers import make_enrollment
from backoffice.shared.models import AuditEntry
from backoffice.users.models import Child
from backoffice.users.services import add_further_parent, remove_further_parent
from backoffice.users.tests.makers import PASSWORD, make_child, make_parent, make_student

from .conftest import sign_in
from .counting import assert_constant_queries

pytestmark = pytest.mark.django_db

CHILDREN, LINKS = "/api/v1/children/", "/api/v1/child-links/"
YUSUF = {"name": "يوسف علي حسن", "dob": "2017-03-14", "gender": "boy"}
SUAD = "+201112223334"


@pytest.fixture
def signed_in(app, mona):
    sign_in(app)
    return app


@pytest.fixture
def suad():
    return make_parent(phone_number1=SUAD, password=PASSWORD, first_name="سعاد محمد")


class TestChildren:
    def test_entered_shown_corrected_and_taken_out(self, signed_in, mona):
        made = signed_in.post(CHILDREN, YUSUF)
        assert made.status_code == 201
        child = made.json()
        assert child["unique_code"].startswith("M")
        assert (child["is_primary"], child["photo"]) == (True, None)
        address = f"{CHILDREN}{child['id']}/"
        assert signed_in.get(address).json() == child
        assert signed_in.get(CHILDREN).json()["results"] == [child]
        assert signed_in.patch(address, {"name": "يوسف علي"}).json()["name"] == "يوسف علي"
        assert signed_in.delete(address).status_code == 204
        assert signed_in.get(address).status_code == 404
        trail = AuditEntry.objects.filter(object_id=child["id"]).order_by("at", "pk")
        assert [(entry.action, entry.actor_id) for entry in trail] == [
            ("create", mona.pk),
            ("update", mona.pk),
            ("delete", mona.pk),
        ]

    def test_a_child_with_a_place_stays(self, signed_in, mona):
        child = make_child(mona.parent)
        make_enrollment(child=child)
        answer = signed_in.delete(f"{CHILDREN}{child.pk}/")
        assert (answer.status_code, answer.json()["code"]) == (409, "child_has_history")
        assert Child.objects.filter(pk=child.pk).exists()
        assert not AuditEntry.objects.filter(object_id=str(child.pk), action="delete").exists()

    def test_somebody_elses_child_looks_like_none(self, signed_in):
        theirs = make_child(make_parent())
        for address in (f"{CHILDREN}{theirs.pk}/", f"{CHILDREN}{uuid.uuid4()}/"):
            answers = [signed_in.get(address), signed_in.patch(address, {"name": "أ"}), signed_in.delete(address)]
            assert [answer.status_code for answer in answers] == [404] * 3
            assert len({answer.content for answer in answers}) == 1

    def test_the_further_parent_reads_only(self, signed_in, mona):
        child = make_child(make_parent())
        add_further_parent(child.pk, parent=mona.parent, by=None)
        address = f"{CHILDREN}{child.pk}/"
        assert signed_in.get(address).json()["is_primary"] is False
        for answer in (signed_in.patch(address, {"name": "أ"}), signed_in.delete(address)):
            assert (answer.status_code, answer.json()["code"]) == (403, "not_primary_parent")

    def test_what_is_wrong_stands_at_its_field(self, signed_in):
        def faults(**body):
            answer = signed_in.post(CHILDREN, YUSUF | body)
            assert answer.status_code == 400, answer.content
            return set(answer.json())

        assert faults(dob="2099-01-01") == {"dob"}
        assert faults(gender="male") == {"gender"}
        assert faults(name="") == {"name"}
        assert faults(name="يوسف\x00") == {"name"}
        assert faults(phone_number="123") == {"phone_number"}
        assert faults(primary_parent=str(uuid.uuid4())) == {"primary_parent"}
        assert faults(unique_code="M00001") == {"unique_code"}

    def test_the_same_child_twice_is_refused(self, signed_in):
        assert signed_in.post(CHILDREN, YUSUF).status_code == 201
        assert signed_in.post(CHILDREN, YUSUF).status_code == 400

    def test_a_student_has_none(self, app):
        make_student(phone_number1="+201000000077", password=PASSWORD)
        sign_in(app, "+201000000077")
        assert app.get(CHILDREN).status_code == 403

    def test_queries_stay_the_same(self, signed_in, mona):
        def make(number):
            for _ in range(number):
                make_child(mona.parent)

        assert_constant_queries(lambda: signed_in.get(CHILDREN, {"page_size": 100}), make)


class TestLinks:
    def test_the_first_parent_lets_the_second_in(self, app, mona, suad):
        child = make_child(mona.parent)
        sign_in(app, SUAD)
        asked = app.post(LINKS, {"unique_code": child.unique_code})
        assert asked.status_code == 201
        assert (asked.json()["child"], asked.json()["asked_by"]) == (None, None)
        assert app.post(f"{LINKS}{asked.json()['id']}/approve/").status_code == 404
        sign_in(app)
        (seen,) = app.get(LINKS).json()["results"]
        assert (seen["child"]["name"], seen["asked_by_me"]) == (child.name, False)
        assert seen["asked_by"].startswith("سعاد")
        assert app.post(f"{LINKS}{seen['id']}/approve/").json()["status"] == "approved"
        assert app.post(f"{LINKS}{seen['id']}/approve/").json()["code"] == "illegal_step"
        sign_in(app, SUAD)
        assert [row["id"] for row in app.get(CHILDREN).json()["results"]] == [str(child.pk)]
        assert app.get(LINKS).json()["results"][0]["child"]["name"] == child.name

    def test_nobodys_code_and_a_childs_are_answered_alike(self, app, mona, suad):
        child = make_child(mona.parent)
        nobodys = "M99999" if child.unique_code != "M99999" else "M99998"
        sign_in(app, SUAD)
        answers = [app.post(LINKS, {"unique_code": code}) for code in (child.unique_code, nobodys)]
        assert [answer.status_code for answer in answers] == [201, 201]
        one, other = (answer.json() for answer in answers)
        for said in (one, other):
            for key in ("id", "unique_code", "created_at"):
                said.pop(key)
        assert one == other

    def test_who_was_turned_away_isnt_told(self, app, mona, suad):
        child = make_child(mona.parent)
        sign_in(app, SUAD)
        asked = app.post(LINKS, {"unique_code": child.unique_code}).json()
        sign_in(app)
        assert app.post(f"{LINKS}{asked['id']}/reject/").json()["status"] == "rejected"
        sign_in(app, SUAD)
        assert app.get(LINKS).json()["results"][0]["status"] == "pending"
        assert app.get(CHILDREN).json()["count"] == 0

    def test_asking_again_is_the_same_request_whatever_became_of_the_child(self, app, mona, suad):
        child = make_child(mona.parent, unique_code="M77777")
        further = make_parent()
        sign_in(app, SUAD)
        ask = lambda: app.post(LINKS, {"unique_code": "M77777"})  # noqa: E731
        first = ask()
        add_further_parent(child.pk, parent=further, by=None)
        assert (first.status_code, ask().json()) == (201, first.json())
        remove_further_parent(child.pk, by=None)
        assert ask().json() == first.json()

    def test_a_code_that_was_nobodys_can_become_a_childs(self, app, mona, suad):
        sign_in(app, SUAD)
        first = app.post(LINKS, {"unique_code": "M77777"}).json()
        make_child(mona.parent, unique_code="M77777")
        assert app.post(LINKS, {"unique_code": "M77777"}).json() == first
        sign_in(app)
        assert app.post(f"{LINKS}{first['id']}/approve/").json()["status"] == "approved"

    @pytest.mark.parametrize("answered", ["", "reject/"])
    def test_a_child_that_is_taken_out_leaves_who_asked_waiting(self, app, mona, suad, answered):
        child = make_child(mona.parent)
        sign_in(app, SUAD)
        asked = app.post(LINKS, {"unique_code": child.unique_code}).json()
        sign_in(app)
        if answered:
            app.post(f"{LINKS}{asked['id']}/{answered}")
        assert app.delete(f"{CHILDREN}{child.pk}/").status_code == 204
        assert app.get(LINKS).json()["count"] == 0
        sign_in(app, SUAD)
        assert app.get(LINKS).json()["results"] == [asked]
        assert app.post(LINKS, {"unique_code": child.unique_code}).json() == asked

    def test_codes_are_not_guessed_by_the_hundred(self, signed_in):
        answers = [signed_in.post(LINKS, {"unique_code": f"M{number:05d}"}).status_code for number in range(12)]
        assert answers[:10] == [201] * 10
        assert answers[10:] == [429] * 2
        assert signed_in.get(LINKS).status_code == 200

    def test_queries_stay_the_same(self, app, mona, suad):
        sign_in(app)

        def make(number):
            from backoffice.users.services import ask_to_join_child

            for _ in range(number):
                ask_to_join_child(unique_code=make_child(mona.parent).unique_code, by=suad.user)

        assert_constant_queries(lambda: app.get(LINKS, {"page_size": 100}), make)
