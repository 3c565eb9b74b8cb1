"""Sheets are read as people see them, whatever program wrote them."""

import codecs
import io
import re
import zipfile
from datetime import date, datetime, time

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from backoffice.shared.errors import DomainError
from backoffice.shared.sheets import workbook
from backoffice.shared.sheets.read import open_sheet
from backoffice.shared.tests.sheet_makers import (
    HEAD,
    HEADINGS,
    SHEET_PATH,
    read,
    tampered,
    with_sheet,
    worksheet,
    xlsx,
)


def test_lines_come_with_the_row_numbers_that_people_see():
    source = xlsx([HEADINGS, ["يوسف", "010", 5], [], [None, " ", ""], ["ليلى"]])

    with open_sheet(source, name="x.xlsx") as sheet:
        assert sheet.headers == HEADINGS
        assert list(sheet.rows()) == [(2, ["يوسف", "010", 5]), (5, ["ليلى", "", ""])]


def test_a_sheet_may_be_read_twice():
    with open_sheet(xlsx([HEADINGS, ["يوسف"], ["ليلى"]]), name="x.xlsx") as sheet:
        assert list(sheet.rows()) == list(sheet.rows())
        assert sheet.total == 2


def test_values_keep_their_kinds():
    moment = datetime(2026, 8, 1, 9, 30)
    values = ["٠١٠", 5, 120.5, -3, date(2014, 2, 1), moment, True, False, time(9, 30), 1190691946, 0]

    ((_, line),) = read(xlsx([[f"h{place}" for place in range(len(values))], values]))

    assert line == values
    assert [type(value) for value in line] == [type(value) for value in values]


@pytest.mark.parametrize(
    "code", ["yyyy-mm-dd", "d/m/yyyy", "[$-2000401]dd/mm/yyyy;@", '"يوم" d mmm', "mmm-yy", "[$-ar-EG]d mmmm"]
)
def test_every_format_of_dates_is_a_date(code):
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["a", "b"])
        sheet.write_datetime(1, 0, datetime(2015, 1, 25), book.add_format({"num_format": code}))

    assert read(out) == [(2, [date(2015, 1, 25), ""])]


@pytest.mark.parametrize(
    "code", ["General", "0.00", '#,##0.00 "ج.م"', "[Red]-0", '_-"ج.م."* #,##0.00_-', "0.00E+00", "@", "[$ج.م.-C01] 0"]
)
def test_other_formats_are_no_dates(code):
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["a", "b"])
        sheet.write_number(1, 0, 42029, book.add_format({"num_format": code}))

    assert read(out) == [(2, [42029, ""])]


def test_a_workbook_of_the_old_mac_counts_days_from_1904():
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"date_1904": True, "default_date_format": "d/m/yyyy"}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["a", "b"])
        sheet.write_datetime(1, 0, datetime(2015, 1, 25))

    assert read(out) == [(2, [date(2015, 1, 25), ""])]


def test_days_before_excels_false_leap_day_are_right():
    rows = f'{HEAD}<row r="2"><c r="A2" s="1"><v>1</v></c><c r="B2" s="1"><v>61</v></c></row>'
    styles = b'<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>'
    source = tampered(with_sheet(worksheet(rows)), lambda name, old: styles if name == "xl/styles.xml" else old)

    assert read(source) == [(2, [date(1900, 1, 1), date(1900, 3, 1)])]


def test_shared_rich_and_phonetic_text_is_read_as_it_is_seen():
    shared = (
        "<sst><si><t>عدد</t></si><si><r><t>يو</t></r><r><rPr><b/></rPr><t xml:space='preserve'>سف </t></r>"
        "<rPh><t>never</t></rPh></si><si><t/></si><si><t>_x0031_ &amp; _x005F_x0032_</t></si></sst>"
    ).encode()
    rows = '<row r="2"><c r="A2" t="s"><v>1</v></c><c r="B2" t="s"><v>3</v></c><c r="C2" t="s"><v>2</v></c></row>'
    source = xlsx([HEADINGS])
    with zipfile.ZipFile(source) as book:
        relations = book.read("xl/_rels/workbook.xml.rels").replace(
            b"</Relationships>",
            b'<Relationship Id="r9" Type="x/sharedStrings" Target="/xl/shared.xml"/></Relationships>',
        )
    parts = {SHEET_PATH: worksheet(HEAD + rows).encode(), "xl/_rels/workbook.xml.rels": relations}
    source = tampered(source, lambda name, old: parts.get(name, old), **{"xl/shared.xml": shared})

    assert read(source) == [(2, ["يوسف", "1 & _x0032_"])]


def test_formulas_give_what_they_came_to():
    rows = (
        '<row r="2"><c r="A2"><f>SUM(1,2)</f><v>3</v></c><c r="B2" t="str"><f>A&amp;B</f><v>x</v></c></row>'
        '<row r="3"><c r="A3" t="e"><v>#N/A</v></c><c r="B3" t="b"><v>1</v></c></row>'
    )

    assert read(with_sheet(worksheet(HEAD + rows))) == [(2, [3, "x"]), (3, ["#N/A", True])]


@pytest.mark.parametrize(
    "rows",
    [
        "<row><c t='str'><v>a</v></c><c t='str'><v>b</v></c></row><row/><row><c/><c><v>7</v></c></row>",
        '<!-- <row r="1"> -->' + HEAD.replace("><", ">\n  <") + '<row r="3"><c r="B3"><v> 7\n</v></c></row>',
        HEAD.replace("<v>b", "<v><![CDATA[b]]>") + '<row r="3"><c s="0" r="B3"><v>7</v></c></row>',
        HEAD + '<row r="2" spans="1:2" ht="15"/><row r="3"><c r="A3" s="0"/><c r="B3"><v>7</v></c></row>',
        HEAD + '<row r="3"><c r="B3"><v>&#55;</v></c></row>',
    ],
)
def test_any_xml_that_means_the_same_is_read_the_same(rows):
    assert read(with_sheet(worksheet(rows))) == [(3, ["", 7])]


def test_prefixes_other_encodings_and_what_stands_around_the_cells_do_not_matter():
    plain = worksheet(
        HEAD + '<row r="2"><c r="A2"><v>7</v></c></row>',
        before='<dimension ref="A1"/>',
        after="<mergeCells><c/></mergeCells>",
    )
    prefixed = re.sub(r"<(/?)(?=[a-zA-Z])", r"<\1x:", plain).replace("xmlns=", "xmlns:x=")
    declared = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n' + plain
    wide = ('<?xml version="1.0" encoding="UTF-16"?>' + plain).encode("utf-16")

    for xml in (plain, prefixed, declared, wide, codecs.BOM_UTF8 + plain.encode()):
        assert read(with_sheet(xml)) == [(2, [7, ""])]


def test_what_follows_the_cells_is_not_even_read():
    assert read(with_sheet(worksheet(HEAD + '<row r="2"><c r="A2"><v>7</v></c></row>') + "<broken")) == [(2, [7, ""])]


def test_the_first_visible_sheet_with_something_in_it_is_taken():
    book = Workbook()
    book.active.title = "فارغة"
    hidden = book.create_sheet("مخفية")
    hidden.sheet_state = "hidden"
    hidden.append(["x", "y"])
    full = book.create_sheet("الطلاب")
    full.append(HEADINGS)
    full.append(["يوسف"])
    out = io.BytesIO()
    book.save(out)

    with open_sheet(out, name="x.xlsx") as sheet:
        assert (sheet.title, sheet.headers) == ("الطلاب", HEADINGS)


def test_a_title_above_the_headings_is_passed_over():
    source = xlsx([["كشف الأطفال"], [], HEADINGS, ["يوسف", "010", 5]])

    with open_sheet(source, name="x.xlsx") as sheet:
        assert sheet.headers == HEADINGS
        assert list(sheet.rows()) == [(4, ["يوسف", "010", 5])]


def test_a_sheet_of_one_column_has_its_heading_in_the_first_line():
    with open_sheet(xlsx([["الاسم"], ["يوسف"]]), name="x.xlsx") as sheet:
        assert sheet.headers == ["الاسم"]
        assert list(sheet.rows()) == [(2, ["يوسف"])]


def test_an_upload_of_django_is_read_in_memory_and_from_disk():
    content = xlsx([HEADINGS, ["يوسف"]]).getvalue()
    on_disk = TemporaryUploadedFile("x.xlsx", "", len(content), None)
    on_disk.write(content)

    for upload in (SimpleUploadedFile("x.xlsx", content), on_disk):
        assert read(upload) == [(2, ["يوسف", "", ""])]
    assert read(SimpleUploadedFile("x.csv", "الاسم,ب\nيوسف,1".encode()), "x.csv") == [(2, ["يوسف", "1"])]


def test_a_path_is_opened_and_closed(tmp_path):
    path = tmp_path / "x.xlsx"
    path.write_bytes(xlsx([HEADINGS, ["يوسف"]]).getvalue())

    with open_sheet(path, name="x.xlsx") as sheet:
        assert next(sheet.rows()) == (2, ["يوسف", "", ""])
    with pytest.raises(DomainError):
        list(sheet.rows())


CELLS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12),
    st.integers(-(10**9), 10**14),
    st.floats(allow_nan=False, allow_infinity=False, width=32),
    st.booleans(),
    st.dates(date(1901, 1, 1), date(2090, 1, 1)),
    st.none(),
)


@settings(deadline=None, max_examples=60)
@given(rows=st.lists(st.lists(CELLS, max_size=5), min_size=1, max_size=6), in_memory=st.booleans())
def test_the_fast_way_the_parser_and_openpyxl_agree(rows, in_memory):
    out = io.BytesIO()
    with xlsxwriter.Workbook(
        out, {"constant_memory": not in_memory, "strings_to_formulas": False, "default_date_format": "d/m/yyyy"}
    ) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["a", "b", "c", "d", "e"])
        for number, row in enumerate(rows, 1):
            sheet.write_row(number, 0, row)
        sheet.write_row(len(rows) + 1, 0, ["the", "end"])

    fast = read(out)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(workbook, "is_plain_beginning", lambda _: False)
        patch.setattr(workbook, "_without_empty", lambda chunk: chunk)
        assert read(out) == fast
    seen = {}
    for number, row in enumerate(load_workbook(out).active.iter_rows(min_row=2, values_only=True), 2):
        line = [value.date() if isinstance(value, datetime) else value for value in row]
        line = [value.strip() if isinstance(value, str) else "" if value is None else value for value in line]
        if any(value != "" for value in line):
            seen[number] = line
    assert {number: line[:5] for number, line in fast if "_x" not in str(line)} == {
        number: line for number, line in seen.items() if "_x" not in str(line)
    }
