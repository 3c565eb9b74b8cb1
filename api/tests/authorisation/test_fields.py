"""What a body may not say is refused by its name and never dropped; nothing is written then."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from .asking import Asker, operations, schema
from .calls import Call, calls_of

# What rows have and nobody writes by the API, beside every field that the contract has in some other body or answer.
OF_ROWS = {
    "role", "is_verified", "is_staff", "is_superuser", "is_active", "groups", "user_permissions", "last_login", "pk",
    "primary_parent", "parent", "further_parent", "user", "student", "unique_code", "status", "price", "discount",
    "list_price", "paid", "balance", "amount", "marked_by", "marked_via", "marked_at", "requested_by", "recorded_by",
    "decided_by", "decision_reason", "called_at", "capacity", "enrolled_count", "monthly_salary", "needs_manager",
    "photo", "date_joined", "created_at", "percentage", "total_marks", "entered_at", "__class__", "id", "phone_number1",
}  # fmt: skip
# A wrong or a right password is noted at the sign-in's door, whatever else the body says.
NOTED = re.compile(r'axes_|"last_login"|SAVEPOINT|users_customuser" SET "password"')

pytestmark = pytest.mark.django_db

# Each by whoever may do it.
BODIES = [name for name in operations() if not name.startswith("GET ")]


def fields_of_the_contract() -> set[str]:
    shapes = schema()["components"]["schemas"].values()
    return {name for shape in shapes for name in shape.get("properties", {})}


def foreign_to(call: Call) -> set[str]:
    """What the body of a call has no business saying: all but what it may, by the contract."""
    return (OF_ROWS | fields_of_the_contract()) - call.body.keys()


def own_fields(name: str) -> set[str]:
    """What the contract lets the body say."""
    method, _, path = name.partition(" ")
    content = schema()["paths"][path][method.lower()].get("requestBody", {}).get("content", {})
    shape = content.get("application/json", {}).get("schema", {}).get("$ref", "")
    found: dict[str, Any] = schema()["components"]["schemas"].get(shape.rpartition("/")[2], {})
    return set(found.get("properties", {}))


@pytest.fixture
def asker(world):
    askers = {who: Asker(world, world.people[who]) for who in ("mona", "sami", "device")}
    return lambda name: askers["device" if "/devices/" in name else "sami" if "/teaching/" in name else "mona"]


def written(queries) -> Iterator[str]:
    for query in queries:
        # A kept statement, which only reads, is sent to PostgreSQL in two parts and has no text of its own.
        sql = query["sql"] or ""
        if re.match(r"\s*(INSERT|UPDATE|DELETE)", sql) and not NOTED.search(sql):
            yield query["sql"]


@pytest.mark.parametrize("name", BODIES)
def test_every_foreign_field_is_named_and_nothing_is_written(asker, name):
    one = asker(name)
    body = one.calls[name].body or {}
    foreign = (OF_ROWS | fields_of_the_contract()) - own_fields(name)
    assert len(foreign) > 100
    with CaptureQueriesContext(connection) as queries:
        answer = one.ask(name, Call(one.calls[name].path, body=body | dict.fromkeys(foreign, "1")))
    assert answer.status_code == 400, answer.content
    assert answer.json().keys() >= foreign
    assert not list(written(queries))


@pytest.mark.parametrize("name", BODIES)
@pytest.mark.parametrize("field", ["role", "status", "primary_parent", "price", "is_staff"])
def test_one_foreign_field_beside_a_valid_body_is_enough(asker, name, field):
    if field in own_fields(name):
        pytest.skip(f"{field} is its own")
    one = asker(name)
    body = (one.calls[name].body or {}) | {field: True}
    answer = one.ask(name, Call(one.calls[name].path, body=body))
    assert (answer.status_code, set(answer.json())) == (400, {field})


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("PUT /api/v1/teaching/lectures/{id}/attendance/", "marks"),
        ("PUT /api/v1/teaching/exams/{id}/results/", "results"),
        ("POST /api/v1/devices/scans/", "scans"),
    ],
)
@pytest.mark.parametrize("field", ["marked_by", "marked_via", "marked_at", "lecture", "child", "percentage", "id"])
def test_a_foreign_field_in_a_line_is_named_at_its_line(asker, name, lines, field):
    one = asker(name)
    (line,) = one.calls[name].body[lines]
    answer = one.ask(name, Call(one.calls[name].path, body={lines: [line | {field: "1"}]}))
    assert (answer.status_code, answer.json()) == (400, {lines: {"0": {field: ["There is no such field."]}}})


@pytest.mark.parametrize("role", ["admin", "instructor", "supervisor", "manager", None, ""])
def test_nobody_registers_as_staff(world, role):
    nobody = Asker(world, world.people["nobody"])
    body = nobody.calls["POST /auth/users/"].body | {"role": role}
    answer = nobody.ask("POST /auth/users/", Call(body=body))
    assert (answer.status_code, set(answer.json())) == (400, {"role"})


def test_without_the_foreign_fields_the_same_bodies_are_taken(world, asker):
    for name in set(BODIES) - {"POST /api/v1/child-links/"}:
        assert asker(name).ask(name).status_code < 300, name
    assert calls_of(world, world.people["mona"]).keys() >= set(BODIES)
