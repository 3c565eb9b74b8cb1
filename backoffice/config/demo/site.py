"""The demo's public site: a front page, a page for each course, instructors, news, contact; a part of it in English."""

import datetime as dt
import io
from dataclasses import dataclass, field
from typing import Any

from django.core.files.images import ImageFile
from django.utils import timezone
from wagtail.models import Locale, Page, Site

from backoffice.courses.models import Course
from backoffice.users.models import Instructor
from cms import models as cms
from cms.pictures import SHARED, filters

from . import words
from .pictures import draw


@dataclass
class Made:
    """What later pages point at."""

    home: Page
    pictures: dict[str, Any] = field(default_factory=dict)
    english: dict[int, Page] = field(default_factory=dict)


def build_site(courses: dict[str, Course], instructors: list[Instructor]) -> None:
    """Make all pages, published; the front page that migrate made is filled in."""
    made = Made(cms.HomePage.objects.get(locale__language_code="ar", depth=2))
    _settings()
    for name, description in words.PICTURES.items():
        made.pictures[name] = _picture(name, description)
    index = _below(made.home, cms.CourseIndexPage, title="الدورات", slug="الدورات", intro=words.COURSES_INTRO)
    for plan in words.COURSES:
        _course_page(index, plan, courses[plan.course], made)
    people = _below(
        made.home, cms.InstructorIndexPage, title="المعلمون", slug="المعلمون", intro=words.INSTRUCTORS_INTRO
    )
    pages = [
        _instructor_page(people, one, speciality)
        for one, speciality in zip(instructors, words.SPECIALITIES, strict=False)
    ]
    _news(made)
    about = _below(made.home, cms.PlainPage, title="عن المركز", slug="عن-المركز", summary=words.ABOUT_SUMMARY)
    _save(about, body=[("text", words.ABOUT), ("instructors", pages[:3])])
    contact = _below(made.home, cms.ContactPage, title="اتصل بنا", slug="اتصل-بنا", intro=words.CONTACT_INTRO)
    _save(made.home, picture=made.pictures["oasis"], heading=words.HEADING, intro=words.INTRO, body=_home_body())
    _in_english(made, index, contact)


def _settings() -> None:
    site = Site.objects.get(is_default_site=True)
    cms.CentreSettings.objects.update_or_create(
        site=site,
        defaults=words.SETTINGS | {"notice_until": timezone.localdate() + dt.timedelta(days=21)},
    )


def _picture(name: str, description: str) -> Any:
    file = ImageFile(io.BytesIO(draw(name)), name=f"{name}.jpg")
    picture = cms.SitePicture(title=description, description=description, file=file)
    # In all its places the subject stands in the middle; that is what is kept when it is cut.
    picture.focal_point_x, picture.focal_point_y = 800, 500
    picture.focal_point_width, picture.focal_point_height = 700, 700
    picture.save()
    # Drawn now, so that the first visitor doesn't wait for it.
    picture.get_renditions(*filters("card", "wide", *(["arch"] if name == "oasis" else [])), SHARED)
    return picture


def _below(parent: Page, kind: type[Any], **fields: Any) -> Any:
    """A new page under another, in its language, published."""
    page = kind(locale=parent.locale, show_in_menus=parent.depth == 2, **fields)
    parent.add_child(instance=page)
    page.save_revision().publish()
    page.refresh_from_db()
    return page


def _save(page: Any, **fields: Any) -> None:
    for name, value in fields.items():
        setattr(page, name, value)
    page.save_revision().publish()
    page.refresh_from_db()


def _course_page(index: Page, plan: words.CourseWords, course: Course, made: Made) -> None:
    body = [("text", plan.text), ("schedule", None)]
    if plan.quote:
        body.append(("quote", {"words": plan.quote, "source": plan.source}))
    _below(
        index,
        cms.CoursePage,
        title=course.name,
        slug=course.slug,
        course=course,
        summary=plan.summary,
        picture=made.pictures[plan.picture],
        body=body,
    )


def _instructor_page(index: Page, instructor: Instructor, speciality: str) -> Any:
    name = instructor.user.get_full_name()
    slug = name.replace(" ", "-")
    return _below(index, cms.InstructorPage, title=name, slug=slug, instructor=instructor, speciality=speciality)


def _news(made: Made) -> None:
    index = _below(made.home, cms.NewsIndexPage, title="الأخبار", slug="الأخبار", intro=words.NEWS_INTRO)
    today = timezone.localdate()
    for one in words.ARTICLES:
        _below(
            index,
            cms.ArticlePage,
            title=one.title,
            slug=one.title.replace(" ", "-").replace(":", ""),
            day=today - dt.timedelta(days=one.days_ago),
            summary=one.summary,
            picture=made.pictures[one.picture],
            body=[("text", one.text)],
        )


def _home_body() -> list[tuple[str, Any]]:
    locale = Locale.objects.get(language_code="ar")
    said = [cms.Testimonial.objects.create(locale=locale, **one) for one in words.TESTIMONIALS]
    asked = [cms.Question.objects.create(locale=locale, question=q, answer=a) for q, a in words.QUESTIONS]
    return [
        ("points", words.POINTS),
        ("testimonials", said),
        ("questions", asked),
    ]


def _in_english(made: Made, index: Page, contact: Page) -> None:
    """The front page, the index, one course and the contact page: translated by hand, as an editor would."""
    english, _created = Locale.objects.get_or_create(language_code="en")
    course = cms.CoursePage.objects.child_of(index).get(course__name=words.ENGLISH_COURSE)
    for page, fields in (
        (made.home, words.ENGLISH_HOME),
        (index, words.ENGLISH_INDEX),
        (course, words.ENGLISH_COURSE_PAGE),
        (contact, words.ENGLISH_CONTACT),
    ):
        translated = page.specific.copy_for_translation(english)
        translated.slug = fields["slug"]
        _save(translated, **fields)
