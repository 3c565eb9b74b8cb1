"""Payments found by anything of them, at a million rows: people, courses and papers are looked up first, by index.

`folded_search` over columns of seven tables reads every payment beside all of them. Here each kind of thing is asked in
its own table, through its trigram index, and the payments follow by their keys. SQLite has neither such an index nor a
million payments: there, and for a search of very many readings, `folded_search` answers.
"""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from backoffice.shared.admin.search import folded_search
from backoffice.shared.phones import search_forms
from backoffice.shared.text import fold

from .models import Payment

# Each word may be of the people, the course or the paper; with more readings than these the plain search is no slower.
READINGS = 16
FEW = 1_000
TRIGRAM = 3


def search_payments(payments: QuerySet[Payment], typed: str, columns: Iterable[str]) -> QuerySet[Payment]:
    """The payments where every typed word stands in a name or number of the people, the course, receipt or reference.

    `columns` are the same in words of `folded_search`, which finds the same rows more slowly. One difference: where the
    payer is not the child's first parent any more, one typed word of the child's and one of the payer's don't meet.
    """
    numbers = search_forms(typed)
    words = list(numbers) or fold(typed).split()
    if connection.vendor != "postgresql" or not words or len(words) > READINGS:
        return folded_search(payments, typed, columns)
    readings = list(itertools.islice(_readings(words), READINGS + 1))
    if len(readings) > READINGS:
        return folded_search(payments, typed, columns)
    parts = [part for reading in readings for part in reading.parts()]
    if not parts:
        return payments.none()
    sql = " UNION ".join(statement for statement, _params in parts)
    params = [one for _statement, params in parts for one in params]
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} LIMIT %s", [*params, FEW + 1])
        keys = [key for (key,) in cursor.fetchall()]
    # Few enough to be named are fetched by their keys; with the statement inside, all the list's tables would be read.
    return payments.filter(pk__in=keys if len(keys) <= FEW else RawSQL(sql, params))  # noqa: S611


type Part = tuple[str, list[Any]]


@dataclass(frozen=True)
class _Reading:
    """One way to read what was typed: words of the people, the courses that are meant, and words of the paper."""

    people: Sequence[str]
    courses: Sequence[Any] | None
    papers: Sequence[str]

    def parts(self) -> Iterator[Part]:
        """Statements that select the keys of payments."""
        if self.courses is not None and not self.courses:
            return
        if self.people:
            yield from (self._narrowed(*part) for part in _of_people(self.people))
        elif self.courses is not None:
            yield self._narrowed(f"{_PAYMENTS_OF_PLACES} WHERE TRUE", [])
        else:
            yield self._narrowed(*_of_paper(max(self.papers, key=len)))

    def _narrowed(self, source: str, params: list[Any]) -> Part:
        """The payments of a source that are of the courses and the papers as well."""
        sql = f"SELECT p.id FROM {source}"  # noqa: S608  no word is in the text
        if self.courses is not None:
            sql, params = f"{sql} AND e.course_id = ANY(%s)", [*params, list(self.courses)]
        for word in self.papers:
            sql += (
                " AND (upper(p.reference_number) LIKE upper(%s) OR EXISTS "
                "(SELECT FROM payments_receipt r WHERE r.payment_id = p.id AND r.number LIKE upper(%s)))"
            )
            params = [*params, _like(word), _like(word)]
        return sql, params


def _readings(words: list[str]) -> Iterator[_Reading]:
    """Every way to read the words that can find anything: one query tells where each of them stands."""
    choices: list[list[tuple[str, Any]]] = [
        [
            *([("people", None)] if is_of_somebody else []),
            *([("course", courses)] if courses else []),
            *([("paper", None)] if is_on_paper else []),
        ]
        for is_of_somebody, courses, is_on_paper in _known(words)
    ]
    for chosen in itertools.product(*choices):
        by_word = list(zip(words, chosen, strict=True))
        meant = [set(courses) for kind, courses in chosen if kind == "course" and courses]
        yield _Reading(
            people=[word for word, (kind, _courses) in by_word if kind == "people"],
            courses=list(set.intersection(*meant)) if meant else None,
            papers=[word for word, (kind, _courses) in by_word if kind == "paper"],
        )


def _known(words: list[str]) -> list[tuple[bool, list[Any] | None, bool]]:
    """For each word whether it is anybody's, the courses that it stands in, and whether it stands on any paper.

    A receipt's number is digits. Arabic of one or two letters is not looked for in the numbers of transfers: no index
    finds so little.
    """
    statements, params = [], list[Any]()
    for place, word in enumerate(words):
        on_paper = ["FALSE"]
        if word.isascii():
            on_paper.append("EXISTS (SELECT FROM payments_receipt WHERE number LIKE upper(%s))")
        if word.isascii() or len(word) >= TRIGRAM:
            on_paper.append("EXISTS (SELECT FROM payments_payment WHERE upper(reference_number) LIKE upper(%s))")
        statements.append(
            "SELECT %s::int AS place, EXISTS (SELECT FROM users_child WHERE search_text LIKE %s) "  # noqa: S608
            "OR EXISTS (SELECT FROM users_customuser WHERE search_text LIKE %s) "
            "OR EXISTS (SELECT FROM users_studentuser WHERE upper(unique_code) LIKE upper(%s)), "
            "(SELECT array_agg(id) FROM courses_course WHERE search_text LIKE %s), " + " OR ".join(on_paper)
        )
        params += [place, *[_like(word)] * (3 + len(on_paper))]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(statements) + " ORDER BY place", params)
        return [(is_anybodys, courses, is_on_paper) for _place, is_anybodys, courses, is_on_paper in cursor.fetchall()]


_PAYMENTS_OF_PLACES = "enrollments_enrollment e JOIN payments_payment p ON p.enrollment_id = e.id"
_PAYMENTS = "payments_payment p LEFT JOIN enrollments_enrollment e ON e.id = p.enrollment_id"


def _of_people(words: Sequence[str]) -> Iterator[Part]:
    """Payments `p`, places `e`, where all words stand in the child, the payer or the student, or in child and payer."""
    likes = [_like(word) for word in words]
    texts = " AND ".join(["search_text LIKE %s"] * len(words))
    users = f"(SELECT id FROM users_customuser WHERE {texts})"  # noqa: S608  no word is in the text
    children = f"(SELECT id FROM users_child WHERE {texts})"  # noqa: S608
    yield f"{_PAYMENTS_OF_PLACES} WHERE e.child_id IN {children}", likes
    yield f"{_PAYMENTS} WHERE p.payer_parent_id IN {users}", likes
    yield f"{_PAYMENTS} WHERE p.payer_student_id IN {users}", likes
    either = " AND ".join(["(u.search_text LIKE %s OR upper(s.unique_code) LIKE upper(%s))"] * len(words))
    students = f"SELECT s.user_id FROM users_studentuser s JOIN users_customuser u ON u.id = s.user_id WHERE {either}"  # noqa: S608
    yield f"{_PAYMENTS_OF_PLACES} WHERE e.student_id IN ({students})", [one for like in likes for one in (like, like)]
    if len(words) > 1:
        yield _of_families(likes)


def _of_families(likes: list[str]) -> Part:
    """Some words in the child's name and the others in those of its first parent, who paid."""
    rarest = max(likes, key=len)
    either = " AND ".join(["(c.search_text LIKE %s OR u.search_text LIKE %s)"] * len(likes))
    # OFFSET 0: the families are found first, however few or many the planner takes them for.
    sql = (
        "(SELECT c.id, c.primary_parent_id FROM users_child c "  # noqa: S608
        "JOIN users_customuser u ON u.id = c.primary_parent_id WHERE c.id IN ("
        "SELECT id FROM users_child WHERE search_text LIKE %s UNION SELECT k.id FROM users_child k "
        "WHERE k.primary_parent_id IN (SELECT id FROM users_customuser WHERE search_text LIKE %s)"
        f") AND {either} OFFSET 0) k JOIN enrollments_enrollment e ON e.child_id = k.id "
        "JOIN payments_payment p ON p.enrollment_id = e.id AND p.payer_parent_id = k.primary_parent_id WHERE TRUE"
    )
    return sql, [rarest, rarest, *(one for like in likes for one in (like, like))]


def _of_paper(word: str) -> Part:
    sql = (
        f"{_PAYMENTS} WHERE p.id IN (SELECT payment_id FROM payments_receipt WHERE number LIKE upper(%s) "  # noqa: S608
        "UNION SELECT id FROM payments_payment WHERE upper(reference_number) LIKE upper(%s))"
    )
    return sql, [_like(word)] * 2


def _like(word: str) -> str:
    """The word anywhere in a text; its own % and _ are no wildcards."""
    for sign in ("\\", "%", "_"):
        word = word.replace(sign, f"\\{sign}")
    return f"%{word}%"
