"""A receipt as PDF, for the payer's own files: the same paper as the cashier prints, marked as an electronic copy."""

from decimal import Decimal
from typing import TypedDict

from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _

from backoffice.shared.pdf import typeset

from .receipts import Paper


class Piece(TypedDict):
    """Words, or what is read from the left within them: a number, a code, a telephone."""

    text: str
    latin: bool


def draw_receipt(paper: Paper) -> bytes:
    """The PDF; always in Arabic, like the paper at the counter."""
    with translation.override("ar"):
        return typeset(
            "receipts/receipt.typ",
            {
                "title": f"{_('Receipt')} {paper.number}",
                "seller": paper.seller,
                "kind": _("Courses centre"),
                "head": [_words(_("Receipt")), _latin(paper.number), _words("·"), _latin(_day(paper))],
                "stamps": _stamps(paper),
                "sum_label": _("The sum of"),
                "sum": _money(paper.amount),
                "words": paper.words,
                "about": _about(paper),
                "balance": [] if paper.on_account else _balance(paper),
                "cashier": f"{_('Cashier')}: {paper.cashier or '—'}",
            },
        )


def _stamps(paper: Paper) -> list[list[Piece]]:
    stamps = [[_words(_("Electronic copy"))]]
    if paper.refunds:
        part = [] if paper.is_refunded else [_latin(f"{paper.refunded:,.2f}")]
        whole = _words(_("Refunded") if paper.is_refunded else _("Refunded in part"))
        stamps.append([whole, *part, *(_latin(str(refund.number)) for refund in paper.refunds)])
    return stamps


def _about(paper: Paper) -> list[tuple[str, list[Piece]]]:
    """What stands beside what on the paper."""
    lines = [(_("Received from"), [_words(paper.payer), _latin(paper.payer_phone)])]
    if paper.on_account:
        lines.append((_("For"), [_words(_("On the family's account"))]))
    else:
        lines.append((_("For"), [_words(paper.participant), _latin(paper.participant_code)]))
        lines.append((_("Course"), [_words(f"{paper.course} · {paper.season}")]))
    lines.append((_("Method"), [_words(str(paper.method)), _latin(paper.reference)]))
    paid_at = timezone.localtime(paper.paid_at)
    hour = formats.date_format(paid_at, "g:i A")
    lines.append((_("Paid on"), [_latin(paid_at.strftime("%d/%m/%Y")), _words(f"· {hour}")]))
    if paper.transfer is not None:
        whole = [*_money(paper.transfer), _latin(paper.transfer_reference)]
        lines.append((_("Part of one transfer of"), whole))
    return lines


def _balance(paper: Paper) -> list[tuple[str, list[Piece]]]:
    """Price, paid, still owed: three columns, the first at the right."""
    sums = ((_("Price"), paper.price), (_("Paid until now"), paper.paid), (_("Still owed"), paper.balance))
    return [(label, [_latin(f"{value:,.2f}")]) for label, value in sums]


def _money(value: Decimal) -> list[Piece]:
    return [_latin(f"{value:,.2f}"), _words(_("EGP"))]


def _day(paper: Paper) -> str:
    return timezone.localtime(paper.issued_at).strftime("%d/%m/%Y")


def _words(text: str) -> Piece:
    return {"text": text, "latin": False}


def _latin(text: str) -> Piece:
    return {"text": text, "latin": True}
