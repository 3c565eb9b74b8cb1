"""Egypt's e-receipt (receipt v1.2 of the tax authority's SDK), built and numbered here; nothing is sent.

The UUID is made by the seller: SHA-256 of the document's canonical serialisation with an empty `uuid`, chained to the
receipt before it by `previousUUID`. The document of a return (type `r`, for refunds) is later work.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

# The authority's codes of payment methods: C is cash, V a card; transfers and wallets are "other".
METHODS = {"cash": "C", "card": "V"}
OTHER_METHOD = "O"


@dataclass(frozen=True)
class Sale:
    """What one receipt sells: one line, in EGP, without tax (teaching is exempt)."""

    number: str
    issued_at: dt.datetime
    previous_uuid: str
    payer: str
    phone: str
    item: str
    item_code: str
    amount: Decimal
    method: str


@dataclass(frozen=True)
class EReceipt:
    """The text to send, as it was hashed; its UUID; and the link that a QR code holds."""

    text: str
    uuid: str
    qr: str


def build(sale: Sale, seller: Mapping[str, Any]) -> EReceipt:
    """The e-receipt of a sale; `seller` is `settings.E_RECEIPT`. Pure: the same sale gives the same text and UUID."""
    document = _document(sale, seller)
    uuid = uuid_of(document)
    document["header"]["uuid"] = uuid
    issued, total = document["header"]["dateTimeIssued"], f"{sale.amount:.2f}"
    qr = f"{seller['portal']}/receipts/search/{uuid}/share/{issued}#Total:{total},IssuerRIN:{seller['rin']}"
    return EReceipt(text=json.dumps(document, ensure_ascii=False), uuid=uuid, qr=qr)


def uuid_of(document: Mapping[str, Any]) -> str:
    """64 hexadecimal digits: the hash of the document with an empty `uuid`, whatever stands there now."""
    emptied = {**document, "header": {**document["header"], "uuid": ""}}
    return hashlib.sha256(canonical(emptied).encode()).hexdigest()


def canonical(value: Any) -> str:
    """The authority's serialisation: names in upper case, names and plain values in quotes, one after the other.

    An array repeats its name before each of its elements; order is the document's own.
    """
    if isinstance(value, dict):
        return "".join([_named(name.upper(), one) for name, one in value.items()])
    if isinstance(value, str):
        return f'"{value}"'
    # What JSON writes for a number; asking `json` for each took as long as all the rest.
    return f'"{value!r}"' if type(value) is float else f'"{json.dumps(value)}"'


def _named(name: str, value: Any) -> str:
    if isinstance(value, list):
        return f'"{name}"' + "".join([f'"{name}"{canonical(one)}' for one in value])
    return f'"{name}"{canonical(value)}'


def _document(sale: Sale, seller: Mapping[str, Any]) -> dict[str, Any]:
    amount = float(sale.amount)
    line = {
        "internalCode": sale.item_code,
        "description": _plain(sale.item),
        "itemType": seller["item_type"],
        "itemCode": seller["item_code"],
        "unitType": "EA",
        "quantity": 1.0,
        "unitPrice": amount,
        "netSale": amount,
        "totalSale": amount,
        "total": amount,
    }
    return {
        "header": {
            "dateTimeIssued": f"{sale.issued_at.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}",
            "receiptNumber": sale.number,
            "uuid": "",
            "previousUUID": sale.previous_uuid,
            "currency": "EGP",
        },
        "documentType": {"receiptType": "S", "typeVersion": "1.2"},
        "seller": {
            "rin": seller["rin"],
            "companyTradeName": _plain(seller["trade_name"]),
            "branchCode": seller["branch_code"],
            "branchAddress": {
                "country": "EG",
                "governate": _plain(seller["governorate"]),
                "regionCity": _plain(seller["city"]),
                "street": _plain(seller["street"]),
                "buildingNumber": _plain(seller["building"]),
            },
            "deviceSerialNumber": seller["device_serial"],
            "activityCode": seller["activity_code"],
        },
        "buyer": {"type": "P", "name": _plain(sale.payer), "mobileNumber": sale.phone},
        "itemData": [line],
        "totalSales": amount,
        "netAmount": amount,
        # No tax rows: `taxTotals` is optional and teaching bears none.
        "totalAmount": amount,
        "paymentMethod": METHODS.get(sale.method, OTHER_METHOD),
    }


def _plain(text: str) -> str:
    """On one line and without quotes or backslashes, about whose escaping in the hash the rules are vague."""
    return " ".join(text.replace('"', "”").replace("\\", "/").split())
