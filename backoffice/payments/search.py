"""Payments found by anything of them, at a million rows.

`folded_search` over columns of seven tables reads every payment beside all of them. Here the people are asked in one
text for each participant and payer (`PaymentParty`), courses, receipts and references in their own tables, each by its
trigram index, and the payments follow by their keys. SQLite has neither such an index nor a million payments: there
`folded_search` answers.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import and_, or_
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from backoffice.shared.admin.search import folded_search
from backoffice.shared.phones import search_forms
from backoffice.shared.text import fold

from .models import Payment, PaymentParty

# So many payments are named by their keys and counted; where there are more, the list says that they are more.
FEW = 1_000
# Each word may be of the people, the course or a paper; with more ways to read them than these, nothing is looked up.
READINGS = 16
TRIGRAM = 3
# No limit to what is found: it only makes the database look people up before their payments.
EVERYBODY = 2**31


@dataclass(frozen=True)
class _Reading:
    """One place for each word: what is of the people, the courses that are meant (None: any), and the papers."""

    people: Sequence[str] = ()
    courses: frozenset[UUID] | None = None
    papers: Q = field(default_factory=Q)

    def __and__(self, other: _Reading) -> _Reading:
        both = [one for one in (self.courses, other.courses) if one is not None]
        return _Reading(
            people=[*self.people, *other.people],
            courses=frozenset.intersection(*both) if both else None,
            papers=self.papers & other.papers,
        )

    def parties(self) -> QuerySet[PaymentParty]:
        """The people of whom all these words are."""
        return PaymentParty.objects.filter(*(Q(words__contains=word) for word in self.people))

    def is_of_a_crowd(self) -> bool:
        """Whether so many people are meant, and nothing else of them, that their payments are more than a few."""
        is_of_people_alone = self.people and self.courses is None and not self.papers
        return bool(is_of_people_alone) and self.parties()[: FEW + 1].count() > FEW

    def by_index(self) -> Q:
        """The condition on payments whose people are looked up first."""
        found = self.papers if self.courses is None else self.papers & Q(enrollment__course__in=self.courses)
        return found & Q(party__in=self.parties().values("pk")[:EVERYBODY]) if self.people else found

    def in_order(self) -> Q:
        """The same condition, looked at payment by payment."""
        found = self.papers if self.courses is None else self.papers & Q(enrollment__course__in=self.courses)
        return reduce(and_, (Q(party__words__contains=word) for word in self.people), found)


# The places where a word stands.
type Places = list[_Reading]


def search_payments(payments: QuerySet[Payment], typed: str, columns: Iterable[str]) -> QuerySet[Payment]:
    """The payments where every typed word stands in a name or number of the people, the course, receipt or reference.

    `columns` are the same in words of `folded_search`, which finds the same rows more slowly. What is returned knows
    how many it is (`known_count`), or that it is more than a few (`known_above`), so that a list needn't count it.
    """
    words = list(search_forms(typed)) or fold(typed).split()
    if connection.vendor != "postgresql" or not words:
        return folded_search(payments, typed, columns)
    places, is_any_without_party = _known(words)
    lonely = _without_party(typed, columns) if is_any_without_party else []
    readings = list(itertools.islice(_readings(places), READINGS + 1))
    if not readings and not lonely:
        return payments.none()
    if not lonely and len(readings) == 1 and not payments.query.has_filters() and readings[0].is_of_a_crowd():
        return _many(payments, places, lonely, known_above=FEW)
    conditions = [reading.by_index() for reading in readings[:READINGS]] + ([Q(pk__in=lonely)] if lonely else [])
    rows = _keys(payments, conditions)
    keys = set(rows)
    if len(readings) > READINGS or len(rows) > FEW:
        return _many(payments, places, lonely, known_above=FEW if len(keys) > FEW else 0)
    # By their keys and no condition: a list joins people, courses and papers to them, and would read those first.
    few: Any = payments.filter(pk__in=keys)
    few.known_count = len(keys)
    return few


def _many(
    payments: QuerySet[Payment], places: Sequence[Places], lonely: Sequence[UUID], *, known_above: int
) -> QuerySet[Payment]:
    """A word of so many stands in some of the newest rows too: read in their order, a page is soon full."""
    many: Any = payments.filter(_anywhere(places, lonely))
    many.known_above = known_above
    return many


def _readings(places: Sequence[Places]) -> Iterator[_Reading]:
    """Every way to read the words that can find anything."""
    for chosen in itertools.product(*places):
        reading = reduce(and_, chosen)
        if reading.courses is None or reading.courses:
            yield reading


def _keys(payments: QuerySet[Payment], conditions: Sequence[Q]) -> list[UUID]:
    """The keys of what the conditions find, by index; one more than a few where there are more."""
    parts = [payments.filter(condition).order_by().values_list("pk", flat=True) for condition in conditions]
    found = parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]
    return list(found[: FEW + 1])


def _anywhere(places: Sequence[Places], lonely: Sequence[UUID]) -> Q:
    """All words, each in any of its places."""
    each = (reduce(or_, (place.in_order() for place in of_word)) if of_word else Q(pk__in=[]) for of_word in places)
    every_word = reduce(and_, each)
    return every_word | Q(pk__in=lonely) if lonely else every_word


def _without_party(typed: str, columns: Iterable[str]) -> list[UUID]:
    """What is found among payments that were recorded at the moment in which somebody of them was renamed."""
    alone = Payment.objects.filter(party__isnull=True)
    return list(folded_search(alone, typed, columns).values_list("pk", flat=True))


def _known(words: Sequence[str]) -> tuple[list[Places], bool]:
    """The places of each word, and whether any payment is without a party: one query looks in each table.

    A receipt's number is digits. Arabic of one or two letters is not looked for in the numbers of transfers: no index
    finds so little.
    """
    statements, params = [], list[Any]()
    for place, word in enumerate(words):
        is_code, is_long = word.isascii(), len(word) >= TRIGRAM
        receipt = "EXISTS (SELECT FROM payments_receipt WHERE number LIKE upper(%s))" if is_code else "FALSE"
        reference = "EXISTS (SELECT FROM payments_payment WHERE upper(reference_number) LIKE upper(%s))"
        statements.append(
            "SELECT %s::int AS place, EXISTS (SELECT FROM payments_payment WHERE party_id IS NULL), "  # noqa: S608
            "EXISTS (SELECT FROM payments_paymentparty WHERE words LIKE %s), "
            "(SELECT array_agg(id) FROM courses_course WHERE search_text LIKE %s), "
            f"{receipt}, {reference if is_code or is_long else 'FALSE'}"
        )
        params += [place, *[_like(word)] * (2 + is_code + (is_code or is_long))]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(statements) + " ORDER BY place", params)
        rows = cursor.fetchall()
    return [_places(words[place], known) for place, _lonely, *known in rows], rows[0][1]


def _places(word: str, known: Sequence[Any]) -> Places:
    is_of_somebody, courses, is_receipt, is_reference = known
    places = [
        (is_of_somebody, _Reading(people=[word])),
        (courses, _Reading(courses=frozenset(courses or []))),
        (is_receipt, _Reading(papers=Q(receipt__number__contains=word.upper()))),
        (is_reference, _Reading(papers=Q(reference_number__icontains=word))),
    ]
    return [place for stands_there, place in places if stands_there]


def _like(word: str) -> str:
    """The word anywhere in a text; its own % and _ are no wildcards."""
    for sign in ("\\", "%", "_"):
        word = word.replace(sign, f"\\{sign}")
    return f"%{word}%"
