"""Makers of the site's pages, for tests; each is published unless told otherwise."""

import io
from itertools import count
from typing import Any

from django.apps import apps
from django.core.cache import cache
from django.core.files.images import ImageFile
from PIL import Image
from wagtail.models import Locale, Page, Site

from backoffice.config.roles import sync_groups
from backoffice.courses.models import Course
from backoffice.courses.tests.makers import make_course
from cms.models import (
    ArticlePage,
    ContactPage,
    CourseIndexPage,
    CoursePage,
    HomePage,
    NewsIndexPage,
    SitePicture,
)

_numbers = count(1)


def the_home() -> HomePage:
    """The front page as migrate leaves it: a race's test empties every table behind it, the pages too."""
    if not HomePage.objects.exists():
        Locale.objects.get_or_create(language_code="ar")
        root = Page.get_first_root_node() or Page.add_root(title="Root", slug="root")
        home = root.add_child(instance=HomePage(title="واحة الرضوان", slug="home"))
        Site.objects.create(hostname="localhost", root_page=home, is_default_site=True)
        sync_groups(apps.get_app_config("config"), using="default")
    # Wagtail remembers site roots and pictures in the cache, past a test's rollback.
    cache.clear()
    return HomePage.objects.get(depth=2, locale__language_code="ar")


def make_index(**overrides: Any) -> CourseIndexPage:
    """The index of courses."""
    fields = {"title": "الدورات", "slug": "الدورات", "show_in_menus": True} | overrides
    return HomePage.objects.get(depth=2, locale__language_code="ar").add_child(instance=CourseIndexPage(**fields))


def make_course_page(
    index: CourseIndexPage | None = None, course: Course | None = None, **overrides: Any
) -> CoursePage:
    """A page about a course, under the index."""
    course = course or make_course()
    fields = {"title": course.name, "slug": course.slug, "course": course} | overrides
    parent = index or CourseIndexPage.objects.first() or make_index()
    return parent.add_child(instance=CoursePage(**fields))


def make_news(**overrides: Any) -> NewsIndexPage:
    """The index of news."""
    return HomePage.objects.get(depth=2, locale__language_code="ar").add_child(
        instance=NewsIndexPage(**({"title": "الأخبار", "slug": "الأخبار"} | overrides))
    )


def make_article(index: NewsIndexPage, **overrides: Any) -> ArticlePage:
    """A piece of news."""
    n = next(_numbers)
    fields = {"title": f"خبر {n}", "slug": f"خبر-{n}", "summary": "جديد المركز"} | overrides
    return index.add_child(instance=ArticlePage(**fields))


def make_contact() -> ContactPage:
    """The contact page."""
    return HomePage.objects.get(depth=2, locale__language_code="ar").add_child(
        instance=ContactPage(title="اتصل بنا", slug="اتصل-بنا", show_in_menus=True)
    )


def make_picture() -> SitePicture:
    """A small green picture."""
    out = io.BytesIO()
    Image.new("RGB", (640, 400), "#0f7764").save(out, "PNG")
    n = next(_numbers)
    file = ImageFile(io.BytesIO(out.getvalue()), name=f"picture-{n}.png")
    return SitePicture.objects.create(title=f"صورة {n}", description="مربع أخضر", file=file)


def make_english(page: Page, **fields: Any) -> Any:
    """The page's translation, published."""
    english, _created = Locale.objects.get_or_create(language_code="en")
    translated = page.specific.copy_for_translation(english)
    for name, value in fields.items():
        setattr(translated, name, value)
    translated.save_revision().publish()
    Site.clear_site_root_paths_cache()
    # Its address changed with its parents'.
    translated.refresh_from_db()
    return translated
