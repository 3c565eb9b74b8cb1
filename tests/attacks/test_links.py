"""Links inside written pages that name nothing, and documents whose file is gone."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from wagtail.models import ReferenceIndex
from wagtail.rich_text import expand_db_html, extract_references_from_rich_text

from cms.models import SiteDocument
from cms.tests.makers import make_course_page, the_home

pytestmark = pytest.mark.django_db

KEYS = [
    "",
    "abc",
    "1 OR 1=1",
    "-1",
    "0",
    "١",
    "1.5",
    "1e3",
    "99999999999999999999",
    "2147483648",
    "999999999",
    "None",
    "%00",
    "../1",
]


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("kind", ["document", "page"])
def test_a_link_that_names_nothing_is_its_words_alone(kind, key):
    the_home()
    html = f'<p>قبل <a linktype="{kind}" id="{key}">هنا</a> <a linktype="{kind}">بلا رقم</a> بعد</p>'
    shown = expand_db_html(html)
    assert "هنا" in shown
    assert "href" not in shown


@pytest.mark.parametrize("key", KEYS)
def test_a_link_that_names_no_document_uses_none(key):
    html = f'<a linktype="document" id="{key}">هنا</a><a linktype="document">هنا</a>'
    assert all(str(row[1]) == key for row in extract_references_from_rich_text(html))


def test_a_page_with_such_a_link_is_shown_and_saved():
    the_home()
    page = make_course_page()
    page.body = [{"type": "text", "value": f'<p><a linktype="document" id="{key}">هنا</a></p>'} for key in KEYS]
    page.save_revision().publish()
    ReferenceIndex.create_or_update_for_object(page)
    answer = Client().get(page.url)
    assert answer.status_code == 200
    assert answer.content.decode().count("هنا") >= len(KEYS)


def test_a_good_link_leads_to_its_document_and_a_file_that_is_gone_is_a_404():
    the_home()
    document = SiteDocument.objects.create(title="ورقة", file=SimpleUploadedFile("leaflet.pdf", b"%PDF-1.7 ..."))
    assert document.url in expand_db_html(f'<a linktype="document" id="{document.pk}">هنا</a>')
    assert Client().get(document.url).status_code == 200
    document.file.storage.delete(document.file.name)
    assert Client().get(document.url).status_code == 404
