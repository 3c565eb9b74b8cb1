"""What other programs make of our files: LibreOffice of the workbook, Poppler of the paper."""

import csv
import io
import re
import subprocess
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import translation

from backoffice.courses.tests.makers import make_course
from backoffice.enrollments.tests.makers import make_enrollment
from backoffice.payments.tests.makers import make_payment
from backoffice.shared.dates import cairo_today
from backoffice.users.tests.makers import huda, make_child, make_parent
from reports.registry import reports
from reports.tests.makers import whole_house
from reports.tests.test_pages import file_of, plain

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.usefixtures("password_just_typed")]


@pytest.fixture
def accountant(client):
    course = make_course(name="تحفيظ القرآن في المسجد", price=Decimal("1750.00"))
    child = make_child(make_parent(), name="يوسف صافي #strong[*x*] $1$")
    make_payment(make_enrollment(course, child=child), amount=Decimal("500.00"), method="card")
    client.force_login(huda())
    return client


def pdf_text(content, tmp_path):
    (tmp_path / "a.pdf").write_bytes(content)
    command = ["pdftotext", str(tmp_path / "a.pdf"), "-"]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    # Poppler marks the direction of each run; the letters themselves are what is asked about.
    return text.translate(dict.fromkeys(range(0x202A, 0x202F)))


def test_libreoffice_opens_every_workbook_and_makes_the_same_csv_of_it(accountant, tmp_path):
    whole_house(accountant)
    for slug in reports():
        (tmp_path / f"{slug}.xlsx").write_bytes(file_of(accountant, slug, "xlsx"))
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    # Text as UTF-8 with commas, cells as they are shown; one program for all files, for it is slow to start.
    form = "csv:Text - txt - csv (StarCalc):44,34,76"
    command = ["soffice", profile, "--headless", "--convert-to", form, *(f"{slug}.xlsx" for slug in reports())]
    subprocess.run(command, check=True, capture_output=True, cwd=tmp_path, timeout=240)
    for slug in reports():
        theirs = list(csv.reader(io.StringIO((tmp_path / f"{slug}.csv").read_text(encoding="utf-8"))))
        ours = list(csv.reader(io.StringIO(file_of(accountant, slug, "csv").decode("utf-8-sig"))))
        # A heading alone would agree with anything.
        assert len(ours) > 1, slug
        head = next(place for place, line in enumerate(theirs) if line[:2] == ours[0][:2])
        assert [[as_number(cell) for cell in line] for line in theirs[head:]] == [
            [as_number(cell) for cell in line] for line in ours
        ], slug


def test_every_paper_has_its_words_in_order_and_its_figures_whole(accountant, tmp_path):
    whole_house(accountant)
    for slug, report in reports().items():
        text = pdf_text(file_of(accountant, slug, "pdf"), tmp_path)
        with translation.override("ar"):
            labels = [report.title, *(one.label for one in report.columns)]
            words = {word for label in labels for word in str(label).split()}
        assert not {word for word in words if drawable_word(word) and word not in text}, slug
        lines = list(csv.reader(io.StringIO(file_of(accountant, slug, "csv").decode("utf-8-sig"))))
        money = [place for place, one in enumerate(report.columns) if one.kind == "money"]
        figures = {f"{Decimal(line[place]):,.2f}" for line in lines[1:] for place in money if line[place]}
        assert not {figure for figure in figures if figure not in text}, slug


def drawable_word(word):
    """A word of Arabic letters alone: brackets change their side in a line that runs to the left."""
    return word.isalpha()


def as_number(cell):
    if re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2} ", cell):
        return cell[:16]  # a sheet shows a moment to the minute
    return plain(cell.replace(",", "") if cell.replace(",", "").replace(".", "").lstrip("-").isdecimal() else cell)


def test_the_papers_text_is_arabic_in_its_order_with_amounts_and_numbers_as_they_are_written(accountant, tmp_path):
    text = pdf_text(file_of(accountant, "receivables", "pdf"), tmp_path)
    assert "المستحقات على الأسر" in text
    assert "1,250.00" in text
    assert "1,750.00" in text
    # What a joined glyph would turn round, and what a typesetter would take for an order.
    assert "صافي" in text
    assert all(word in text for word in ("strong", "*x*", "$1$"))
    # At its foot who printed it and when, and which page of how many it is.
    assert re.search(rf"هدى الاختبار {cairo_today()} [0-9]{{2}}:[0-9]{{2}}", text)
    assert numbers_of_pages(text) == [("1", "1")]


def numbers_of_pages(text):
    """Which of how many each page says it is."""
    return re.findall(r"صفحة\s*([0-9]+)\s*من\s*([0-9]+)", text)


def test_every_page_of_a_long_paper_repeats_its_headings_and_says_which_it_is(accountant, tmp_path):
    course = make_course(price=Decimal("1250.00"), capacity=80)
    for _ in range(60):
        make_enrollment(course)
    text = pdf_text(file_of(accountant, "receivables", "pdf"), tmp_path)
    pages = text.strip("\f").split("\f")
    assert len(pages) > 1
    assert all("المشترك" in page for page in pages)
    assert numbers_of_pages(text) == [(str(number), str(len(pages))) for number in range(1, len(pages) + 1)]


def test_a_paper_is_a4_upright_or_on_its_side(accountant, tmp_path):
    sizes = {}
    for slug in ("daily-cash", "cash-in-hand"):
        (tmp_path / "a.pdf").write_bytes(file_of(accountant, slug, "pdf"))
        told = subprocess.run(["pdfinfo", str(tmp_path / "a.pdf")], check=True, capture_output=True, text=True).stdout
        sizes[slug] = re.search(r"^Page size:\s+(.+)$", told, re.M)[1]
    assert sizes == {"daily-cash": "841.89 x 595.276 pts (A4)", "cash-in-hand": "595.276 x 841.89 pts (A4)"}


def test_no_font_of_the_system_is_on_the_paper(accountant, tmp_path):
    (tmp_path / "a.pdf").write_bytes(file_of(accountant, "daily-cash", "pdf"))
    fonts = subprocess.run(["pdffonts", str(tmp_path / "a.pdf")], check=True, capture_output=True, text=True).stdout
    names = [line.split()[0] for line in fonts.splitlines()[2:]]
    assert names
    assert {name.split("+")[1].split("-")[0] for name in names} <= {"Amiri", "IBMPlexSansArabic"}


def test_a_paper_that_nobody_would_read_is_refused_in_words(accountant, monkeypatch):
    monkeypatch.setattr("reports.paper.MOST_ROWS", 0)
    response = accountant.get(reverse("report-file", args=["receivables", "pdf"]), follow=True)
    assert response.status_code == 200
    assert "Excel" in response.content.decode()
