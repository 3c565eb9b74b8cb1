"""CSV in every spelling that programs write, and columns under every heading that people write."""

import codecs
import contextlib
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backoffice.shared.errors import DomainError
from backoffice.shared.sheets import delimited
from backoffice.shared.sheets.read import map_columns, open_sheet
from backoffice.shared.tests.sheet_makers import (
    HEADINGS,
    read,
    refusal,
    xlsx,
)

TEXT = "الاسم{0}الموبايل{0}ملاحظات\r\nيوسف{0}010{0}\r\n\r\nليلى{0}{0}هنا\r\n"


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1256", "utf-16"])
def test_csv_is_read_in_every_spelling(delimiter, encoding):
    source = io.BytesIO(TEXT.format(delimiter).encode(encoding))

    with open_sheet(source, name="x.csv") as sheet:
        assert sheet.headers == ["الاسم", "الموبايل", "ملاحظات"]
        assert list(sheet.rows()) == [(2, ["يوسف", "010", ""]), (4, ["ليلى", "", "هنا"])]
        assert sheet.total in (3, 4)


def test_the_delimiter_is_not_taken_from_within_quotes():
    assert read(io.BytesIO(b'"a,b,c";d\n"1,2";3'), "x.csv") == [(2, ["1,2", "3"])]


def test_excels_hint_on_the_delimiter_is_followed_and_not_counted():
    assert read(io.BytesIO(b"sep=;\r\na;b,c\r\n1;2"), "x.csv") == [(2, ["1", "2"])]


def test_cells_of_several_lines_are_one_row():
    assert read(io.BytesIO(b'a,b\n"x\ny",1\nz,2'), "x.csv") == [(2, ["x\ny", "1"]), (3, ["z", "2"])]


def test_a_letter_over_the_edge_of_a_chunk_is_still_utf8(monkeypatch):
    monkeypatch.setattr(delimited, "_CHUNK", 7)
    assert read(io.BytesIO("الاسم,ب\nيوسف,ج".encode()), "x.csv") == [(2, ["يوسف", "ج"])]


def test_a_letter_cut_off_at_the_end_means_another_encoding():
    assert read(io.BytesIO(b"a,b\n1,\xd9"), "x.csv") == [(2, ["1", b"\xd9".decode("cp1256")])]


def test_a_workbook_under_a_csv_name_is_read_as_what_it_is():
    assert read(xlsx([HEADINGS, ["يوسف"]]), "x.csv") == [(2, ["يوسف", "", ""])]


def test_wide_endless_and_unclosed_csv_is_refused():
    assert refusal(b",".join([b"x"] * 61) + b"\n1", "x.csv") == "too_many_columns"
    assert refusal(b"a,b\n" + b"," * 3_000_000, "x.csv") == "file_broken"
    assert refusal(b'a,b\n"' + b"x\n" * 200_000, "x.csv") == "file_broken"
    assert refusal(codecs.BOM_UTF8 + b"a,b\n\xff\xff", "x.csv") == "file_broken"
    assert refusal(b" \n\n ", "x.csv") == "no_headers"


@given(st.binary(max_size=300))
def test_no_bytes_are_more_than_refused(content):
    for name in ("x.xlsx", "x.csv"):
        for source in (content, b"PK\x03\x04" + content):
            with contextlib.suppress(DomainError):
                read(io.BytesIO(source), name)


COLUMNS = {
    "name": ("اسم الطفل", "الطفل"),
    "phone": ("موبايل ولي الأمر", "رقم الهاتف الأساسي (رقم 1)"),
    "notes": ("ملاحظات",),
}


def test_columns_are_found_by_any_of_their_headings_however_spelled():
    headers = ["", "مُلاحظات:", "رقم الهاتف  الاساسى (رقم ١) *", "إسم_الطفل"]

    assert map_columns(headers, COLUMNS) == {"name": 3, "phone": 2, "notes": 1}


def test_missing_columns_are_named_with_what_was_found():
    with pytest.raises(DomainError) as caught:
        map_columns(["ملاحظات", "عمود"], COLUMNS)

    assert caught.value.code == "missing_columns"
    assert caught.value.params["columns"] == ["اسم الطفل", "موبايل ولي الأمر"]
    for word in ("اسم الطفل", "موبايل ولي الأمر", "عمود"):
        assert word in str(caught.value)


def test_an_optional_column_may_be_missing():
    assert map_columns(["الطفل", "موبايل ولي الامر"], COLUMNS, optional={"notes"}) == {"name": 0, "phone": 1}


def test_a_column_that_is_there_twice_is_named():
    with pytest.raises(DomainError) as caught:
        map_columns(["اسم الطفل", "الطفل", "موبايل ولي الأمر", "ملاحظات"], COLUMNS)

    assert caught.value.code == "duplicate_columns"
    assert "الطفل" in str(caught.value)
