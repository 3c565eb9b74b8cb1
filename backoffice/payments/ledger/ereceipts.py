"""The kept e-receipts hashed again: each new one against its UUID and its chain, the proved ones against their seal.

To hash a document as the authority does takes Python some 40 µs, half a minute and more for a million. So a clean check
seals what it proved: the sum of the texts' SHA-256, which the database makes itself, two seconds for a million. The
next check makes that sum again and hashes only what is newer; where it is another, it hashes all and names rows.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from .. import ereceipt
from ..models import LedgerCheck, Receipt
from .report import Difference

# 60 bits of each hash, so that a database adds them up as plain numbers.
_DIGITS = 15
_SEALED = ("e_uuid", "e_qr", "e_receipt")
_COLUMNS = ("pk", "number", "content__amount", *_SEALED)


@dataclass(frozen=True)
class Seal:
    """The fingerprint of all e-receipts up to a number; of none to begin with."""

    year: int = 0
    serial: int = 0
    total: int = 0

    @property
    def covered(self) -> Q:
        """The receipts up to the number."""
        return Q(year__lt=self.year) | Q(year=self.year, serial__lte=self.serial)


def last_seal() -> Seal:
    """What the last clean check proved."""
    check = LedgerCheck.objects.exclude(seal="").order_by("-pk").first()
    if check is None or check.sealed_year is None or check.sealed_serial is None:
        return Seal()
    return Seal(check.sealed_year, check.sealed_serial, int(check.seal))


def next_seal() -> Seal:
    """The seal of all that is there, for a check that found nothing wrong: the last one and what is newer."""
    last = last_seal()
    newest = Receipt.objects.order_by("-year", "-serial").values_list("year", "serial").first()
    if newest is None:
        return last
    return Seal(*newest, last.total + fingerprint(Receipt.objects.exclude(last.covered)))


def e_receipt_differences() -> Iterator[Difference]:
    """E-receipts that aren't what was issued: another text, another UUID, or another one before them."""
    seal = last_seal()
    sealed = Receipt.objects.filter(seal.covered)
    if fingerprint(sealed) == seal.total:
        before = sealed.order_by("-year", "-serial").values_list("e_uuid", flat=True).first()
        yield from _hashed_again(Receipt.objects.exclude(seal.covered), before or "")
        return
    found = list(_hashed_again(Receipt.objects.all(), ""))
    yield from found
    if not found:
        # Written anew with hashes that fit each other: no row is wrong by itself, and yet they aren't the same.
        rule = _("E-receipts stay as the last clean check of the ledger found them")
        row, total = f"{seal.year}-{seal.serial:06d}", str(fingerprint(sealed))
        yield Difference("e_receipt_seal", rule, "payments.receipt", row, total, str(seal.total))


def fingerprint(receipts: QuerySet[Receipt]) -> int:
    """The sum of the hashes of the receipts' UUIDs, links and texts; it is another as soon as one of them is."""
    rows = receipts.exclude(e_receipt="").order_by()
    if connection.vendor != "postgresql":
        return sum(_number(*row) for row in rows.values_list(*_SEALED).iterator())
    sql, params = rows.values(*_SEALED).query.sql_with_params()
    hashed = f"encode(sha256(convert_to(concat({', '.join(_SEALED)}), 'UTF8')), 'hex')"
    number = f"('x' || left({hashed}, {_DIGITS}))::bit({_DIGITS * 4})::bigint"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT coalesce(sum({number}), 0) FROM ({sql}) receipt", params)  # noqa: S608  the ORM's own
        return int(cursor.fetchone()[0])


def _number(*columns: str | None) -> int:
    text = "".join(column or "" for column in columns)
    return int(hashlib.sha256(text.encode()).hexdigest()[:_DIGITS], 16)


def _hashed_again(receipts: QuerySet[Receipt], before: str) -> Iterator[Difference]:
    """Each receipt in its order; `before` is the UUID of the one that the first is chained to."""
    rows: Iterable[dict[str, Any]] = receipts.order_by("year", "serial").values(*_COLUMNS).iterator(chunk_size=2000)
    for row in rows:
        yield from _of_receipt(row, before)
        before = row["e_uuid"] or ""


def _of_receipt(row: dict[str, Any], before: str) -> Iterator[Difference]:
    if not row["e_receipt"] and not row["e_uuid"]:
        # Issued before there were any; after the first one every receipt has its own.
        if before:
            yield _difference(row, "e_receipt_missing", _("Every receipt has its e-receipt"), "None", "an e-receipt")
        return
    try:
        document = json.loads(row["e_receipt"])
        header, total = document["header"], f"{document['totalAmount']:.2f}"
        uuid, chained_to, number = ereceipt.uuid_of(document), header["previousUUID"], header["receiptNumber"]
    except (ValueError, TypeError, KeyError, AttributeError):
        yield _difference(row, "e_receipt_unreadable", _("An e-receipt is a document"), row["e_receipt"][:80], "…")
        return
    if not uuid == row["e_uuid"] == header["uuid"] or uuid not in row["e_qr"]:
        yield _difference(row, "e_receipt_uuid", _("An e-receipt's UUID is the hash of its text"), row["e_uuid"], uuid)
    if chained_to != before:
        yield _difference(row, "e_receipt_chain", _("An e-receipt names the one before it"), chained_to, before)
    said = row["content__amount"]
    if number != row["number"] or total != _egp(said):
        rule = _("An e-receipt has the number and the sum of its receipt")
        yield _difference(row, "e_receipt_says_otherwise", rule, f"{number}: {total}", f"{row['number']}: {said}")


def _egp(said: Any) -> str:
    """A sum as it is kept in a receipt, with or without its piastres; what is none stays as it is."""
    try:
        return f"{Decimal(said):.2f}"
    except (InvalidOperation, TypeError, ValueError):
        return str(said)


def _difference(row: dict[str, Any], code: str, rule: Any, found: Any, expected: str) -> Difference:
    return Difference(code, rule, "payments.receipt", str(row["pk"]), str(found), expected)
