"""A visitor leaves a number: what is kept, what comes back with all that was typed, and what is only thanked."""

import re
import resource
import time
from collections import Counter

import pytest
from django.core import signing
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape
from wagtail.models import Site

from backoffice.courses.tests.makers import make_course
from backoffice.enrollments.models import Lead
from backoffice.shared.models import AuditEntry
from cms.leads import form as lead_form
from cms.leads import rates
from cms.models import CentreSettings

from .makers import make_contact, make_english

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]

SEND, THANKS = "/leads/", "/leads/thanks/"


@pytest.fixture(autouse=True)
def _nobody_sent_anything():
    cache.clear()
    yield
    cache.clear()


def stamp(seconds_ago=60.0):
    return signing.dumps(time.time() - seconds_ago, salt="cms.leads")


def typed(**fields):
    said = {"name": "منى خالد", "phone_number": "٠١٠٠١٢٣٤٥٦٧", "child_age": "٨", "message": "متى تبدأ الدورة؟"}
    return said | {"stamp": stamp()} | fields


def send(client, address=SEND, *, sender="127.0.0.1", **fields):
    return client.post(address, typed(**fields), REMOTE_ADDR=sender)


def shown(response):
    return response.content.decode()


def test_a_number_that_is_left_is_kept_and_thanked_for(client):
    course = make_course()
    response = send(client, course=str(course.pk))
    assert (response.status_code, response.url) == (302, THANKS)
    lead = Lead.objects.get()
    assert (lead.name, str(lead.phone_number), lead.child_age, lead.course) == ("منى خالد", "+201001234567", 8, course)
    assert (lead.message, lead.source, lead.language, lead.status) == ("متى تبدأ الدورة؟", "course", "ar", "new")
    entry = AuditEntry.objects.get(model="enrollments.lead")
    assert (entry.source, entry.actor) == ("site", None)


def test_the_page_of_thanks_says_when_the_centre_is_open_and_how_to_call_it(client):
    CentreSettings.objects.create(site=Site.objects.get(), phones="01000000003", hours="السبت إلى الخميس: 9–21")
    page = shown(client.get(THANKS))
    assert "سنتصل بك" in page
    assert 'href="tel:+201000000003"' in page
    assert page.count("السبت إلى الخميس: 9–21") == 2
    assert "noindex" in page


def test_the_contact_page_has_the_form_in_its_language(client, home):
    contact = make_contact()
    page = client.get(contact.url)
    assert f'action="{SEND}"' in shown(page)
    assert "private" in page.headers["Cache-Control"]
    make_english(home, title="Home", slug="home-en")
    english = make_english(contact, title="Contact", slug="contact")
    assert 'action="/en/leads/"' in shown(client.get(english.url))
    response = send(client, "/en/leads/", course="")
    assert response.url == "/en/leads/thanks/"
    assert "we are going to call you" in shown(client.get(response.url))
    assert (Lead.objects.get().source, Lead.objects.get().language) == ("contact", "en")


def test_the_form_asks_the_database_nothing():
    from django.template import Context, Template
    from django.test import RequestFactory

    course = make_course()
    template = Template("{% load leads %}{% lead_form course=course %}")
    with CaptureQueriesContext(connection) as queries:
        html = template.render(Context({"request": RequestFactory().get("/"), "course": course}))
    assert str(course.pk) in html
    assert len(queries) == 0


def test_the_contact_page_asks_at_most_fifteen_times(client):
    contact = make_contact()
    Site.get_site_root_paths()
    client.get(contact.url)
    with CaptureQueriesContext(connection) as queries:
        client.get(contact.url)
    assert len(queries) <= 15


# What is asked for again.
@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        ({"name": " "}, "اكتب اسمك"),
        ({"phone_number": ""}, "اكتب الرقم الذي نتصل بك عليه"),
        ({"phone_number": "0100"}, "أقصر"),
        ({"phone_number": "01001234567 01001234568"}, "أكثر من رقم"),
        ({"child_age": "ثمانية"}, "رقم"),
        ({"child_age": "44"}, "عمر الطفل من 1 إلى 18"),
        ({"child_age": "9" * 5000}, ""),
        ({"message": "س" * 2001}, "2001"),
        ({"stamp": ""}, "ظلت هذه الصفحة مفتوحة"),
        ({"stamp": "made up"}, "ظلت هذه الصفحة مفتوحة"),
        ({"stamp": signing.dumps("not a time", salt="cms.leads")}, "ظلت هذه الصفحة مفتوحة"),
        ({"stamp": signing.dumps(0.0, salt="another")}, "ظلت هذه الصفحة مفتوحة"),
        ({"name": "منى\x00خالد"}, ""),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(client, fault, sentence):
    course = make_course()
    said = typed(course=str(course.pk), **fault)
    response = client.post(SEND, said)
    page = shown(response)
    assert response.status_code == 200
    assert sentence in page
    assert 'role="alert"' in page or 'aria-invalid="true"' in page
    for name in ("name", "phone_number", "child_age", "message"):
        assert escape(said[name]) in page, name
    assert f'value="{course.pk}"' in page
    assert not Lead.objects.exists()


def test_a_page_that_lay_open_for_a_day_takes_what_was_typed_the_second_time(client, monkeypatch):
    response = send(client, stamp=stamp(25 * 60 * 60))
    fresh = re.search(r'name="stamp" value="(.*?)"', shown(response))[1]
    monkeypatch.setattr(lead_form, "SOONEST", 0)
    assert send(client, stamp=fresh).status_code == 302
    assert Lead.objects.count() == 1


def test_what_is_sent_within_three_seconds_is_asked_for_again_and_then_taken_with_the_same_stamp(client):
    early = stamp(1)
    response = send(client, stamp=early)
    assert "سريعًا جدًا" in shown(response)
    assert f'value="{early}"' in shown(response)
    assert not Lead.objects.exists()
    assert send(client, stamp=stamp(3.1)).status_code == 302


def test_without_its_token_the_form_comes_back_with_all_that_was_typed():
    careful = Client(enforce_csrf_checks=True)
    response = send(careful)
    assert response.status_code == 200
    assert "لم يثبت متصفحك" in shown(response)
    assert "متى تبدأ الدورة؟" in shown(response)
    assert not Lead.objects.exists()
    token = re.search(r'name="csrfmiddlewaretoken" value="(.*?)"', shown(response))[1]
    assert send(careful, csrfmiddlewaretoken=token).status_code == 302
    assert Lead.objects.count() == 1


def test_the_field_that_people_dont_see_is_thanked_for_and_nothing_is_kept(client):
    page = shown(client.get(SEND))
    trap = re.search(r'<p class="unseen" aria-hidden="true">.*?</p>', page, re.S)[0]
    assert 'tabindex="-1"' in trap
    assert 'autocomplete="off"' in trap
    response = send(client, homepage="https://spam.example")
    assert response.url == THANKS
    assert not Lead.objects.exists()


@pytest.mark.parametrize("key", ["", "nothing", "00000000-0000-0000-0000-000000000000", "\x00", "' OR 1=1"])
def test_a_course_that_isnt_there_doesnt_cost_the_number(client, key):
    assert send(client, course=key).status_code == 302
    assert Lead.objects.get().course is None


def test_the_address_of_the_form_shows_it_by_itself_about_a_course_too(client):
    course = make_course(name="نور البيان")
    assert "هل تود أن نتصل بك؟" in shown(client.get(SEND))
    assert "نور البيان" in shown(client.get(SEND, {"course": str(course.pk)}))
    assert client.put(SEND).status_code == 405


# What hostile people send.
@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("🌴 نخلة 𓂀", "🌴 نخلة 𓂀"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("\u202eمقلوب\u202c", "مقلوب"),
        ("سطر\r\nBcc: all@example.org\r\n\r\n<b>", "سطر\nBcc: all@example.org\n\n<b>"),
        ("{{ 7|add:7 }} {% load static %} %s %(x)s", "{{ 7|add:7 }} {% load static %} %s %(x)s"),
    ],
)
def test_a_message_is_kept_as_words_and_nothing_else(client, said, kept):
    assert send(client, message=said).status_code == 302
    assert Lead.objects.get().message == kept


def test_what_is_typed_comes_back_as_words_too(client):
    page = shown(send(client, name='"><script>alert(1)</script>', phone_number="<img src=x>", message="</textarea><b>"))
    for hostile in ("<script>alert", "<img src=x>", "</textarea><b>"):
        assert hostile not in page


def test_a_message_of_a_megabyte_is_refused_and_one_of_three_is_not_even_read(client):
    assert send(client, message="س" * 2**18).status_code == 200
    assert send(client, message="x" * 3 * 2**20).status_code == 400
    assert not Lead.objects.exists()


# How often.
def test_the_fourth_time_in_a_day_a_number_is_told_to_call_and_loses_nothing(client):
    CentreSettings.objects.create(site=Site.objects.get(), phones="01000000003")
    for _n in range(rates.BY_NUMBER.limit):
        assert send(client).status_code == 302
    response = send(client, sender="10.9.9.9")
    page = shown(response)
    assert response.status_code == 429
    assert int(response.headers["Retry-After"]) > 0
    assert page.count('href="tel:+201000000003"') >= 2
    assert "متى تبدأ الدورة؟" in page
    assert Lead.objects.get().times_asked == rates.BY_NUMBER.limit
    assert send(client, phone_number="01001234568").status_code == 302


def number(n):
    return f"011{n:08d}"


def test_one_address_leaves_so_many_numbers_in_an_hour_and_others_are_let_in(client):
    answers = [send(client, phone_number=number(n)).status_code for n in range(rates.BY_ADDRESS.limit + 3)]
    assert answers == [302] * rates.BY_ADDRESS.limit + [429] * 3
    other = send(client, phone_number=number(99), sender="10.9.9.9")
    assert other.status_code == 302


def test_from_everywhere_together_no_more_are_kept_than_the_office_can_call(client, monkeypatch):
    monkeypatch.setattr(rates, "IN_ALL", rates.Rate("lead_all", 5, rates.HOUR))
    answers = [send(client, phone_number=number(n), sender=f"10.0.0.{n}").status_code for n in range(7)]
    assert answers == [302] * 5 + [429] * 2


def test_faulty_forms_are_not_counted_as_numbers_that_were_left(client):
    for _n in range(rates.BY_ADDRESS.limit + 2):
        assert send(client, phone_number="0100").status_code == 200
    assert send(client).status_code == 302


def seconds_of(calls):
    begun = time.perf_counter()
    answers = Counter(call().status_code for call in calls)
    return time.perf_counter() - begun, answers


def test_past_the_sixtieth_form_of_an_hour_what_is_typed_still_comes_back(client):
    for _n in range(rates.SENT.limit):
        send(client, name="")
    response = send(client)
    assert response.status_code == 429
    assert "متى تبدأ الدورة؟" in shown(response)
    assert len(send(client, message="x" * 2**18).content) < 2**16
    for _n in range(rates.FLOOD.limit):
        send(client)
    flood = send(client)
    assert flood.status_code == 429
    assert "ما كتبته ما زال هناك" in shown(flood)


@pytest.mark.slow
def test_ten_thousand_posts_from_one_address_keep_ten_rows_and_nobody_else_out(client, caplog):
    # Pytest keeps each record of the log, with its request.
    caplog.set_level("CRITICAL", logger="django.request")
    looking, _answers = seconds_of(lambda: client.get(SEND) for _n in range(500))
    posts = [lambda n=n: send(client, phone_number=number(n)) for n in range(10_000)]
    _first, few = seconds_of(posts[:500])
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    took, many = seconds_of(posts[500:])
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    assert few + many == {302: rates.BY_ADDRESS.limit, 429: 10_000 - rates.BY_ADDRESS.limit}
    assert Lead.objects.count() == rates.BY_ADDRESS.limit
    assert AuditEntry.objects.filter(model="enrollments.lead").count() == rates.BY_ADDRESS.limit
    assert grown < 40, f"{grown:.0f} MB more after 9,500 posts"
    assert took / 9_500 < 3 * looking / 500, "a post costs more than showing the form three times"
    assert send(client, phone_number="01001234599", sender="10.2.2.2").status_code == 302


def test_both_addresses_of_the_form_are_found_by_name():
    assert (reverse("lead"), reverse("lead-thanks")) == (SEND, THANKS)
