"""Everybody asks for everything: statuses are compared with the table beside this file, bytes with what is whose.

After a change that is meant: `UPDATE_TABLE=1 make test PYTEST_ARGS=api/tests/authorisation/test_walk.py`, and read
the diff.
"""

import json
import os
from pathlib import Path

import pytest

from .asking import BESIDE, Asker, cell, operations
from .calls import calls_of
from .secrets import answer_text, is_public, money_in, numbers_in, secrets_of

TABLE = Path(__file__).with_name("table.json")
# Who sees the children of Sami's courses, by their work.
AT_WORK = ("sami", "supervisor")
TEACHERS = ("sami", "instructor", "supervisor")
# One of each kind asks by other methods as well: a view refuses those before it knows of things.
BESIDE_BY = ("nobody", "closed", "mona", "student", "sami", "registrar")

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture(scope="module")
def answers(world, once_for_module):
    """Person → `METHOD /path/` → answer: one walk for all that is asked here."""

    def everybody():
        walkers = {name: Asker(world, person) for name, person in world.people.items()}
        walked = {name: dict(one.walk()) for name, one in walkers.items()}
        return {name: walked[name] | dict(walkers[name].walk_beside() if name in BESIDE_BY else ()) for name in walked}

    return once_for_module(everybody)


def kept():
    return json.loads(TABLE.read_text(encoding="utf-8")) if TABLE.exists() else {}


def write_down(table):
    lines = [f" {json.dumps(name)}: {json.dumps(row)}" for name, row in table.items()]
    TABLE.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


class TestTable:
    def test_everybody_is_answered_as_the_table_has_it(self, answers):
        rows = answers["nobody"]
        table = {row: {name: cell(one[row]) for name, one in answers.items() if row in one} for row in rows}
        if os.environ.get("UPDATE_TABLE"):
            write_down(table)
        differ = {row: (table[row], kept().get(row)) for row in table if table[row] != kept().get(row)}
        assert not differ
        assert table.keys() == kept().keys(), "the table has rows of addresses that are gone"

    def test_every_operation_has_its_call_and_its_row(self, world):
        calls = calls_of(world, world.people["mona"])
        assert {name.partition("?")[0] for name in calls} == set(operations())
        assert {name for name in kept() if not name.startswith(BESIDE)} == calls.keys()

    def test_nothing_fails_on_our_side(self):
        assert not [name for name, row in kept().items() if any(one.startswith("5") for one in row.values())]

    @pytest.mark.parametrize("name", operations())
    def test_each_thing_is_there_for_who_may_have_it(self, name):
        # Otherwise a refusal might be one of the thing, and not of the person.
        who = "sami" if "/teaching/" in name else "ziad" if name == "POST /api/v1/child-links/" else "mona"
        who = "device" if "/devices/" in name else who
        assert kept()[name][who].startswith("2")
        assert kept()[name][who] != "200 of 0"


class TestStrangers:
    def test_the_secrets_are_those_of_the_family(self, world, answers):
        secrets = secrets_of(world, answers)
        named = (
            world.yusuf.pk, world.yusuf.name, world.yusuf.unique_code, world.laila.pk, world.asked.pk, world.place.pk,
            world.payment.pk, world.payment.receipt.number, world.refund.pk, world.lecture.pk, world.exam.pk, "311.75",
            "655.75", "45.50", "IP77102934", "صبور معه", "يأتي مع جدته بعد العصر", "متعثر في القراءة", "منى سعيد",
        )  # fmt: skip
        assert {str(one) for one in named} <= secrets
        assert str(world.course.pk) not in secrets
        assert len(secrets) > 40

    @pytest.mark.parametrize("who", [
        "nobody", "ziad", "without_role", "closed", "student", "instructor", "registrar", "accountant", "manager",
    ])  # fmt: skip
    def test_a_stranger_gets_no_byte_of_the_family(self, world, answers, who):
        secrets = secrets_of(world, answers)
        for name, answer in answers[who].items():
            if name == "GET /api/v1/calendar.ics":
                # Whoever has the link has the calendar: it stands for its person, and can be revoked.
                continue
            found = sorted(one for one in secrets if one in answer_text(answer))
            # Who asks by a code is shown the code that they typed.
            assert found == ([world.yusuf.unique_code] if is_echo(name, answer) else []), name

    @pytest.mark.parametrize("who", ["ziad", "without_role", "nobody", "closed"])
    def test_a_stranger_is_refused_or_gets_an_empty_list(self, who):
        for name, row in kept().items():
            if name.startswith(("POST /auth/", BESIDE)) or is_public(name) or name in OWN:
                continue
            assert row[who] == "200 of 0" or row[who][0] == "4", (name, row[who])

    def test_the_further_parent_learns_nothing_of_what_the_first_paid(self, world, answers):
        hers = {str(world.payment.pk), world.payment.receipt.number, "IP77102934", str(world.refund.pk), "صبور معه"}
        for name, answer in answers["suad"].items():
            if name != "GET /api/v1/calendar.ics":
                assert not [one for one in hers if one in answer_text(answer)], name


def is_echo(name, answer):
    return name == "POST /api/v1/child-links/" and answer.status_code == 201


# One's own account, one's own calendar, a child of one's own, a code that one typed.
OWN = {
    "GET /auth/users/me/", "PUT /auth/users/me/", "PATCH /auth/users/me/", "DELETE /auth/users/me/", "GET /api/v1/me/",
    "GET /api/v1/calendar/", "POST /api/v1/calendar/", "DELETE /api/v1/calendar/", "GET /api/v1/calendar.ics",
    "POST /api/v1/children/", "POST /api/v1/child-links/",
}  # fmt: skip


class TestTeachers:
    @pytest.mark.parametrize("who", TEACHERS)
    def test_no_phone_number_but_ones_own(self, world, answers, who):
        own = world.people[who].number
        for name, answer in answers[who].items():
            # Who registers is shown what they typed.
            typed = {"+201155598765"} if name == "POST /auth/users/" else set()
            assert numbers_in(answer_text(answer)) <= {own} | typed, name

    @pytest.mark.parametrize("who", TEACHERS)
    def test_no_money_outside_the_catalogue(self, world, answers, who):
        for name, answer in answers[who].items():
            if not is_public(name) and name != "GET /api/v1/calendar.ics":
                assert not money_in(answer), name

    def test_those_at_work_do_see_the_child(self, world, answers):
        for who in AT_WORK:
            assert world.yusuf.name in answer_text(answers[who]["GET /api/v1/teaching/lectures/{id}/roster/"])

    def test_nets_catch_what_they_are_for(self, world, answers):
        assert numbers_in("اتصل بـ 0100 123 4567 أو ٠١٠٩٨٧٦٥٤٣٢") == {"+201001234567", "+201098765432"}
        assert numbers_in("X-Request-ID: 5fa01162259434bc8e7d0c4b5a69f8e1") == set()
        assert money_in(answers["mona"]["GET /api/v1/enrollments/"])
        assert numbers_in(answer_text(answers["mona"]["GET /api/v1/children/"])) == {"+201098765432"}
        assert {"price", "paid", "balance"} <= money_in(answers["mona"]["GET /api/v1/enrollments/{id}/"])


class TestAnswers:
    def test_what_is_somebodys_own_is_kept_by_no_cache(self, answers):
        for who in ("mona", "sami", "ziad", "nobody"):
            for name, answer in answers[who].items():
                if not is_public(name.replace(BESIDE, "GET")) and "calendar.ics" not in name:
                    assert "no-store" in answer.headers.get("Cache-Control", ""), (who, name)

    def test_tokens_are_all_that_apps_carry(self, answers):
        assert not [name for column in answers.values() for name, one in column.items() if one.cookies]

    @pytest.mark.parametrize("who", ["mona", "ziad", "nobody", "sami"])
    def test_head_is_get_without_its_body(self, world, answers, who):
        asker = Asker(world, world.people[who])
        for name in operations():
            method, _, path = name.partition(" ")
            if method == "GET":
                answer = asker.ask(f"HEAD {path}", asker.calls[name])
                assert (answer.status_code, answer.content) == (answers[who][name].status_code, b""), name
