"""What holds for every address below /api/v1/: parameters, pages, bodies, words."""

import json
import uuid

import pytest
from rest_framework import exceptions

from api.parsing import LARGEST_BODY, JSONParser
from backoffice.courses.tests.makers import make_season

from .conftest import sign_in
from .counting import assert_constant_queries

pytestmark = pytest.mark.django_db

SEASONS = "/api/v1/seasons/"


@pytest.mark.parametrize(
    "path",
    [
        "/api/", "/api/v1/", "/api/v1/seasons", "/api/v2/seasons/", "/api/v1/seasonsX/", "/api/v1/seasons/1/",
        "/api/v1/seasons/%00/", "/api/v1/seasons/not-a-uuid/", "/api/v1//seasons/", "/api/v1/seasons/%0A",
        f"/api/v1/seasons/{uuid.UUID(int=7)}", f"/api/v1/seasons/{uuid.UUID(int=7)}/x/",
    ],
)  # fmt: skip
@pytest.mark.parametrize("method", ["get", "post", "delete", "options"])
def test_an_address_of_a_wrong_form_is_a_404_in_json(app, path, method):
    answer = getattr(app, method)(path)
    assert answer.status_code == 404
    assert answer.json() == {"detail": "There is nothing at this address.", "code": "not_found"}


def test_a_row_that_isnt_there_is_a_404(app):
    answer = app.get(f"{SEASONS}{uuid.UUID(int=7)}/")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options", "trace"])
def test_another_method_is_a_405_that_says_which_there_are(app, method):
    answer = getattr(app, method)(SEASONS)
    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize("method", ["post", "put", "trace"])
def test_another_method_is_a_405_whatever_the_address_names(app, method):
    assert getattr(app, method)(f"{SEASONS}?page=1&foo=2").status_code == 405


def test_head_is_get_without_a_body(app):
    make_season()
    assert app.head(f"{SEASONS}?page=1").status_code == 200


class TestParameters:
    @pytest.mark.parametrize("name", ["format", "foo", "Page", "limit", "search", "page ", "نوع", "a[b]", "\0"])
    def test_an_unknown_one_is_named(self, app, name):
        answer = app.get(SEASONS, {name: "1"})
        assert (answer.status_code, answer.json()) == (400, {name: ["There is no such parameter."]})

    def test_one_row_takes_none(self, app):
        answer = app.get(f"{SEASONS}{make_season().pk}/?page=1")
        assert (answer.status_code, answer.json()) == (400, {"page": ["There is no such parameter."]})

    def test_one_that_stands_twice_is_named(self, app):
        answer = app.get(f"{SEASONS}?page=1&page=1")
        assert (answer.status_code, answer.json()) == (400, {"page": ["This parameter stands twice."]})


class TestPages:
    def test_twenty_rows_and_the_way_on(self, app):
        for _ in range(45):
            make_season()
        first = app.get(SEASONS).json()
        assert (first["count"], len(first["results"]), first["previous"]) == (45, 20, None)
        second = app.get(first["next"]).json()
        third = app.get(second["next"]).json()
        assert (len(third["results"]), third["next"]) == (5, None)
        assert app.get(third["previous"]).json() == second
        assert app.get(second["previous"]).json()["results"] == first["results"]
        shown = [row["id"] for page in (first, second, third) for row in page["results"]]
        assert len(set(shown)) == 45

    def test_a_page_past_the_end_is_a_404_with_the_last_one(self, app):
        make_season()
        answer = app.get(SEASONS, {"page": 2})
        assert answer.status_code == 404
        assert answer.json() == {"detail": "There is no page 2: the last one is 1.", "code": "no_such_page"}

    def test_the_first_page_of_nothing_is_there(self, app):
        assert app.get(SEASONS).json() == {"count": 0, "next": None, "previous": None, "results": []}

    @pytest.mark.parametrize("typed", ["0", "-1", "x", "", "1.5", "1e3", "٢", "last", "9" * 30, " 1", "+1", "\0"])
    @pytest.mark.parametrize(("name", "most"), [("page", 1_000_000_000), ("page_size", 100)])
    def test_what_is_no_page_is_a_400(self, app, name, most, typed):
        answer = app.get(SEASONS, {name: typed})
        assert (answer.status_code, answer.json()) == (400, {name: [f"A whole number from 1 to {most}."]})

    def test_a_hundred_at_most(self, app):
        assert app.get(SEASONS, {"page_size": 100}).status_code == 200
        assert app.get(SEASONS, {"page_size": 101}).status_code == 400

    def test_the_links_keep_the_filters(self, app):
        for _ in range(3):
            make_season()
        assert app.get(SEASONS, {"page_size": 1}).json()["next"].endswith("/api/v1/seasons/?page=2&page_size=1")


class TestBodies:
    @pytest.fixture
    def send(self, app, mona):
        sign_in(app)

        def send(body, content_type="application/json"):
            return app.generic("PATCH", "/auth/users/me/", body, content_type=content_type)

        return send

    @pytest.mark.parametrize(
        "body",
        ["{", "x", "{'a': 1}", '{"a": NaN}', "[" * 100_000, b"\xff\xfe", b'{"a": "\xed\xa0\x80"}', "1" * 5000],
    )
    def test_what_isnt_json_is_a_400(self, send, body):
        answer = send(body)
        assert (answer.status_code, answer.json()["code"]) == (400, "parse_error")

    @pytest.mark.parametrize("body", ["[]", "1", '"x"', "null", "true", '[{"address": "x"}]'])
    def test_json_of_another_kind_is_a_400(self, send, body):
        assert send(body).status_code == 400

    @pytest.mark.parametrize("text", ["a\0b", "\ud800", "\udfff!"])
    def test_what_no_text_can_hold_is_a_400(self, send, text):
        words = "This holds a character that no text can have."
        for body in ({"address": text}, {"address": ["x", {"y": text}]}):
            answer = send(json.dumps(body))
            assert (answer.status_code, answer.json()) == (400, {"address": [words]})
        for body in ({text: "x"}, [text]):
            answer = send(json.dumps(body))
            assert (answer.status_code, answer.json()) == (400, {"detail": words, "code": "parse_error"})

    def test_a_text_that_only_looks_so_is_let_in(self, send):
        assert send(json.dumps({"address": "\\u0000 \U0001f334"})).status_code == 200

    def test_a_body_of_ten_megabytes_is_a_413(self, send):
        answer = send(json.dumps({"address": "x" * 10 * 2**20}))
        assert answer.status_code == 413
        assert answer.json() == {"detail": "The body is larger than 1 MB.", "code": "body_too_large"}

    def test_a_body_of_one_megabyte_is_read(self, send):
        body = json.dumps({"address": ""})
        answer = send(body + " " * (LARGEST_BODY - len(body)))
        assert answer.status_code == 200

    def test_no_more_than_that_is_taken_from_the_stream(self):
        class Endless:
            read_so_far = 0

            def read(self, size):
                self.read_so_far += size
                return b" " * size

        stream = Endless()
        with pytest.raises(exceptions.APIException):
            JSONParser().parse(stream)
        assert stream.read_so_far == LARGEST_BODY + 1

    @pytest.mark.parametrize("kind", ["text/plain", "application/xml", "multipart/form-data; boundary=x", "x/y"])
    def test_another_kind_of_body_is_a_415(self, send, kind):
        answer = send("{}", kind)
        assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")

    def test_an_unknown_field_is_named(self, send):
        answer = send(json.dumps({"addres": "x"}))
        assert (answer.status_code, answer.json()) == (400, {"addres": ["There is no such field."]})


class TestWords:
    ASKED = (
        ("get", f"{SEASONS}?page=x", 400),
        ("get", f"{SEASONS}?page=7", 404),
        ("get", f"{SEASONS}?foo=1", 400),
        ("get", "/api/v1/nothing/", 404),
        ("post", SEASONS, 405),
    )

    @pytest.mark.parametrize(("method", "path", "status"), ASKED)
    def test_arabic_unless_english_is_asked_for(self, app, method, path, status):
        english = getattr(app, method)(path)
        app.credentials()
        arabic = getattr(app, method)(path)
        assert english.status_code == arabic.status_code == status
        assert english.content.isascii()
        assert any("\u0600" <= letter <= "\u06ff" for letter in arabic.content.decode())
        assert (english["Content-Language"], arabic["Content-Language"]) == ("en", "ar")


def test_a_list_asks_as_much_for_300_rows_as_for_3(app):
    def make(count):
        for _ in range(count):
            make_season()

    assert_constant_queries(lambda: app.get(SEASONS, {"page_size": 100}), make, most=2)


def test_an_old_token_does_no_harm_where_none_is_asked(app):
    app.credentials(HTTP_AUTHORIZATION="JWT nonsense")
    assert app.get(SEASONS).status_code == 200


def test_accept_doesnt_matter(app):
    for accept in ("text/html", "application/xml", "*/*", "nonsense"):
        assert app.get(SEASONS, HTTP_ACCEPT=accept)["Content-Type"] == "application/json"
