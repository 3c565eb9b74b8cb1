"""What is shown where something is missing or went wrong, in the site's dress."""

import pytest
from django.contrib.staticfiles import finders
from django.db import connection
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from api.errors import server_error


@pytest.mark.parametrize(("language", "direction"), [("ar", "rtl"), ("en", "ltr")])
def test_the_page_of_a_fault_needs_no_database(language, direction):
    # Without the mark that lends a test the database: whoever asks it fails here.
    with translation.override(language):
        answer = server_error(RequestFactory().get("/"))
    shown = answer.content.decode()
    assert answer.status_code == 500
    assert f'lang="{language}" dir="{direction}"' in shown
    assert "/static/css/fonts.css" in shown
    assert "/static/css/site.css" in shown
    for name in ("css/fonts.css", "css/site.css", "brand/mark.svg", "brand/favicon.svg"):
        assert finders.find(name), f"{name} is what the page of a fault is dressed in"


def test_it_has_no_script_or_style_that_the_policy_would_stop():
    shown = render_to_string("500.html", request=RequestFactory().get("/"))
    assert "<script" not in shown
    assert "style=" not in shown


@pytest.mark.django_db
def test_a_wrong_address_is_told_so_with_the_menu_and_the_way_home(client, home):
    with CaptureQueriesContext(connection) as queries:
        answer = client.get("/لا-شيء-هنا/")
    assert answer.status_code == 404
    assert 'class="menu"' in answer.content.decode()
    assert len(queries) <= 15
