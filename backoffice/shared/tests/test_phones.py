"""Phone numbers: every spelling of a number is one number."""

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backoffice.shared.errors import DomainError
from backoffice.shared.phones import local_form, normalise_phone, search_forms

MOBILES = st.from_regex(r"1[0125][0-9]{8}", fullmatch=True)
ARABIC_DIGITS = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


@given(
    MOBILES,
    st.sampled_from(["0", "+20", "+20 ", "0020", "00 20 ", "+2 0", "20", "", "(0", "\u202a+20", "+200"]),
    st.sampled_from(["", " ", "-", ".", "\u00a0", "‑"]),
    st.booleans(),
    st.integers(1, 9),
)
def test_every_spelling_of_a_mobile_is_the_same_number(core, prefix, separator, is_arabic, cut):
    typed = prefix + core[:cut] + separator + core[cut:] + (")" if "(" in prefix else "")
    typed = typed.translate(ARABIC_DIGITS) if is_arabic else typed

    assert normalise_phone(f" {typed}\u202c ") == f"+20{core}"


@given(MOBILES)
def test_numbers_of_a_sheet_that_lost_their_zero_are_found(core):
    assert normalise_phone(int(core)) == normalise_phone(float(core)) == normalise_phone(f"{core}.0") == f"+20{core}"


@given(MOBILES)
def test_the_pattern_says_what_phonenumbers_says(core):
    number = phonenumbers.parse(f"0{core}", "EG")

    assert phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) == normalise_phone(core)


@given(MOBILES)
def test_a_normal_number_stays_as_it_is(core):
    assert normalise_phone(normalise_phone(core)) == f"+20{core}"
    assert normalise_phone(local_form(f"+20{core}")) == f"+20{core}"


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("+966 50 123 4567", "+966501234567"),
        ("00966501234567", "+966501234567"),
        ("+20 64 3201234", "+20643201234"),
        ("+1 650-253-0000", "+16502530000"),
        ("201001234567+", "+201001234567"),
    ],
)
def test_numbers_from_abroad_need_their_countrys_code(typed, number):
    assert normalise_phone(typed) == number


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (None, "phone_missing"),
        ("", "phone_missing"),
        (" \u200f ", "phone_missing"),
        ("لا يوجد", "phone_invalid"),
        ("-", "phone_invalid"),
        ("0123", "phone_too_short"),
        (1.5, "phone_too_short"),
        ("01301234567", "phone_invalid"),
        ("010012345678", "phone_invalid"),
        ("+999123", "phone_invalid"),
        ("+", "phone_invalid"),
        ("01001234567 / 01112345678", "phone_several"),
        ("01001234567 و 01112345678", "phone_several"),
        ("01001234567 ت", "phone_invalid"),
        (True, "phone_invalid"),
        (float("nan"), "phone_invalid"),
        (float("inf"), "phone_invalid"),
        (1e300, "phone_invalid"),
        ("9" * 5000, "phone_invalid"),
        ("+" + "9" * 5000, "phone_invalid"),
        ("²" * 11, "phone_invalid"),
    ],
)
def test_what_can_not_be_called_is_refused_with_what_was_read(value, code):
    with pytest.raises(DomainError) as caught:
        normalise_phone(value)

    assert caught.value.code == code
    assert len(str(caught.value)) < 300


@given(st.one_of(st.text(max_size=20), st.floats(), st.integers(), st.text("+0123456789٠١ ()-.", max_size=20)))
def test_anything_is_a_number_or_a_refusal(value):
    try:
        number = normalise_phone(value)
    except DomainError:
        return
    assert number.startswith("+")
    assert number[1:].isdigit()


def test_the_local_form_is_as_people_dial():
    assert local_form("+201001234567") == "01001234567"
    assert local_form("+966501234567") == "+966501234567"


@given(MOBILES, st.sampled_from(["0", "+20", "+20 ", "0020", "+2 0", "20", ""]), st.integers(4, 10), st.booleans())
def test_any_beginning_of_a_number_finds_it(core, prefix, length, is_arabic):
    typed = prefix + core[:length]
    typed = typed.translate(ARABIC_DIGITS) if is_arabic else typed

    (form,) = search_forms(typed)
    assert form in f"+20{core} 0{core}"


@pytest.mark.parametrize("typed", ["", "أحمد", "M12345", "12", "+20", "a1001234567", "-"])
def test_other_words_are_no_part_of_a_number(typed):
    assert search_forms(typed) == ()


def test_the_end_of_a_number_and_one_from_abroad_are_found():
    assert search_forms("4567") == ("4567",)
    assert search_forms("00966 50") == ("96650",)
    assert search_forms("+20 0100 123") == ("0100123",)
