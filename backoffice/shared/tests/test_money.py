"""Amounts: read from every spelling, asked about where two readings are possible."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backoffice.shared.errors import DomainError
from backoffice.shared.money import LARGEST, parse_amount, positive_amount

AMOUNTS = st.decimals(0, LARGEST, places=2)
ARABIC = str.maketrans("0123456789.,", "٠١٢٣٤٥٦٧٨٩٫٬")


SPELLINGS = ["{}", "+{}", "{} ج.م", "{} جنيه", "جنيه {}", "{}EGP", "{} جنيهًا مصريًا", "{} L.E.", "\u200f{} ج.م.\u200f"]


@given(AMOUNTS, st.sampled_from(SPELLINGS), st.sampled_from(["{}", "{:,}"]), st.booleans())
def test_every_spelling_of_an_amount_is_the_amount(amount, spelling, number, is_arabic):
    typed = number.format(amount)
    read = parse_amount(spelling.format(typed.translate(ARABIC) if is_arabic else typed))

    assert read == amount
    assert read.as_tuple().exponent == -2


@given(AMOUNTS)
def test_numbers_of_a_sheet_are_exact(amount):
    assert parse_amount(amount) == parse_amount(float(amount)) == amount


@pytest.mark.parametrize(
    ("value", "amount"),
    [
        ("١٥٠", "150.00"),
        (150, "150.00"),
        (120.5, "120.50"),
        ("1,250.00", "1250.00"),
        ("١٬٢٥٠٫٥٠", "1250.50"),
        ("1،250", "1250.00"),
        ("1,250", "1250.00"),
        (0.1 + 0.2, "0.30"),
        (0, "0.00"),
        (-0.0, "0.00"),
        ("0", "0.00"),
        ("007", "7.00"),
        (Decimal("1.500"), "1.50"),
        ("999,999,999.99", "999999999.99"),
    ],
)
def test_amounts_are_read(value, amount):
    assert str(parse_amount(value)) == amount


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (None, "amount_missing"),
        ("", "amount_missing"),
        (" \u200f", "amount_missing"),
        ("-50", "amount_negative"),
        (-50, "amount_negative"),
        (-0.5, "amount_negative"),
        ("(50)", "amount_negative"),
        ("50-", "amount_negative"),
        ("−50", "amount_negative"),
        ("0.001", "amount_decimals"),
        (0.001, "amount_decimals"),
        ("1.250", "amount_decimals"),
        (10**9, "amount_too_large"),
        ("1000000000", "amount_too_large"),
        (1e300, "amount_too_large"),
        ("150,50", "amount_ambiguous"),
        ("1,5", "amount_ambiguous"),
        ("1.250,50", "amount_ambiguous"),
        ("١٥٠،٥٠", "amount_ambiguous"),
        ("$50", "amount_currency"),
        ("50 €", "amount_currency"),
        ("£50", "amount_currency"),
        ("50 دولار", "amount_currency"),
        ("50 ر.س", "amount_currency"),
        ("50 USD", "amount_currency"),
        ("مجانا", "amount_unreadable"),
        ("1e3", "amount_unreadable"),
        ("nan", "amount_unreadable"),
        (float("nan"), "amount_unreadable"),
        (float("inf"), "amount_unreadable"),
        (Decimal("NaN"), "amount_unreadable"),
        (Decimal("-Infinity"), "amount_unreadable"),
        ("1 250", "amount_unreadable"),
        ("1,25,000", "amount_unreadable"),
        ("150 200", "amount_unreadable"),
        ("ج.م", "amount_unreadable"),
        ("=1+1", "amount_unreadable"),
        ("9" * 5000, "amount_unreadable"),
        (True, "amount_unreadable"),
        (b"5", "amount_unreadable"),
    ],
)
def test_what_is_no_amount_is_refused_for_its_reason(value, code):
    with pytest.raises(DomainError) as caught:
        parse_amount(value)

    assert caught.value.code == code
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize(
    ("typed", "first", "second"), [("150,50", "150.50", "15050"), ("0,50", "0.50", "50"), ("٣,٥", "3.5", "35")]
)
def test_a_comma_that_may_be_a_point_is_asked_about(typed, first, second):
    with pytest.raises(DomainError) as caught:
        parse_amount(typed)

    assert first in str(caught.value)
    assert second in str(caught.value)
    assert parse_amount(first)
    assert parse_amount(second)


@pytest.mark.parametrize("value", [0, "0", "٠", 0.0, "0.00"])
def test_nothing_is_no_payment(value):
    with pytest.raises(DomainError) as caught:
        positive_amount(value)

    assert caught.value.code == "amount_zero"


def test_a_piastre_is_a_payment():
    assert positive_amount("٠٫٠١") == Decimal("0.01")


NUMBERS = st.one_of(st.floats(), st.integers(), st.decimals())
TEXTS = st.one_of(st.text(max_size=20), st.text("0123456789.,-+ ٠١٫٬$جم", max_size=14))


@given(st.one_of(TEXTS, NUMBERS))
def test_anything_is_an_amount_or_a_refusal(value):
    try:
        assert 0 <= parse_amount(value) <= LARGEST
    except DomainError as error:
        assert error.code.startswith("amount_")  # noqa: PT017
