"""An editor can't build nonsense: which page stands below which, and each opens, is edited and previewed."""

import json

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from wagtail.models import Page
from wagtail.test.utils import WagtailPageTestCase

from backoffice.courses.tests.makers import make_course, make_schedule
from backoffice.users.tests.makers import make_instructor, make_staff
from cms.blocks import host_of
from cms.models import (
    ArticlePage,
    ContactPage,
    CourseIndexPage,
    CoursePage,
    HomePage,
    InstructorIndexPage,
    InstructorPage,
    NewsIndexPage,
    PlainPage,
    Question,
    Testimonial,
)

from .makers import (
    make_article,
    make_contact,
    make_course_page,
    make_english,
    make_index,
    make_news,
    make_picture,
    the_home,
)

BELOW = {
    HomePage: {CourseIndexPage, InstructorIndexPage, NewsIndexPage, PlainPage, ContactPage},
    CourseIndexPage: {CoursePage},
    CoursePage: set(),
    InstructorIndexPage: {InstructorPage},
    InstructorPage: set(),
    NewsIndexPage: {ArticlePage},
    ArticlePage: set(),
    PlainPage: {PlainPage},
    ContactPage: set(),
}


class TreeTests(WagtailPageTestCase):
    """Wagtail's own checks of a tree."""

    def setUp(self):
        self.home = the_home()

    def test_each_kind_of_page_takes_only_what_belongs_below_it(self):
        for kind, below in BELOW.items():
            self.assertAllowedSubpageTypes(kind, below)
            above = {parent for parent, children in BELOW.items() if kind in children}
            self.assertAllowedParentPageTypes(kind, above or {Page})

    def test_a_second_front_page_and_a_second_index_cant_be_made(self):
        assert not HomePage.can_create_at(self.home.get_parent())
        assert CourseIndexPage.can_create_at(self.home)
        make_index()
        assert not CourseIndexPage.can_create_at(the_home())

    def test_marketing_opens_edits_and_previews_every_kind_of_page(self):
        rana = make_staff("Marketing")
        course_page, news = make_course_page(picture=make_picture()), make_news()
        people = self.home.add_child(instance=InstructorIndexPage(title="المعلمون", slug="المعلمون"))
        sami = people.add_child(instance=InstructorPage(title="سامي", slug="سامي", instructor=make_instructor()))
        plain = self.home.add_child(instance=PlainPage(title="عن المركز", slug="عن-المركز"))
        pages = [course_page, news, make_article(news), people, sami, plain, make_contact(), self.home]
        for page in [*pages, course_page.get_parent().specific]:
            self.assertPageIsRenderable(page)
            revision = page.save_revision()
            self.client.force_login(rana)
            for address in (
                reverse("wagtailadmin_pages:edit", args=[page.pk]),
                reverse("wagtailadmin_pages:revisions_view", args=[page.pk, revision.pk]),
            ):
                assert self.client.get(address).status_code == 200, (page, address)
            self.client.logout()


@pytest.fixture
def rana(client, home):
    """Rana of marketing, signed in."""
    user = make_staff("Marketing")
    client.force_login(user)
    return user


def test_an_editor_finds_a_course_in_any_spelling_and_chooses_it(client, rana):
    make_course(name="أساسيات الأحياء")
    make_course(name="رسم")
    shown = client.get(reverse("course_chooser:choose_results"), {"q": "احياء"}).content.decode()
    assert "أساسيات الأحياء" in shown
    assert "رسم" not in shown


def test_supervisors_are_not_among_the_instructors_to_choose_and_have_no_page(client, rana):
    make_instructor(first_name="سامي")
    supervisor = make_instructor(first_name="نادية")
    type(supervisor).objects.filter(pk=supervisor.pk).update(type="supervisor")
    supervisor.refresh_from_db()
    shown = client.get(reverse("instructor_chooser:choose_results")).content.decode()
    assert "سامي" in shown
    assert "نادية" not in shown
    with pytest.raises(ValidationError) as refused:
        InstructorPage(title="نادية", slug="n", instructor=supervisor).clean()
    assert "instructor" in refused.value.error_dict


def test_a_course_has_one_page_in_each_language(home):
    page = make_course_page()
    make_english(home, title="Home", slug="home-en")
    make_english(page.get_parent().specific, title="Courses", slug="courses")
    english = make_english(page, title="A course", slug="a-course")
    english.clean()
    second = CoursePage(title="أخرى", slug="أخرى", course=page.course, locale=page.locale)
    with pytest.raises(ValidationError) as refused:
        second.clean()
    assert "course" in refused.value.error_dict


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("https://www.youtube.com/watch?v=1", "YouTube"),
        ("https://youtu.be/1", "YouTube"),
        ("https://player.vimeo.com/1", "Vimeo"),
        ("http://youtube.com/1", None),
        ("https://youtube.com.example.org/1", None),
        ("https://notyoutube.com/1", None),
        ("javascript:alert(1)//https://youtube.com", None),
    ],
)
def test_a_video_lies_on_a_site_whose_name_can_be_told(address, name):
    assert host_of(address) == name


def test_every_block_shows_what_was_put_into_it(client, home):
    course = make_course()
    make_schedule(course)
    picture = make_picture()
    locale = home.locale
    asked = Question.objects.create(locale=locale, question="كيف أحجز؟", answer="<p>اتصل بنا</p>")
    said = Testimonial.objects.create(locale=locale, words="مكان رائع", name="أم يوسف")
    people = home.add_child(instance=InstructorIndexPage(title="المعلمون", slug="المعلمون"))
    sami = people.add_child(instance=InstructorPage(title="سامي عادل", slug="سامي", instructor=make_instructor()))
    body = [
        ("text", "<p>نص <b>مهم</b></p>"),
        ("picture", {"picture": picture.pk, "caption": "تعليق الصورة"}),
        ("gallery", [picture.pk, picture.pk]),
        ("video", {"title": "يوم مفتوح", "address": "https://youtu.be/abc", "picture": None}),
        ("questions", [asked.pk]),
        ("quote", {"words": "خيركم من تعلم", "source": "حديث"}),
        ("testimonials", [said.pk]),
        ("points", {"heading": "لماذا؟", "points": [{"title": "قرب", "words": "في قلب المدينة"}] * 2}),
        ("instructors", [sami.pk]),
        ("schedule", None),
    ]
    raw = json.dumps([{"type": kind, "value": value} for kind, value in body])
    page = make_course_page(course=course, body=raw)
    shown = client.get(page.url).content.decode()
    for words in ("<b>مهم</b>", "تعليق الصورة", "مربع أخضر", "يوم مفتوح", "كيف أحجز؟", "خيركم من تعلم", "مكان رائع",
                  "في قلب المدينة", "سامي عادل", "16:00–18:00"):  # fmt: skip
        assert words in shown
    assert "يُفتح على موقع YouTube" in shown
    assert "<iframe" not in shown
    assert shown.count('type="image/avif"') == 3


def test_words_of_an_editor_keep_no_script_no_style_and_no_event(client, home):
    body = (
        '<p onclick="steal()" style="color:red">مرحبا<script>steal()</script><a href="javascript:steal()">هنا</a></p>'
    )
    field = CoursePage._meta.get_field("body").stream_block.child_blocks["text"]
    from wagtail.admin.rich_text import get_rich_text_editor_widget

    widget = get_rich_text_editor_widget(features=field.features)
    kept = widget.converter.to_database_format(widget.converter.from_database_format(body))
    assert "مرحبا" in kept
    for word in ("script", "onclick", "style", "javascript"):
        assert word not in kept
