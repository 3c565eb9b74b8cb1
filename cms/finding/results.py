"""What a question finds on the site: pages that anybody may read now, and courses, with or without a page."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID

from django.core.paginator import Page as PageOfHits
from django.core.paginator import Paginator
from django.db.models import Q
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from wagtail.models import Page

from backoffice.courses.models import Course, Tag
from backoffice.users.models import Instructor

from ..facts import CourseFacts, courses_on_show, courses_with_seats, facts_of
from ..frame import readable
from ..models import CoursePage
from ..models.base import SitePage
from .excerpts import excerpt, marked
from .texts import plain_words
from .words import asked_words, folded

#: Whoever would have to read further asks more precisely.
MOST: Final = 200
ON_A_PAGE: Final = 10


@dataclass(frozen=True)
class Hit:
    """Something that was found: a page, a course, or a course with its page."""

    title: SafeString
    words: SafeString
    page: Page | None
    facts: CourseFacts | None

    @property
    def kind(self) -> str:
        """What it is, in a word."""
        return str((self.page or self.facts.course)._meta.verbose_name)  # type: ignore[union-attr]  # it has one of both


@dataclass(frozen=True)
class _Place:
    """A row that was found, before it is read."""

    title: str
    page: int | None = None
    kind: str = ""
    course: UUID | None = None


def find(typed: str, number: str | None) -> PageOfHits[Any]:
    """A page of what was found, the best first: what has every word in its title, then the others."""
    asked = asked_words(typed)
    shown: PageOfHits[Any] = Paginator(_places(asked) if asked else [], ON_A_PAGE).get_page(number)
    shown.object_list = _hits(list(shown.object_list), asked)
    return shown


def _places(asked: Sequence[str]) -> list[_Place]:
    pages, courses = _pages(asked), _courses(asked)
    ours = CoursePage.objects.filter(pk__in=[one.page for one in pages]).values_list("pk", "course_id")
    course_of: dict[int | None, UUID] = dict(ours)
    told = set(course_of.values())
    found = [replace(one, course=course_of.get(one.page)) for one in pages]
    found += [one for one in courses if one.course not in told]
    return sorted(found, key=lambda one: not _says_all(one.title, asked))


def _says_all(title: str, asked: Sequence[str]) -> bool:
    words = folded(title).split()
    return all(any(word.startswith(one) for word in words) for one in asked)


def _pages(asked: Sequence[str]) -> list[_Place]:
    """Pages of the language that is spoken; whether they may be read is asked now, whatever the index remembers."""
    spoken = readable(Page.objects.filter(locale__language_code=get_language(), depth__gt=1))
    rows = Page.objects.filter(pk__in=spoken.values("pk")).search(" ".join(asked), operator="and")
    return [_Place(one.title, page=one.pk, kind=one.specific_class._meta.model_name) for one in rows[:MOST]]


def _courses(asked: Sequence[str]) -> list[_Place]:
    """Courses on show that hold every word: in their own text, in a subject's name or in the instructor's."""
    names = [(pk, folded(f"{first} {last}").split()) for pk, first, last in _teaching()]
    tags = [(pk, folded(name).split()) for pk, name in Tag.objects.values_list("pk", "name")]
    rows = courses_on_show()
    for word in asked:
        tagged = Tag.courses.through.objects.filter(tag__in=_beginning(word, tags)).values("course")
        about = Q(search_text__contains=word) | Q(instructor__in=_beginning(word, names)) | Q(pk__in=tagged)
        rows = rows.filter(about)
    return [_Place(course.name, course=course.pk) for course in rows[:MOST]]


def _teaching() -> Any:
    """Who teaches a course that runs, by name alone: the folded text of a person holds the telephone too."""
    taught = Course.objects.active().values("instructor")
    return Instructor.objects.filter(pk__in=taught).values_list("pk", "user__first_name", "user__last_name")


def _beginning(word: str, named: Collection[tuple[Any, list[str]]]) -> list[Any]:
    return [pk for pk, words in named if any(one.startswith(word) for one in words)]


def _hits(places: Sequence[_Place], asked: Sequence[str]) -> list[Hit]:
    """The rows of one page of what was found, read at once."""
    pages = _specific([one for one in places if one.page])
    courses = [one.course for one in places if one.course]
    facts = {one.course.pk: one for one in facts_of(courses_with_seats().filter(pk__in=courses))} if courses else {}
    found = [_hit(pages.get(one.page or 0), facts.get(one.course) if one.course else None, asked) for one in places]
    return [hit for hit in found if hit]


def _hit(page: Page | None, facts: CourseFacts | None, asked: Sequence[str]) -> Hit | None:
    if page is not None:
        return Hit(marked(page.title, asked), excerpt(plain_words(page), asked), page, facts)
    if facts is None:
        return None
    words = (facts.page and facts.page.summary) or facts.course.description
    return Hit(marked(facts.name, asked), excerpt(words, asked), facts.page, facts)


def _specific(places: Collection[_Place]) -> dict[int, Page]:
    """The pages as what they are; one query, with a join for each kind that is among them."""
    if not places:
        return {}
    kinds = {one.page: one.kind for one in places}
    ours = {kind._meta.model_name for kind in SitePage.__subclasses__()}.intersection(kinds.values())
    rows = Page.objects.filter(pk__in=kinds).select_related(*ours) if ours else Page.objects.filter(pk__in=kinds)
    return {row.pk: getattr(row, kinds[row.pk]) if kinds[row.pk] in ours else row for row in rows}
