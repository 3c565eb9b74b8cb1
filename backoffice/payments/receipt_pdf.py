"""A receipt as PDF, for the payer's own files: the same paper as the cashier prints, marked as an electronic copy."""

from decimal import Decimal

from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _

from backoffice.shared.pdf import ArabicPaper
from backoffice.shared.pdf.paper import BRAND, INK, SOFT

from .receipts import Paper

# Left-to-right within Arabic: a number, a code, a telephone. Isolates keep what stands beside them in its order.
_LTR, _END = "\u2066", "\u2069"


def draw_receipt(paper: Paper) -> bytes:
    """The PDF; always in Arabic, like the paper at the counter."""
    with translation.override("ar"):
        page = ArabicPaper(f"{_('Receipt')} {paper.number}")
        _head(page, paper)
        _sum(page, paper)
        for label, value in _about(paper):
            page.write_pair(label, value)
        page.ln(2)
        if not paper.on_account:
            _balance(page, paper)
        page.ln(3)
        page.write_line(f"{_('Cashier')}: {paper.cashier or '—'}", size=9, colour=SOFT)
        return bytes(page.output())


def _head(page: ArabicPaper, paper: Paper) -> None:
    page.write_line(paper.seller, size=17, style="B", colour=BRAND)
    page.write_line(_("Courses centre"), size=9, colour=SOFT)
    page.ln(2)
    page.write_line(f"{_('Receipt')} {_ltr(paper.number)} · {_ltr(_day(paper))}", size=12, style="B")
    page.write_line(" · ".join(_stamps(paper)), size=9, colour=SOFT)
    page.ln(2)
    page.rule()


def _stamps(paper: Paper) -> list[str]:
    stamps = [_("Electronic copy")]
    if paper.refunds:
        numbers = " ".join(_ltr(str(refund.number)) for refund in paper.refunds)
        whole = _("Refunded") if paper.is_refunded else f"{_('Refunded in part')} {_money(paper.refunded)}"
        stamps.append(f"{whole} {numbers}")
    return stamps


def _sum(page: ArabicPaper, paper: Paper) -> None:
    page.write_line(_("The sum of"), size=9, colour=SOFT)
    page.write_line(f"{_money(paper.amount)} {_('EGP')}", size=18, style="B")
    page.write_line(paper.words, size=10)
    page.ln(2)
    page.rule()


def _about(paper: Paper) -> list[tuple[str, str]]:
    """What stands beside what on the paper."""
    lines = [(_("Received from"), f"{paper.payer} {_ltr(paper.payer_phone)}")]
    if paper.on_account:
        lines.append((_("For"), _("On the family's account")))
    else:
        lines.append((_("For"), f"{paper.participant} {_ltr(paper.participant_code)}"))
        lines.append((_("Course"), f"{paper.course} · {paper.season}"))
    lines.append((_("Method"), " ".join(filter(None, [str(paper.method), _ltr(paper.reference)]))))
    paid_at = timezone.localtime(paper.paid_at)
    hour = formats.date_format(paid_at, "g:i A")
    lines.append((_("Paid on"), f"{_ltr(paid_at.strftime('%d/%m/%Y'))} · {hour}"))
    if paper.transfer is not None:
        lines.append(
            (_("Part of one transfer of"), f"{_money(paper.transfer)} {_('EGP')} {_ltr(paper.transfer_reference)}")
        )
    return lines


def _balance(page: ArabicPaper, paper: Paper) -> None:
    """Price, paid, still owed: three columns, the first at the right."""
    columns = [(_("Price"), paper.price), (_("Paid until now"), paper.paid), (_("Still owed"), paper.balance)]
    width, top = page.epw / len(columns), page.get_y()
    for place, (label, value) in enumerate(columns):
        left = page.w - page.r_margin - width * (place + 1)
        page.set_xy(left, top)
        page.set_font(page.font, "", 9)
        page.set_text_color(*SOFT)
        page.cell(w=width, h=5, text=label, align="C")
        page.set_xy(left, top + 5.5)
        page.set_font(page.font, "B", 12)
        page.set_text_color(*INK)
        page.cell(w=width, h=7, text=_money(value), align="C")
    page.set_y(top + 14)
    page.rule()


def _money(value: Decimal) -> str:
    return _ltr(f"{value:,.2f}")


def _day(paper: Paper) -> str:
    return timezone.localtime(paper.issued_at).strftime("%d/%m/%Y")


def _ltr(text: str) -> str:
    return f"{_LTR}{text}{_END}" if text else ""
