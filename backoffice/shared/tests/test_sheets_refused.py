"""Files that are no sheets, or dangerous ones, are refused in a sentence and without harm."""

import io
import re
import struct
import tracemalloc
import zipfile

import pytest
import xlsxwriter

from backoffice.shared.errors import DomainError
from backoffice.shared.sheets import archive
from backoffice.shared.sheets.read import open_sheet
from backoffice.shared.tests.sheet_makers import (
    HEAD,
    HEADINGS,
    SHEET_PATH,
    read,
    refusal,
    tampered,
    with_sheet,
    worksheet,
    xlsx,
)


def test_an_empty_file_is_said_to_be_empty():
    assert refusal(b"") == "file_empty"
    assert refusal(b"", "x.csv") == "file_empty"


def test_a_file_over_the_limit_is_not_opened():
    assert refusal(b"a,b\n1,2\n" * 200_000, "x.csv", max_bytes=2**20) == "file_too_large"


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512)


def test_locked_and_old_excel_files_are_told_apart():
    assert refusal(OLE + "EncryptedPackage".encode("utf-16-le")) == "file_encrypted"
    assert refusal(OLE + "Workbook\0".encode("utf-16-le"), "x.xls") == "file_old_excel"
    assert refusal(OLE + "Workbook\0".encode("utf-16-le")) == "file_old_excel"
    assert refusal(OLE + "WordDocument\0".encode("utf-16-le")) == "file_not_a_sheet"


def test_a_zip_locked_by_a_password_is_refused():
    content = bytearray(xlsx([HEADINGS, ["x"]]).getvalue())
    for found in re.finditer(b"PK\x01\x02", bytes(content)):
        content[found.start() + 8] |= 1

    assert refusal(bytes(content)) == "file_encrypted"


def test_macros_are_found_under_any_name():
    kind = b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"
    usual = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    source = xlsx([HEADINGS, ["x"]])

    assert refusal(tampered(source, lambda _, old: old.replace(usual, kind))) == "file_macro"
    assert refusal(tampered(source, lambda _, old: old, **{"xl/vbaProject.bin": b"x"})) == "file_macro"
    assert refusal(tampered(source, lambda _, old: old, **{"xl/VBAPROJECT.BIN": b"x"})) == "file_macro"
    assert refusal(source, "x.xlsm") == "file_macro"


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.7\n%\xe2\xe3",
        b"\x89PNG\r\n\x1a\n\0\0",
        b"\xff\xd8\xff\xe0\0",
        b"<html><table>",
        b"{\\rtf1}",
        b"\0" * 500,
        b"a\x01b",
    ],
)
@pytest.mark.parametrize("name", ["x.xlsx", "x.csv"])
def test_other_files_under_a_sheets_name_are_no_sheets(content, name):
    assert refusal(content, name) == "file_not_a_sheet"


def test_words_under_the_name_of_a_workbook_are_no_sheet():
    assert refusal("الاسم,الموبايل\nيوسف,010".encode()) == "file_not_a_sheet"


def test_other_zips_are_no_sheets():
    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w") as book:
        book.writestr("photo.png", b"x")
    assert refusal(zipped) == "file_not_a_sheet"

    main = b"spreadsheetml.sheet.main+xml"
    for kind in (b"wordprocessingml.document.main+xml", b"ms-excel.sheet.binary.macroEnabled"):
        document = tampered(xlsx([HEADINGS]), lambda _, old, kind=kind: old.replace(main, kind))
        assert refusal(document) in ("file_not_a_sheet", "file_macro")


def test_a_file_that_breaks_off_is_broken_wherever_it_breaks():
    content = xlsx([HEADINGS, *(["يوسف", number, "x" * 50] for number in range(500))]).getvalue()

    for share in (10, 200, len(content) // 2, len(content) - 30):
        assert refusal(content[:share]) in ("file_broken", "file_not_a_sheet")


def test_damage_within_is_found_before_the_first_line_is_given():
    content = bytearray(xlsx([HEADINGS, *([f"{number}", number] for number in range(20_000))]).getvalue())
    start = content.find(SHEET_PATH.encode()) + 20_000
    content[start : start + 40] = b"\xff" * 40

    with pytest.raises(DomainError) as caught:
        open_sheet(io.BytesIO(bytes(content)), name="x.xlsx")
    assert caught.value.code == "file_broken"


@pytest.mark.parametrize(
    "xml",
    [
        "",
        "not xml",
        "<worksheet><sheetData><row r='1'><c r='A1'>",
        worksheet('<row r="1"><c r="A1"><v>words</v></c></row>'),
        worksheet('<row r="1"><c r="A1" t="s"><v>99</v></c></row>'),
        worksheet('<row r="1"><c r="A1" t="s"><v>-1</v></c></row>'),
        worksheet('<row r="x"><c r="A1"><v>1</v></c></row>'),
        worksheet('<row r="0"><c r="A0"><v>1</v></c></row>'),
        worksheet('<row r="1048577"><c r="A1048577"><v>1</v></c></row>'),
        worksheet('<row r="9999999"><c r="A9999999"><v>1</v></c></row>'),
        worksheet('<row r="1"><c r="ZZZ1"><v>1</v></c></row>'),
        worksheet('<row r="1"><c r="é1"><v>1</v></c></row>'),
        worksheet('<row r="1"><row r="2"><c r="A2"><v>1</v></c></row>'),
        worksheet('<row r="1"><c r="A1" t="d"><v>soon</v></c></row>'),
        worksheet(f'<row r="1"><c r="A1" t="str"><v>{"x" * 300_000}</v></c></row>'),
        worksheet('<row r="1"><c r="A1" t="str"><v>&unknown;</v></c></row>'),
        worksheet('<row r="1"><c r="A1" t="str"><v>&#11;</v></c></row>'),
        worksheet('<row r="1"><c r="A1" t="str"><v>\x01</v></c></row>'),
        b"<worksheet><sheetData><row r='1'><c r='A1' t='str'><v>\xff\xfe</v></c></row></sheetData></worksheet>",
        '<!DOCTYPE x [<!ENTITY a "b">]>' + worksheet('<row r="1"><c r="A1" t="str"><v>&a;</v></c></row>'),
        '<!DOCTYPE x SYSTEM "file:///etc/passwd">' + worksheet(HEAD),
    ],
)
def test_a_workbook_with_impossible_cells_is_broken(xml):
    assert refusal(with_sheet(xml)) == "file_broken"


def test_a_workbook_without_its_parts_is_broken_or_empty():
    source = xlsx([HEADINGS, ["x"]])

    assert refusal(tampered(source, lambda name, old: None if name == "xl/workbook.xml" else old)) == "file_broken"
    assert refusal(tampered(source, lambda name, old: None if name == SHEET_PATH else old)) == "no_headers"
    assert refusal(tampered(source, lambda name, old: b"<a" if name == "xl/styles.xml" else old)) == "file_broken"


def test_paths_that_climb_out_are_refused():
    for name in ("../evil", "/etc/evil", "xl\\..\\..\\evil"):
        assert refusal(tampered(xlsx([HEADINGS, ["x"]]), lambda _, old: old, **{name: b"x"})) == "file_broken"


def test_a_bomb_is_refused_by_what_it_declares():
    assert refusal(with_sheet(b" " * 80_000_000)) == "zip_bomb"


def test_a_bomb_that_lies_about_its_size_is_refused_unexploded():
    bomb = bytearray(with_sheet(worksheet(HEAD) + " " * 80_000_000).getvalue())
    entry = bomb.rfind(SHEET_PATH.encode(), 0) - 46
    assert bomb[entry : entry + 4] == b"PK\x01\x02"
    bomb[entry + 24 : entry + 28] = struct.pack("<I", 400)

    assert refusal(bytes(bomb)) == "file_broken"


def test_a_zip_of_thousands_of_parts_is_refused():
    parts = {f"xl/media/{number}": b"" for number in range(2_100)}
    assert refusal(tampered(xlsx([HEADINGS, ["x"]]), lambda _, old: old, **parts)) == "zip_bomb"


def test_a_false_list_of_members_is_not_read_at_once():
    long = {f"{number:04}" + "x" * 60_000: b"" for number in range(40)}
    assert refusal(tampered(xlsx([HEADINGS, ["x"]]), lambda _, old: old, **long)) == "file_broken"


def test_what_unpacks_past_the_limit_is_stopped_as_it_comes(monkeypatch):
    monkeypatch.setattr(archive, "_is_bomb", lambda *_: False)
    monkeypatch.setattr(archive, "MOST_UNPACKED", 1_000_000)

    assert refusal(with_sheet(worksheet(HEAD) + " " * 2_000_000)) == "zip_bomb"


def test_one_cell_in_the_last_corner_neither_allocates_nor_stops_the_process():
    rows = HEAD + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    tracemalloc.start()
    assert refusal(with_sheet(worksheet(rows))) == "too_many_columns"
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5_000_000


def test_one_cell_in_the_last_row_is_a_line_like_any_other():
    rows = HEAD + '<row r="1048576"><c r="A1048576"><v>1</v></c></row>'
    assert read(with_sheet(worksheet(rows))) == [(1048576, [1, ""])]


def test_styled_but_empty_cells_far_out_are_no_columns():
    rows = HEAD + '<row r="2"><c r="A2"><v>1</v></c><c r="XFD2" s="1"/></row>'
    assert read(with_sheet(worksheet(rows))) == [(2, [1, ""])]


@pytest.mark.slow
@pytest.mark.parametrize(
    "empty",
    [
        '<row r="{}" spans="1:11" s="2" customFormat="1"/>',
        '<row r="{0}"><c r="A{0}" s="1"/><c r="B{0}" s="1"/></row>',
        '<row r="{0}"><c r="A{0}" t="inlineStr"><is><t> </t></is></c></row>',
    ],
)
def test_hundreds_of_thousands_of_empty_rows_give_only_the_filled_lines_in_little_memory(empty):
    rows = "".join(empty.format(number) for number in range(3, 200_003))
    source = with_sheet(worksheet(HEAD + '<row r="2"><c r="A2"><v>7</v></c></row>' + rows))
    tracemalloc.start()
    lines = read(source)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert lines == [(2, [7, ""])]
    assert peak < 8_000_000


def test_lines_past_the_limit_are_refused_but_empty_rows_do_not_count():
    rows = [["x"] if number % 2 else [] for number in range(40)]

    assert refusal(xlsx([HEADINGS, *rows]), max_rows=19) == "too_many_rows"
    assert len(read(xlsx([HEADINGS, *rows]), max_rows=20)) == 20


def test_a_workbook_of_nothing_has_no_headings():
    assert refusal(xlsx([])) == "no_headers"
    assert refusal(xlsx([], two=[], three=[[None, " "]])) == "no_headers"


def test_headings_alone_are_not_enough():
    assert refusal(xlsx([HEADINGS])) == "no_rows"
    assert refusal(xlsx([HEADINGS, ["", " "]])) == "no_rows"
    assert refusal("الاسم,الموبايل\n\n,\n".encode(), "x.csv") == "no_rows"


def test_a_large_sheet_is_read_in_little_memory():
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        for number in range(10_000):
            sheet.write_row(
                number, 0, [f"يوسف محمد أحمد {number}", f"+2010{number:08}", number, 120.5, "برمجة للأطفال"]
            )
    tracemalloc.start()
    with open_sheet(out, name="x.xlsx") as opened:
        count = sum(1 for _ in opened.rows())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert count == 9_999
    assert opened.total == 9_999
    assert peak < 4_000_000
