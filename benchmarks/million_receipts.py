"""The e-receipts of `benchmarks.million`: built, hashed and chained by the code that issues them; a minute's work."""

from collections.abc import Iterator
from typing import Any

import psycopg

from backoffice.payments import ereceipt

from .million_rows import PLACES_IN_COURSE, YEAR
from .servers import server

SELLER = {
    "portal": "https://invoicing.eta.gov.eg",
    "rin": "674859545",
    "trade_name": "واحة الرضوان",
    "branch_code": "0",
    "governorate": "الإسماعيلية",
    "city": "الإسماعيلية",
    "street": "شارع السلطان حسين",
    "building": "12",
    "device_serial": "RDW-01",
    "activity_code": "8549",
    "item_type": "EGS",
    "item_code": "EG-674859545-1",
}

PLAN = """
CREATE UNLOGGED TABLE plan_receipts (n bigint, year int, serial bigint, number text, text text, uuid text, qr text);
"""
_NUMBERED = f"""
SELECT n, year, serial, year || '-' || lpad(serial::text, 6, '0') AS number, moment AS issued_at,
    man(n) || ' ' || family(n) AS payer, mobile(n) AS phone, subject(n) AS item,
    coalesce(key('course', enrollment / {PLACES_IN_COURSE})::text, 'ACCOUNT') AS item_code, amount, method
FROM (SELECT *, {YEAR} AS year, row_number() OVER (PARTITION BY {YEAR} ORDER BY moment, n) AS serial
    FROM plan_payments WHERE is_settled) p
ORDER BY year, serial
"""
_CHUNK = 10_000


def fill(connection: psycopg.Connection[Any]) -> None:
    """The number of each settled payment's receipt, with its e-receipt."""
    connection.execute(PLAN)
    # Read and written at once, so that a gigabyte of documents is never in memory.
    with (
        connection.transaction(),
        psycopg.connect(dbname=connection.info.dbname, **server()) as writer,
        writer.cursor().copy("COPY plan_receipts FROM STDIN") as copy,
    ):
        for row in _e_receipts(connection):
            copy.write_row(row)


def _e_receipts(connection: psycopg.Connection[Any]) -> Iterator[tuple[Any, ...]]:
    with connection.cursor("receipts") as numbered:
        numbered.itersize = _CHUNK
        before = ""
        for n, year, serial, number, issued_at, *said in numbered.execute(_NUMBERED):
            sale = ereceipt.Sale(number, issued_at, before, *said)
            built = ereceipt.build(sale, SELLER)
            before = built.uuid
            yield n, year, serial, number, built.text, built.uuid, built.qr
