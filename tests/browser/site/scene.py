"""A page of every kind on the demo's site, in both languages: `python -m tests.browser.site.scene` says where."""

import datetime as dt
import json
import sys

import django

TODAY = dt.date.today()


def make():
    """Addresses by name; those in English end with `, en`."""
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
    )

    arabic = {}
    kinds = (HomePage, CourseIndexPage, InstructorIndexPage, InstructorPage, NewsIndexPage, ArticlePage)
    for kind in (*kinds, PlainPage, ContactPage):
        arabic[kind._meta.model_name.removesuffix("page")] = kind.objects.filter(locale__language_code="ar")[0]
    index = arabic["courseindex"]
    arabic |= {
        "course": CoursePage.objects.child_of(index).filter(translation_key__in=_translated()).first(),
        "full course": CoursePage.objects.child_of(index).filter(course__in=_full()).first(),
        "ended course": _page(index, "دورة انتهت", _ended(), []),
        "course with everything": _page(index, "دورة فيها كل شيء", _open(), _everything()),
    }
    english = [_in_english(page) for page in sorted(arabic.values(), key=lambda page: page.depth)]
    by_key = {page.translation_key: page for page in english}
    found = {name: page.url for name, page in arabic.items()}
    found |= {f"{name}, en": by_key[page.translation_key].url for name, page in arabic.items()}
    return found | {"course's number": str(arabic["course"].course_id)}


def _translated():
    from cms.models import CoursePage

    return CoursePage.objects.filter(locale__language_code="en").values("translation_key")


def _full():
    from django.db.models import F

    from backoffice.courses.models import Course

    return Course.objects.filter(enrolled_count__gte=F("capacity"), is_active=True)


def _ended():
    from backoffice.courses.tests.makers import make_course

    month = dt.timedelta(days=30)
    return make_course(name="دورة انتهت", slug="دورة-انتهت", start_date=TODAY - 3 * month, end_date=TODAY - month)


def _open():
    from backoffice.courses.tests.makers import make_course, make_schedule

    course = make_course(name="دورة فيها كل شيء", slug="دورة-فيها-كل-شيء")
    make_schedule(course)
    return course


def _everything():
    from django.core.files.base import ContentFile
    from wagtail.documents.models import Document

    from cms.models import InstructorPage, Question, SitePicture, Testimonial

    pictures = list(SitePicture.objects.all()[:4])
    paper = Document.objects.create(title="جدول الدورة", file=ContentFile(b"%PDF-1.4 x", name="plan.pdf"))
    video = {"title": "درس من دروسنا", "address": "https://www.youtube.com/watch?v=1", "picture": pictures[0]}
    return [
        ("text", "<h2>ماذا نتعلم</h2><p>كل شيء، خطوة خطوة.</p><h3>الأسبوع الأول</h3><ul><li>البداية</li></ul>"),
        ("picture", {"picture": pictures[1], "caption": "من القاعة"}),
        ("gallery", pictures),
        ("video", video),
        ("questions", list(Question.objects.all()[:3])),
        ("quote", {"words": "من جد وجد", "source": "مثل"}),
        ("testimonials", list(Testimonial.objects.all()[:2])),
        ("instructors", list(InstructorPage.objects.filter(locale__language_code="ar")[:2])),
        ("schedule", None),
        ("downloads", [paper]),
    ]


def _page(index, title, course, body):
    from cms.models import CoursePage

    page = CoursePage(title=title, slug=course.slug, course=course, summary="للتجربة", body=body, locale=index.locale)
    index.add_child(instance=page)
    page.save_revision().publish()
    return page


def _in_english(page):
    from wagtail.models import Locale

    english = Locale.objects.get(language_code="en")
    found = page.get_translation_or_none(english)
    if found is None:
        found = page.copy_for_translation(english)
        found.title = f"In English {page.pk}"
        found.slug = f"in-english-{page.pk}"
        found.save_revision().publish()
    found.refresh_from_db()
    return found.specific


if __name__ == "__main__":
    django.setup()
    json.dump(make(), sys.stdout)
