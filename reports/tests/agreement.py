"""Whether page, sums, CSV and workbook of a report say the same."""

import csv
import datetime as dt
import io
from decimal import Decimal

from openpyxl import load_workbook

from reports.files import Asked, written
from reports.reading import Reading
from reports.registry import reports
from reports.screen import Screen
from reports.tests.test_pages import plain
from reports.words import words_of

PER_PAGE = 3
TYPES = {
    "money": (int, float), "integer": int, "number": (int, float), "percent": (int, float),
    "date": dt.datetime, "month": dt.datetime, "datetime": dt.datetime, "duration": (dt.timedelta, dt.time),
}  # fmt: skip


def asked_for(slug, **address):
    report = reports()[slug]
    filters = report.filters.read(address)
    assert filters.is_valid(), filters.errors
    return report, filters


def check_agreement(slug, **address):
    """The rows come to the sums, and the pages and both files have these rows and sums; returns rows and filters."""
    report, filters = asked_for(slug, **address)
    reading = Reading(report, filters.cleaned_data)
    rows, totals = list(reading.rows()), reading.totals
    assert totals.count == len(rows)
    for column in report.columns:
        if column.total:
            assert totals.sums[column.key] == sum(row[column.key] or 0 for row in rows), (slug, column.key)
    _check_pages(report, reading, rows)
    lines = _csv(report, filters)
    _check_workbook(report, filters, lines)
    assert len(lines) == 1 + len(rows) + any(one.total for one in report.columns)
    for place, column in enumerate(report.columns):
        if column.kind in ("money", "integer"):
            cells = [line[place] for line in lines[1 : 1 + len(rows)]]
            assert [Decimal(cell) if cell else None for cell in cells] == [row[column.key] for row in rows], (
                slug,
                column.key,
            )
        if column.total:
            assert Decimal(lines[-1][place]) == totals.sums[column.key], (slug, column.key)
    return rows, filters.cleaned_data


def _check_pages(report, reading, rows):
    shown, number = [], 1
    while number:
        screen = Screen(reading, number, PER_PAGE, with_totals=True)
        shown += [[cell.words for cell in line] for line in screen.rows]
        number = screen.next
    assert shown == [[words_of(row[one.key], one.kind) for one in report.columns] for row in rows], report.slug


def _file(report, filters, kind):
    file, _count = written(Asked(Reading(report, filters.cleaned_data), filters, "هدى"), kind)
    with file:
        file.seek(0)
        return file.read()


def _csv(report, filters):
    return list(csv.reader(io.StringIO(_file(report, filters, "csv").decode("utf-8-sig"))))


def _check_workbook(report, filters, lines):
    sheet = list(load_workbook(io.BytesIO(_file(report, filters, "xlsx")), data_only=True).active.values)
    head = next(place for place, line in enumerate(sheet) if list(line) == lines[0])
    assert len(sheet) - head == len(lines), report.slug
    for theirs, ours in zip(sheet[head + 1 :], lines[1:], strict=True):
        for cell, text, column in zip(theirs, ours, report.columns, strict=True):
            if cell is None:
                assert text == "", (report.slug, column.key)
                continue
            is_total = ours is lines[-1] and not column.total
            assert is_total or isinstance(cell, TYPES.get(column.kind, str)), (report.slug, column.key, cell)
            if column.kind == "datetime" and not is_total:
                assert f"{cell:%Y-%m-%d %H:%M}" == text[:16], (report.slug, column.key)
            elif column.kind != "duration":
                assert plain(cell) == plain(text), (report.slug, column.key)
