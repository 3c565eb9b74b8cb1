"""A receipt as PDF: what can be read in it, in which order, and that nothing in it is taken for markup."""

import subprocess
from dataclasses import replace
from decimal import Decimal

import pytest

from backoffice.payments.receipt_pdf import draw_receipt
from backoffice.payments.receipts import paper_of
from backoffice.payments.tests.makers import make_payment

pytestmark = pytest.mark.django_db


@pytest.fixture
def paper(db):
    payment = make_payment(amount=Decimal("250.00"))
    return replace(paper_of(payment.receipt), amount=Decimal("1250.00"), words="ألف ومئتان وخمسون جنيهًا")


@pytest.fixture
def read(tmp_path):
    def text_of(paper):
        file = tmp_path / "receipt.pdf"
        file.write_bytes(draw_receipt(paper))
        pages = subprocess.run(["pdfinfo", file], check=True, capture_output=True, text=True).stdout
        assert "Pages:           1" in pages
        return subprocess.run(["pdftotext", "-layout", file, "-"], check=True, capture_output=True, text=True).stdout

    return text_of


def test_arabic_is_read_in_its_order_and_no_number_is_reversed(paper, read):
    said = read(replace(paper, payer="منى عبد الرحمن السيد", payer_phone="01012345678", reference="TX-98 / 3"))
    assert "1,250.00" in said
    assert "منى عبد الرحمن السيد" in said
    assert "ألف ومئتان وخمسون" in said
    assert "نسخة إلكترونية" in said
    assert "01012345678" in said
    assert "TX-98 / 3" in said
    assert paper.number in said


def test_a_name_that_looks_like_markup_is_a_name(paper, read):
    hostile = '#panic("no") *bold* $x$ \\ #include "/etc/passwd" <label> @ref'
    assert "panic" in (said := read(replace(paper, payer=hostile)))
    assert '#include "/etc/passwd"' in said.replace("\n", " ")


def test_the_longest_names_stay_on_the_paper(paper, read):
    long = "كلمة " * 30
    assert read(replace(paper, payer=long, participant=long, course=long)).count("كلمة") == 90


def test_money_that_went_back_is_said(paper, read):
    said = read(replace(paper, refunded=Decimal("100.50"), refunds=[type("Refund", (), {"number": "RF-7"})()]))
    assert "100.50" in said
    assert "RF-7" in said
