"""What other programs make of our files: LibreOffice of the workbook, Poppler of the paper."""

import csv
import io
import subprocess
from decimal import Decimal

import pytest
from django.urls import reverse

from backoffice.courses.tests.makers import make_course
from backoffice.enrollments.tests.makers import make_enrollment
from backoffice.payments.tests.makers import make_payment
from backoffice.users.tests.makers import huda, make_child, make_parent
from reports.tests.test_pages import file_of, plain

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


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


@pytest.mark.parametrize("slug", ["receivables", "daily-cash"])
def test_libreoffice_opens_the_workbook_and_makes_the_same_csv_of_it(accountant, slug, tmp_path):
    (tmp_path / "a.xlsx").write_bytes(file_of(accountant, slug, "xlsx"))
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    # Text as UTF-8 with commas, cells as they are shown.
    command = ["soffice", profile, "--headless", "--convert-to", "csv:Text - txt - csv (StarCalc):44,34,76", "a.xlsx"]
    subprocess.run(command, check=True, capture_output=True, cwd=tmp_path, timeout=120)
    theirs = list(csv.reader(io.StringIO((tmp_path / "a.csv").read_text(encoding="utf-8"))))
    ours = list(csv.reader(io.StringIO(file_of(accountant, slug, "csv").decode("utf-8-sig"))))
    head = next(place for place, line in enumerate(theirs) if line[:2] == ours[0][:2])
    assert [[as_number(cell) for cell in line] for line in theirs[head:]] == [
        [as_number(cell) for cell in line] for line in ours
    ]


def as_number(cell):
    return plain(cell.replace(",", "") if cell.replace(",", "").replace(".", "").lstrip("-").isdecimal() else cell)


def test_the_papers_text_is_arabic_in_its_order_with_amounts_and_numbers_as_they_are_written(accountant, tmp_path):
    text = pdf_text(file_of(accountant, "receivables", "pdf"), tmp_path)
    assert "المستحقات على الأسر" in text
    assert "1,250.00" in text
    assert "1,750.00" in text
    # What a joined glyph would turn round, and what a typesetter would take for an order.
    assert "صافي" in text
    assert all(word in text for word in ("strong", "*x*", "$1$"))
    assert "صفحة" in text


def test_every_page_of_a_long_paper_repeats_its_headings(accountant, tmp_path):
    course = make_course(price=Decimal("1250.00"), capacity=80)
    for _ in range(60):
        make_enrollment(course)
    text = pdf_text(file_of(accountant, "receivables", "pdf"), tmp_path)
    pages = text.strip("\f").split("\f")
    assert len(pages) > 1
    assert all("المشترك" in page for page in pages)


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
