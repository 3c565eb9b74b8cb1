"""Visitors find pages and courses however they write Arabic letters, and never what isn't published."""

import datetime as dt
import json
import time

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction
from wagtail.search.backends import get_search_backend

from backoffice.courses.models import Tag
from backoffice.courses.tests.makers import make_course
from backoffice.users.tests.makers import make_instructor
from cms.finding.excerpts import excerpt
from cms.finding.words import folded
from cms.models import PlainPage

from .makers import make_article, make_course_page, make_english, make_news, make_picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def look(client, home):
    """Titles that a question finds, in order."""

    def ask(typed, address="/search/", **more):
        response = client.get(address, {"q": typed, **more})
        assert response.status_code == 200
        return [str(hit.page.title if hit.page else hit.facts.name) for hit in response.context["found"].object_list]

    return ask


def make_plain(home, title="من نحن", text="", **fields):
    body = json.dumps([{"type": "text", "value": f"<p>{text}</p>"}] if text else [])
    n = PlainPage.objects.count()
    return home.add_child(instance=PlainPage(title=title, slug=f"plain-{n}", body=body, **fields))


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("الأمن السيبراني", "الامن"),
        ("الأمن السيبراني", "امن"),
        ("أساسيات البرمجة", "برمجة"),
        ("أساسيات البرمجة", "برمجه"),
        ("أساسيات البرمجة", "اساسيات"),
        ("أساسيات البرمجة", "برمج"),
        ("قُرْآنٌ كَرِيمٌ", "قران"),
        ("قران كريم", "قُرْآن كَرِيم"),
        ("تجويـــد", "تجويد"),
        ("مصطفى", "مصطفي"),
        ("مصطفي", "مصطفى"),
        ("مدرسة", "مدرسه"),
        ("معسكر ٢٠٢٦", "2026"),
        ("معسكر 2026", "٢٠٢٦"),
        ("مؤسسة (العلوم)", "علوم"),
        ("«الرسم» للصغار", "رسم"),
        ("Café Python", "cafe"),
        ("Python & Scratch", "PYTHON"),
        ("front-end", "front-end"),
        ("a/b test_case", "case"),
    ],
)
def test_a_title_is_found_in_any_spelling(look, home, written, typed):
    make_plain(home, written)
    assert look(typed) == [written]


def test_words_of_summary_body_and_other_blocks_are_found(look, home):
    make_plain(home, "صفحة أولى", "نعلّم <b>الخوارزميات</b> بالصبر")
    make_plain(home, "صفحة ثانية", summary="خلاصة الأنظمة")
    quote = [{"type": "quote", "value": {"words": "العلم نور", "source": "حكيم"}}]
    home.add_child(instance=PlainPage(title="صفحة ثالثة", slug="third", body=json.dumps(quote)))
    assert look("خوارزميات") == ["صفحة أولى"]
    assert look("انظمة") == ["صفحة ثانية"]
    assert look("نور") == ["صفحة ثالثة"]
    assert look("نور خوارزميات") == []


def test_what_has_the_word_in_its_title_comes_before_what_only_mentions_it(look, home):
    for n in range(3):
        make_plain(home, f"ذكر {n}", "الروبوت " * 20)
    make_plain(home, "نادي الروبوت")
    assert look("روبوت")[0] == "نادي الروبوت"
    assert len(look("روبوت")) == 4


def test_a_course_without_a_page_is_found_with_its_facts_by_its_name_subject_or_instructor(client, look):
    course = make_course(name="الحاسب", price=310, instructor=make_instructor(first_name="سامي", last_name="الأنصاري"))
    course.tags.add(Tag.objects.create(name="البرمجة"))
    for typed in ("حاسب", "انصاري", "برمجه", "حاسب سامي"):
        assert look(typed) == ["الحاسب"]
    shown = client.get("/search/", {"q": "حاسب"}).content.decode()
    assert "310 <small>جنيه</small>" in shown
    assert "باقٍ" in shown


def test_nobodys_telephone_is_confirmed_by_the_search(look):
    instructor = make_instructor(first_name="سامي")
    make_course(name="الحاسب", instructor=instructor)
    assert look(str(instructor.user.phone_number1)) == []
    assert look(str(instructor.user.phone_number1)[-9:]) == []


def test_a_course_with_a_page_is_found_once_by_its_own_name_and_by_its_pages_words(look):
    course = make_course(name="الحاسب")
    make_course_page(course=course, title="عالم الكمبيوتر", summary="الحاسب من البداية")
    assert look("حاسب") == look("كمبيوتر") == ["عالم الكمبيوتر"]


def test_a_course_whose_page_is_a_draft_is_found_without_the_drafts_words(client, look):
    make_course_page(course=make_course(name="الحاسب"), title="عنوان سري", live=False)
    assert look("حاسب") == ["الحاسب"]
    assert look("سري") == []


def test_a_course_that_is_over_isnt_found_by_itself(look):
    make_course(name="الحاسب", is_active=False)
    make_course(name="الحاسب القديم", end_date=timezone.localdate() - dt.timedelta(days=1))
    assert look("حاسب") == []


def test_what_was_found_is_gone_once_it_is_unpublished_deleted_or_closed_and_its_new_words_count(look, home):
    page = make_plain(home, "الأنشطة", "سباحة")
    assert look("سباحه") == ["الأنشطة"]
    page.unpublish()
    assert look("سباحه") == []
    page.save_revision().publish()
    assert look("سباحه") == ["الأنشطة"]
    page.refresh_from_db()
    page.body = json.dumps([{"type": "text", "value": "<p>رماية</p>"}])
    page.save_revision()
    assert look("رماية") == []
    page.save_revision().publish()
    assert look("رمايه") == ["الأنشطة"]
    assert look("سباحه") == []
    restriction = PageViewRestriction.objects.create(page=page, restriction_type="login")
    assert look("رمايه") == []
    restriction.delete()
    page.delete()
    assert look("رمايه") == []


def test_each_language_finds_its_own_pages(look, home):
    page = make_plain(home, "من نحن")
    make_english(home, title="Redwan", slug="home-en")
    make_english(page, title="About us", slug="about")
    assert look("about") == []
    assert look("نحن", "/en/search/") == []
    assert look("about", "/en/search/") == ["About us"]


def test_there_is_no_search_in_a_language_without_a_front_page(client, home):
    assert client.get("/en/search/", {"q": "x"}).status_code == 404


@pytest.mark.parametrize(
    "typed",
    [
        '"',
        "'",
        "''",
        '"x" OR "y"',
        "*",
        "NEAR(",
        "a NEAR b",
        "title:x",
        "{title}:x",
        "x AND",
        "NOT",
        "a & | ! b:*",
        "<-> <2>",
        "\\",
        "\\'",
        "%s %d %",
        "\x00",
        "ا\x00لامن",
        "😀",
        "ـ",
        "َ",
        "\ud800",
        "-1 +2",
        "x" * 10_000,
        "كلمة " * 2_000,
        "؛؟،",
        "'; DROP TABLE wagtailcore_page; --",
        "<script>alert(1)</script>",
        "^a",
        "ﷺ",
        "1e400",
        "http://a.b/c?d=e",
    ],
)
def test_no_question_breaks_it(client, home, typed):
    make_plain(home, "من نحن", "كلمة")
    response = client.get("/search/", {"q": typed.encode("utf-8", "surrogatepass")})
    assert response.status_code == 200
    assert "<script>alert" not in response.content.decode()
    assert client.get("/en/search/", {"q": typed.encode("utf-8", "surrogatepass")}).status_code == 404


@pytest.mark.parametrize("number", ["0", "-1", "99999999999999999999", "x", "\x00"])
def test_no_page_number_breaks_it(look, home, number):
    make_plain(home, "من نحن")
    assert look("نحن", page=number) == ["من نحن"]


def test_an_empty_question_and_one_that_finds_nothing_show_the_open_courses(client, home):
    make_course(name="نور البيان")
    for question in ({}, {"q": " "}, {"q": "!!"}, {"q": "غيرموجود"}):
        assert "نور البيان" in client.get("/search/", question).content.decode()
    assert "لم نجد" in client.get("/search/", {"q": "غيرموجود"}).content.decode()
    assert "لم نجد" not in client.get("/search/").content.decode()


def test_it_pages_and_keeps_the_question(client, look, home):
    for n in range(13):
        make_plain(home, f"نادي {n}")
    first, second = look("نادي"), look("نادي", page=2)
    assert (len(first), len(second)) == (10, 3)
    assert len({*first, *second}) == 13
    shown = client.get("/search/", {"q": "نادي"}).content.decode()
    assert "page=2" in shown
    assert "13" in shown


def test_found_words_are_marked_and_nothing_of_a_text_is_taken_for_html():
    text = "قبل <b>الأمن</b>، " + "كلمة " * 50
    shown = excerpt(text, ["امن"])
    assert "&lt;b&gt;" in shown
    assert "<mark>" in shown
    assert shown.endswith("…")
    assert excerpt("<script>alert(1)</script>", ["script"]).count("<script") == 0
    assert excerpt("", ["x"]) == ""
    assert excerpt("الأمنُ السيبرانيّ", ["امن"]) == "<mark>الأمنُ</mark> السيبرانيّ"


def test_robots_are_told_to_leave_results_out_and_programs_where_to_ask(client, home):
    response = client.get("/search/", {"q": "x"})
    assert response.headers["X-Robots-Tag"] == "noindex"
    assert '<meta name="robots" content="noindex">' in response.content.decode()
    assert "/search/?q={search_term_string}" in client.get("/").content.decode()
    assert "/search/" not in client.get("/sitemap.xml").content.decode()


def test_every_page_and_the_one_that_isnt_there_have_a_labelled_field(client, home):
    for address in ("/", "/ليست-هنا/"):
        shown = client.get(address).content.decode()
        assert '<label class="unseen" for="seek-top">' in shown
        assert 'action="/search/"' in shown


def test_only_reading_is_answered(client, home):
    assert client.post("/search/", {"q": "x"}).status_code == 405


def test_marketings_own_search_folds_too(home):
    make_plain(home, "الأمن السيبراني")
    picture = make_picture()
    type(picture).objects.filter(pk=picture.pk).update(title="مؤسسة العلوم")
    call_command("update_index", verbosity=0)
    assert [one.title for one in Page.objects.all().autocomplete("الامن السيب")] == ["الأمن السيبراني"]
    found = get_search_backend().search("موسسه", type(picture))
    assert [one.title for one in found] == ["مؤسسة العلوم"]


def test_rows_that_were_written_past_the_index_are_found_after_it_is_built_anew(look, home):
    page = make_plain(home, "قديم")
    Page.objects.filter(pk=page.pk).update(title="جديد")
    assert look("جديد") == []
    call_command("update_index", verbosity=0)
    assert look("جديد") == ["جديد"]


def test_words_are_the_same_for_every_database():
    assert folded("front-end_dev e-mail: a@b.c 3.14 «الأمن»؛ ½ é") == "front end dev e mail a b c 3 14 امن 1 2 e"


@pytest.mark.slow
def test_a_page_of_results_asks_at_most_fifteen_times(client, home, django_assert_max_num_queries):
    news = make_news()
    for n in range(4):
        make_plain(home, f"نادي {n}", "نص")
        make_article(news, title=f"نادي الأخبار {n}")
        make_course_page(course=make_course(name=f"نادي البرمجة {n}", instructor=make_instructor()))
    # The first time on a day that something is asked, its line in the editors' list is made as well.
    for asked in ("نادي", "لاشيء"):
        client.get("/search/", {"q": asked})
    for question in ({"q": "نادي"}, {"q": "نادي", "page": 2}, {"q": "لاشيء"}, {}):
        with django_assert_max_num_queries(15):
            client.get("/search/", question)


@pytest.fixture
def two_thousand(home):
    """As many pages, written past the tree and then indexed as after an upgrade."""
    kind = ContentType.objects.get_for_model(Page)
    shared = {"depth": 3, "content_type": kind, "locale": home.locale, "live": True}
    Page.objects.bulk_create(
        Page(title=f"نادي رقم{n}", slug=f"n-{n}", path=f"{home.path}{n:04d}", url_path=f"/home/n-{n}/", **shared)
        for n in range(1, 2001)
    )
    call_command("update_index", verbosity=0)


@pytest.mark.slow
def test_among_two_thousand_pages_an_answer_takes_no_longer_than_a_page(client, two_thousand):
    client.get("/search/", {"q": "رقم77"})
    for typed in ("رقم77", "نادي"):
        start = time.perf_counter()
        assert client.get("/search/", {"q": typed}).context["found"].object_list
        assert time.perf_counter() - start < 1


@pytest.mark.postgres
@pytest.mark.slow
def test_among_two_thousand_pages_the_index_is_used(two_thousand):
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE wagtailsearch_indexentry, wagtailcore_page")
    plan = Page.objects.search("رقم77", operator="and").get_queryset().explain()
    assert "Bitmap Index Scan on cms_words_of_pages" in plan
    assert "Seq Scan on wagtailsearch_indexentry" not in plan
