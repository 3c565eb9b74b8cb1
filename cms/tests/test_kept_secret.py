"""What isn't published for everybody is told to nobody, by no address."""

import datetime as dt
import json
import re

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group
from django.utils import timezone
from wagtail.models import PageViewRestriction
from wagtail.rich_text import expand_db_html

from backoffice.courses.tests.makers import make_course
from backoffice.users.tests.makers import make_instructor, make_parent, make_staff
from cms.models import InstructorIndexPage, InstructorPage, PlainPage
from cms.rich_text import harmless

from .makers import make_article, make_course_page, make_english, make_index, make_news

pytestmark = [pytest.mark.django_db]
SECRET, SLUG = "الخبيئة", "secret-thing"
FOREIGN = {"script", "style", "iframe", "object", "embed", "applet", "math", "base", "meta", "template", "noscript"}
NOW = timezone.now()
HIDDEN = ["draft", "unpublished", "scheduled", "expired", "login", "password", "groups", "below a private page"]


def hide(page, how):
    """Take a published page from the public in one of eight ways."""
    if how in ("login", "password", "groups", "below a private page"):
        closed = page if how != "below a private page" else page.get_parent()
        kind = how if how != "below a private page" else "login"
        restriction = PageViewRestriction.objects.create(page=closed, restriction_type=kind, password="open")
        if kind == "groups":
            restriction.groups.add(Group.objects.get(name="Marketing"))
        return
    page.unpublish()
    page.refresh_from_db()
    if how == "scheduled":
        page.go_live_at = NOW + dt.timedelta(days=2)
    if how == "expired":
        page.expire_at, page.expired = NOW - dt.timedelta(days=2), True
    if how == "draft":
        page.first_published_at = page.last_published_at = None
    page.save()
    if how == "scheduled":
        page.save_revision(approved_go_live_at=page.go_live_at).publish()
        page.refresh_from_db()
        assert not page.live


@pytest.fixture
def pages(home):
    """A page of each kind that is listed somewhere, each with the secret in its title, its words and its address."""
    parts = {
        "article": make_article(make_news(), title=f"{SECRET} خبر", slug=f"{SLUG}-a", summary=SECRET),
        "course": make_course_page(make_index(), title=f"{SECRET} دورة", slug=f"{SLUG}-c", summary=SECRET),
    }
    plain = PlainPage(title=f"{SECRET} صفحة", slug=f"{SLUG}-p", summary=SECRET, show_in_menus=True)
    parts["plain"] = home.add_child(instance=PlainPage(title="أم", slug="mother")).add_child(instance=plain)
    people = home.add_child(instance=InstructorIndexPage(title="المعلمون", slug="people"))
    instructor = make_instructor()
    make_course(instructor=instructor)
    parts["person"] = people.add_child(
        instance=InstructorPage(title=f"{SECRET} معلم", slug=f"{SLUG}-i", speciality=SECRET, instructor=instructor)
    )
    told = [{"type": "text", "value": "".join(f'<a linktype="page" id="{one.pk}">هنا</a>' for one in parts.values())}]
    told.append({"type": "instructors", "value": [parts["person"].pk]})
    parts["teller"] = home.add_child(instance=PlainPage(title="من نحن", slug="about", body=json.dumps(told)))
    return parts


@pytest.mark.parametrize("how", HIDDEN)
def test_no_public_address_tells_of_a_hidden_page(client, home, pages, how):
    teller, addresses = pages.pop("teller"), [one.url for one in pages.values()]
    open_ones = [teller.url, "/", "/sitemap.xml", "/news.rss", "/search/?q=" + SECRET, "/search/", "/ليست-هنا/"]
    open_ones += [one.get_parent().url for one in pages.values() if how != "below a private page"]
    assert SLUG in client.get(teller.url).content.decode()
    assert SECRET in client.get("/search/", {"q": SECRET}).content.decode()
    for page in pages.values():
        hide(page, how)
    for address in addresses:
        response = client.get(address, follow=True)
        assert SECRET not in response.content.decode(), address
        assert response.status_code in (200, 404)
    for address in open_ones:
        shown = client.get(address).content.decode()
        assert SLUG not in shown, address
        assert SECRET not in shown.replace(f'value="{SECRET}"', "").replace(f": {SECRET}", ""), address


def test_a_hidden_translation_is_no_alternate(client, home, pages):
    make_english(home, title="Redwan", slug="home-en")
    make_english(pages["article"].get_parent(), title="News", slug="news")
    english = make_english(pages["article"], title="Kept", slug="kept-back")
    assert "kept-back" in client.get(pages["article"].url).content.decode()
    english.unpublish()
    assert "kept-back" not in client.get(pages["article"].url).content.decode()
    assert "kept-back" not in client.get("/sitemap.xml").content.decode()


@pytest.mark.parametrize("who", ["stranger", "parent", "registrar"])
def test_no_screen_of_the_editors_shows_a_draft_to_others(client, pages, who):
    page = pages["article"]
    page.unpublish()
    revision = page.save_revision()
    if who == "parent":
        client.force_login(make_parent().user)
    if who == "registrar":
        client.force_login(make_staff("Registrars"))
    base = f"/cms/pages/{page.pk}"
    for address in [
        f"{base}/view_draft/",
        f"{base}/edit/",
        f"{base}/edit/preview/",
        f"{base}/history/",
        f"{base}/revisions/{revision.pk}/view/",
        f"{base}/revisions/compare/earliest...latest/",
        "/cms/pages/search/?q=" + SECRET,
        "/cms/api/main/pages/",
        f"/cms/api/main/pages/{page.pk}/",
        "/cms/reports/site-history/",
    ]:
        response = client.get(address)
        assert response.status_code in (302, 403, 404), address
        assert SECRET not in response.content.decode(), address


def test_no_api_knows_of_pages(client, pages):
    pages["article"].unpublish()
    for address in ("/api/v2/pages/", "/api/v3/pages/", "/api/v1/pages/", "/cms/api/v3/pages/", "/api/main/pages/"):
        assert client.get(address).status_code in (302, 401, 404), address
    for address in ("/api/v1/", "/api/schema/", "/api/v1/courses/"):
        assert SECRET not in client.get(address).content.decode(), address


@pytest.mark.parametrize(
    "written",
    [
        "<script>alert(1)</script>",
        "<SCRIPT SRC=//x.example/a.js></SCRIPT>",
        "<p onclick='alert(1)' style='position:fixed'>x</p>",
        '<a href="javascript:alert(1)">x</a>',
        '<a href="jav&#x09;ascript:alert(1)">x</a>',
        '<a href=" &#106;avascript:alert(1)">x</a>',
        '<a href="data:text/html,<script>alert(1)</script>">x</a>',
        '<a href="vbscript:x" target="_blank">x</a>',
        '<iframe src="https://x.example"></iframe>',
        '<svg onload="alert(1)"><script>alert(1)</script><a xlink:href="javascript:alert(1)">x</a></svg>',
        '<math><mi href="javascript:alert(1)">x</mi></math>',
        "<img src=x onerror=alert(1)>",
        '<object data="x.swf"></object><embed src="x.swf"><applet code=x></applet>',
        '<form action="//x.example"><input name=password><button>x</button></form>',
        '<style>body{background:url("//x.example")}</style><link rel=stylesheet href=//x.example>',
        '<meta http-equiv="refresh" content="0;url=//x.example"><base href="//x.example/">',
        "<!--[if IE]><script>alert(1)</script><![endif]-->",
        "<p><noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript></p>",
        "<template><img src=x onerror=alert(1)></template>",
        '<embed embedtype="image" id="1" format="left" alt="x"/>',
        '<a linktype="page" id="1 OR 1=1">x</a>',
        "<scr<script>ipt>alert(1)</scr</script>ipt>",
        "<p/onmouseover=alert(1)>x",
    ],
)
def test_a_row_that_was_written_past_the_editor_runs_nothing(client, home, written):
    body = json.dumps([{"type": "text", "value": f"<p>قبل</p>{written}<p>بعد</p>"}])
    page = home.add_child(instance=PlainPage(title="صفحة", slug="raw", body=body))
    home.refresh_from_db()
    home.intro = written
    home.save()
    for address in (page.url, "/"):
        for tag in BeautifulSoup(client.get(address).content, "html.parser").body.find_all(True):
            assert tag.name not in FOREIGN, tag
            for name, value in tag.attrs.items():
                assert not name.startswith("on"), tag
                assert name != "style", tag
                if name in ("href", "src", "action"):
                    assert not re.match(r"\s*(javascript|vbscript|data):", value), tag
                    assert "x.example" not in value, tag
    assert "قبل" in client.get(page.url).content.decode()
    assert "بعد" in client.get(page.url).content.decode()


def test_what_an_editor_can_make_stays_as_it_is():
    made = (
        '<h2>عنوان</h2><p>نص <b>غامق</b> <i>مائل</i><br/><a href="/الدورات/">هنا</a> و'
        '<a href="https://x.example/?a=1&amp;b=2">هناك</a></p><ul><li>أول</li></ul><ol><li>ثانٍ</li></ol><hr/>'
    )
    assert harmless(expand_db_html(made)) == made
