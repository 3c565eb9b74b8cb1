"""Sheets that are handed out: real numbers and dates, right to left, and nothing in them runs."""

import csv
import io
import tracemalloc
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.utils.translation import gettext as _
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from backoffice.shared.sheets import write
from backoffice.shared.sheets.layout import Column
from backoffice.shared.sheets.read import open_sheet
from backoffice.shared.sheets.spelling import drawable, harmless
from backoffice.shared.sheets.write import iter_csv, write_xlsx

COLUMNS = [
    Column("receipt", "رقم الإيصال", "integer", 12),
    Column("name", "الاسم", width=30),
    Column("phone", "الموبايل"),
    Column("day", "اليوم", "date"),
    Column("at", "وقت الدفع", "datetime", 20),
    Column("amount", "المبلغ", "money", total=True),
]
# 23:30 in Cairo's summer is 20:30 UTC.
AT = datetime(2026, 7, 31, 20, 30, tzinfo=UTC)
ROW = (7, "يوسف محمد", "+201001234567", date(2026, 8, 1), AT, Decimal("1250.50"))


def written(rows, **options):
    out = io.BytesIO()
    options = {"title": "المدفوعات", "columns": COLUMNS} | options
    write_xlsx(out, rows=rows, **options)
    out.seek(0)
    return load_workbook(out)


def test_numbers_dates_and_times_are_real_and_times_are_cairos():
    sheet = written([ROW]).active

    values = [cell.value for cell in sheet[2]]
    assert values == [7, "يوسف محمد", "+201001234567", datetime(2026, 8, 1), datetime(2026, 7, 31, 23, 30), 1250.5]
    assert [cell.data_type for cell in sheet[2]] == ["n", "s", "s", "d", "d", "n"]
    assert sheet["F2"].number_format == "#,##0.00"
    assert sheet["A2"].number_format == "#,##0"


def test_lengths_of_time_are_real_and_go_on_past_a_day():
    columns = [Column("name", "الاسم"), Column("hours", "الساعات", "duration")]
    rows = [("يوسف", timedelta(hours=31, minutes=5)), ("ليلى", timedelta(0)), ("سامي", None)]
    out = io.BytesIO()
    write_xlsx(out, title="ساعات", columns=columns, rows=rows)
    out.seek(0)
    sheet = load_workbook(out).active

    assert [sheet[f"B{line}"].value for line in (2, 3, 4)] == [timedelta(hours=31, minutes=5), timedelta(0), None]
    assert sheet["B2"].number_format == "[h]:mm"
    lines = b"".join(iter_csv(columns, rows)).decode("utf-8-sig").splitlines()
    assert lines[1:] == ["يوسف,31:05", "ليلى,0:00", "سامي,"]


def test_the_sheet_reads_from_the_right_with_bold_headings_that_stay_and_filter():
    book = written([ROW])
    sheet = book.active

    assert sheet.title == "المدفوعات"
    assert sheet.sheet_view.rightToLeft
    assert [cell.value for cell in sheet[1]] == [column.heading for column in COLUMNS]
    assert all(cell.font.bold for cell in sheet[1])
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:F2"
    assert sheet.column_dimensions["B"].width == pytest.approx(30, abs=1)


def test_lines_above_the_headings_move_all_else_down():
    sheet = written([ROW], header_lines=["مدفوعات يوليو", "عدد: 1"]).active

    assert [sheet["A1"].value, sheet["A2"].value, sheet["A3"].value] == ["مدفوعات يوليو", "عدد: 1", "رقم الإيصال"]
    assert sheet.freeze_panes == "A4"
    assert sheet.auto_filter.ref == "A3:F4"


def test_the_total_is_a_number_below_the_last_row():
    sheet = written([ROW, (8, "ليلى", "", None, None, Decimal("0.10")), (9, "", "", None, None, None)]).active

    assert sheet["F5"].value == 1250.6
    assert sheet["F5"].font.bold
    assert sheet["A5"].value == str(_("Total"))
    assert sheet.auto_filter.ref == "A1:F4"  # the total is not sorted among the rows


def test_a_total_that_the_database_added_up_is_taken_as_it_is():
    sheet = written([ROW], totals={"amount": Decimal("99.00")}).active

    assert sheet["F3"].value == 99


def test_without_a_column_to_add_up_there_is_no_line_of_totals():
    sheet = written([("يوسف",)], columns=[Column("name", "الاسم")]).active

    assert sheet.max_row == 2


def test_a_sheet_without_rows_has_its_headings_and_a_total_of_nothing():
    sheet = written([]).active

    assert sheet.max_row == 2
    assert sheet["F2"].value == 0


@pytest.mark.parametrize("text", ["=1+1", "@SUM(A1)", "+20100", "-5", "http://example.org", "{=1}", " =1", "\t=1"])
def test_no_text_becomes_a_formula_or_a_link(text):
    book = written([(1, text, text, None, None, None)])
    cell = book.active["B2"]

    assert cell.data_type == "s"
    assert cell.value == text
    assert cell.hyperlink is None


def test_what_xml_forbids_is_left_out_and_the_file_opens():
    sheet = written([(1, "a\x00b\x0bc\ufffed\ud800e", "x" * 40_000, None, None, None)], title="a/b:c*?[]\\" * 9).active

    assert sheet["B2"].value == "abcde"
    assert len(sheet["C2"].value) == 32_767
    assert len(sheet.title) <= 31


@pytest.mark.parametrize("text", ["a\rb", "a\r\nb", "_x0041_", "_x005F_x0041_", "_x", "x_x0041"])
def test_a_return_and_what_looks_like_an_escape_come_back_as_they_were(text):
    out = io.BytesIO()
    write_xlsx(out, title="x", columns=[Column("name", text), Column("more", "x")], rows=[[text, "y"]])

    (_, line) = next(open_sheet(out, name="x.xlsx").rows())
    assert line[0] == text


@pytest.mark.parametrize("title", ["", "'", "[]", "  "])
def test_a_title_of_nothing_is_still_a_title(title):
    assert written([ROW], title=title).active.title


def test_words_in_a_column_of_numbers_or_days_are_written_as_words():
    sheet = written([("—", 5, None, "غير معروف", date(1800, 1, 1), "مجانًا")]).active

    assert [cell.value for cell in sheet[2]] == ["—", "5", None, "غير معروف", "1800-01-01", "مجانًا"]


def test_rows_past_the_end_of_a_sheet_go_on_in_a_next_one(monkeypatch):
    monkeypatch.setattr(write, "LAST_ROW", 5)
    book = written([(number, "", "", None, None, Decimal(1)) for number in range(7)])

    assert book.sheetnames == ["المدفوعات", "المدفوعات 2", "المدفوعات 3"]
    assert [sheet["A2"].value for sheet in book] == [0, 3, 6]
    assert all(sheet["A1"].value == "رقم الإيصال" and sheet.sheet_view.rightToLeft for sheet in book)
    assert book.worksheets[2]["F3"].value == 7
    assert all(sheet.max_row <= 5 for sheet in book)


def test_a_row_of_the_wrong_width_is_a_mistake_that_is_noticed():
    with pytest.raises(ValueError):
        written([(1, 2)])
    with pytest.raises(ValueError):
        list(iter_csv(COLUMNS, [(1, 2)]))


def test_a_long_sheet_is_written_without_being_gathered(tmp_path: Path):
    rows = ((number, "يوسف محمد أحمد", "+201001234567", None, None, Decimal("1.10")) for number in range(5_000))
    tracemalloc.start()
    count = write_xlsx(tmp_path / "x.xlsx", title="x", columns=COLUMNS, rows=rows)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert count == 5_000
    assert peak < 4_000_000


def test_what_was_written_can_be_read_again_by_our_own_reader(tmp_path: Path):
    write_xlsx(tmp_path / "x.xlsx", title="x", columns=COLUMNS, rows=[ROW], header_lines=["كشف"])

    with open_sheet(tmp_path / "x.xlsx", name="x.xlsx") as sheet:
        assert sheet.headers == [column.heading for column in COLUMNS]
        number, line = next(sheet.rows())
    assert number == 3
    assert line == [7, "يوسف محمد", "+201001234567", date(2026, 8, 1), datetime(2026, 7, 31, 23, 30), 1250.5]


def csv_text(rows, columns=COLUMNS) -> str:
    return b"".join(iter_csv(columns, rows)).decode()


def test_csv_begins_with_the_mark_that_tells_excel_it_is_utf8():
    data = b"".join(iter_csv(COLUMNS, [ROW]))

    assert data.startswith(b"\xef\xbb\xbf")
    assert data.count(b"\xef\xbb\xbf") == 1
    lines = data.decode("utf-8-sig").split("\r\n")
    assert lines[0] == "رقم الإيصال,الاسم,الموبايل,اليوم,وقت الدفع,المبلغ"
    assert lines[1] == "7,يوسف محمد,'+201001234567,2026-08-01,2026-07-31 23:30:00,1250.50"
    assert lines[2] == ""


@pytest.mark.parametrize(
    "text",
    [
        "=1",
        "+201",
        "-1",
        "@x",
        "\t1",
        "\r1",
        "\n1",
        "  =1",
        "\u00a0=1",
        "\u200f=cmd|' /C calc'!A0",
        "＝1",
        "\ufeff=1",
        "\x00=1",
    ],
)
def test_a_text_that_a_spreadsheet_would_run_gets_an_apostrophe(text):
    assert harmless(text).startswith("'")


@pytest.mark.parametrize("text", ["", "يوسف", "a=b", "01001234567", "'x", "x-1", " يوسف"])
def test_other_texts_stay_as_they_are(text):
    assert harmless(text) == text


def test_negative_numbers_stay_numbers():
    text = csv_text([(-5, -5, "-5", None, None, Decimal("-1.50"))])

    assert text.splitlines()[1] == "-5,'-5,'-5,,,-1.50"


def test_csv_comes_in_batches_and_not_row_by_row():
    rows = ((number, "يوسف محمد", "", None, None, None) for number in range(10_000))

    batches = list(iter_csv(COLUMNS, rows))

    assert 3 < len(batches) < 20
    assert all(20_000 < len(batch) < 200_000 for batch in batches[:-1])
    assert len(list(csv.reader(io.StringIO(b"".join(batches).decode("utf-8-sig"))))) == 10_001


@given(st.lists(st.text(max_size=20), min_size=1, max_size=4))
def test_any_text_goes_through_csv_harmless_and_whole(texts):
    columns = [Column(str(place), "x") for place in range(len(texts))]

    (_, line) = csv.reader(io.StringIO(csv_text([texts], columns).removeprefix("\ufeff"), newline=""))

    for value, text in zip(line, texts, strict=True):
        assert value.lstrip()[:1] not in tuple("=+-@")
        assert value.removeprefix("'") == drawable(text).removeprefix("'")


@given(st.lists(st.text(max_size=20), min_size=1, max_size=4))
def test_any_text_goes_through_xlsx(texts):
    out = io.BytesIO()
    columns = [Column(str(place), "x") for place in range(len(texts) + 1)]
    write_xlsx(out, title="x", columns=columns, rows=[["first", *texts]])

    with ZipFile(out) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
    (_, line) = next(open_sheet(out, name="x.xlsx").rows())
    assert line[1:] == [drawable(text).strip() for text in texts]
