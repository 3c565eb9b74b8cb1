"""Arabic text: found however it is typed, kept clean, cut into names."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backoffice.shared.text import as_text, ascii_digits, clean, first_and_last, fold, split_name

ARABIC = st.text("أإآٱابتةهىيئؤءولسعم\u064e\u0651\u0640\u200f\u00a0 ٠٩۵الalA-،\u0670ﻻﷲ", max_size=25)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("الأمن", "امن"),
        ("احمد", "أحمد"),
        ("مُحَمَّـــد", "محمد"),
        ("برمجة", "البرمجه"),
        ("بِالْبَرْمَجَةِ", "برمجة"),
        ("والبرمجة", "برمجة"),
        ("للبنات", "البنات"),
        ("مصطفى", "مصطفي"),
        ("مؤمن", "مومن"),
        ("وائل", "وايل"),
        ("آدم", "ادم"),
        ("فاطمة  الزهراء", " فاطمه زهراء"),
        ("٠١٠۰۱", "01001"),
        ("ﻻﻣﻊ", "لامع"),
        ("کریم", "كريم"),
        ("Ahmed SAMI", "ahmed sami"),
        ("أحمد", "أحمد"),
        ("\u200fيوسف\u200e", "يوسف"),
    ],
)
def test_spellings_of_one_word_fold_to_the_same(one, other):
    assert fold(one) == fold(other)


@pytest.mark.parametrize("word", ["الله", "والي", "وليد", "بلال", "كالي", "فالح", "الاء", "لله", "بالغ", "وال"])
def test_letters_of_the_word_itself_are_not_taken_for_an_article(word):
    assert fold(word) == word


def test_different_words_stay_different():
    assert len({fold(word) for word in ("أحمد", "حامد", "محمد", "محمود", "حمد", "هناء", "هنا")}) == 7


@given(st.one_of(st.text(max_size=40), ARABIC))
def test_folding_what_is_folded_changes_nothing(text):
    assert fold(fold(text)) == fold(text)


@given(st.one_of(st.text(max_size=40), ARABIC))
def test_cleaning_first_changes_nothing_in_what_is_found(text):
    assert fold(clean(text)) == fold(text)
    assert clean(clean(text)) == clean(text)


def test_a_letter_with_two_spellings_in_unicode_is_found_under_both():
    assert fold("豈") == fold("\u8c48")
    assert fold("caf\u200be\u0301") == fold("café")


@given(st.text(max_size=40))
def test_what_is_cleaned_can_be_kept_anywhere(text):
    kept = clean(text)

    kept.encode()
    assert "\x00" not in kept
    assert kept == kept.strip()
    assert "  " not in kept


def test_cleaning_takes_away_what_nobody_sees_and_leaves_what_they_do():
    assert clean("\ufeff \u202bأَحمد\u00a0 \n\tعلي\u200f\x00 ") == "أَحمد علي"
    assert clean("أحمد") == "أحمد"
    assert clean("") == ""
    assert clean("\ud800x") == "x"


def test_arabic_and_persian_digits_are_digits():
    assert ascii_digits("٠١٢٣٤٥٦٧٨٩ ۰۱۲۳۴۵۶۷۸۹ س") == "0123456789 0123456789 س"
    assert ascii_digits("٣ x") == "3 x"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (" أ ", "أ"),
        (97551269.0, "97551269"),
        (5, "5"),
        (1.5, "1.5"),
        (date(2026, 8, 1), "2026-08-01"),
        (datetime(2026, 8, 1, 9), "2026-08-01 09:00:00"),
    ],
)
def test_any_cell_is_a_line_of_text(value, text):
    assert as_text(value) == text


@pytest.mark.parametrize(
    ("full", "parts"),
    [
        ("محمد أحمد علي حسن", ["محمد", "أحمد", "علي", "حسن"]),
        ("عبد الله محمد أبو بكر سيف الدين", ["عبد الله", "محمد", "أبو بكر", "سيف الدين"]),
        ("عبدالله نور الهدى", ["عبدالله", "نور الهدى"]),
        ("عَبْد الرحمن أم كلثوم", ["عَبْد الرحمن", "أم كلثوم"]),
        ("عبد رب النبي جاد الله", ["عبد رب النبي", "جاد الله"]),
        ("الله", ["الله"]),
        ("محمد عبد", ["محمد", "عبد"]),
        ("  \u200f ", []),
        ("", []),
    ],
)
def test_names_of_two_words_are_one_part(full, parts):
    assert split_name(full) == parts


def test_the_first_two_names_and_the_rest():
    assert first_and_last("عبد الله محمد أبو بكر سيف الدين") == ("عبد الله محمد", "أبو بكر سيف الدين")
    assert first_and_last("يوسف علي") == ("يوسف علي", "")
    assert first_and_last("يوسف") == ("يوسف", "")
    assert first_and_last("") == ("", "")


@given(ARABIC)
def test_no_word_of_a_name_is_lost(full):
    assert " ".join(split_name(full)) == clean(full)
    assert " ".join(first_and_last(full)).strip() == clean(full)
