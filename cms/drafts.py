"""The page of a course, made from the course: a draft that marketing fills with words."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from wagtail.coreutils import find_available_slug
from wagtail.models import Page

from backoffice.courses.models import Course
from backoffice.shared.errors import DomainError

from .models import CourseIndexPage, CoursePage


def page_of(course_id: UUID) -> CoursePage | None:
    """The page that an editor works on: the course's Arabic one, or else one in another language."""
    rows = CoursePage.objects.filter(course_id=course_id).select_related("locale")
    found = sorted(rows, key=lambda page: page.locale.language_code != settings.LANGUAGE_CODE)
    return found[0] if found else None


def may_draft(user: Any) -> bool:
    """Whether the person may come to the site's admin and write a page below the index of courses."""
    index = _index()
    if index is None or not user.has_perm("wagtailadmin.access_admin"):
        return False
    return bool(index.permissions_for_user(user).can_add_subpage())


@transaction.atomic
def draft_page(course_id: UUID, *, by: Any) -> CoursePage:
    """The course's page: the one that it has, or a new draft in Arabic. Two presses at once make one page."""
    index = _index()
    if index is None:
        raise DomainError("no_index", _("The site has no index of courses yet: make that page first."))
    _hold(index)
    page = page_of(course_id)
    if page is not None:
        return page
    if not may_draft(by):
        raise PermissionDenied
    course = Course.objects.get(pk=course_id)
    index.refresh_from_db(fields=["path", "numchild"])
    slug = find_available_slug(index, course.slug or str(course.pk))
    page = CoursePage(title=course.name, slug=slug, course=course, locale=index.locale, owner=by, live=False)
    index.add_child(instance=page)
    page.save_revision(user=by, log_action=True)
    return page


def _hold(index: CourseIndexPage) -> None:
    """Every draft is made below this page, so whoever makes another one waits here."""
    Page.objects.select_for_update().get(pk=index.pk)


def _index() -> CourseIndexPage | None:
    """The Arabic one, where there are several; drafts are written in Arabic and translated after."""
    in_order = CourseIndexPage.objects.select_related("locale").order_by("path")
    arabic: CourseIndexPage | None = in_order.filter(locale__language_code=settings.LANGUAGE_CODE).first()
    return arabic
