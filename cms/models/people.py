"""Who teaches: marketing's words and picture; the name and the courses are the back office's."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page

from backoffice.users.models import Instructor

from ..blocks import BODY_HELP, body_blocks
from ..facts import courses_of_instructor, pages_of
from ..frame import readable
from ..structured import breadcrumbs, person
from .base import SitePage


class InstructorIndexPage(SitePage):
    """Everybody who has a page."""

    card_shape = "face"

    intro = models.TextField(
        _("introduction"), blank=True, help_text=_("A sentence or two above the list. May stay empty.")
    )

    content_panels: ClassVar = [*SitePage.content_panels, FieldPanel("intro")]
    parent_page_types: ClassVar = ["cms.HomePage"]
    subpage_types: ClassVar = ["cms.InstructorPage"]
    max_count_per_parent = 1

    class Meta:
        verbose_name = _("instructors' index")

    def own_context(self, request: HttpRequest) -> dict[str, Any]:
        """The pages of who teaches, in the order of the tree."""
        pages = readable(InstructorPage.objects.child_of(self)).filter(instructor__user__is_active=True)
        return {"instructors": list(pages.order_by("path").select_related("instructor__user").defer("body"))}

    def pages_shown(self, context: dict[str, Any]) -> list[Page]:
        """All of them."""
        return list(context["instructors"])


class InstructorPage(SitePage):
    """One instructor."""

    picture_shape = "face"

    instructor = models.ForeignKey(
        Instructor,
        models.PROTECT,
        related_name="+",
        verbose_name=_("instructor"),
        help_text=_("The name and the courses come from the back office."),
    )
    speciality = models.CharField(
        _("speciality"), max_length=120, blank=True, help_text=_("What they teach, in a few words under the name.")
    )
    body = StreamField(body_blocks(), verbose_name=_("body"), blank=True, help_text=BODY_HELP)

    content_panels: ClassVar = [
        *SitePage.content_panels,
        FieldPanel("instructor"),
        FieldPanel("speciality"),
        FieldPanel("body"),
    ]
    parent_page_types: ClassVar = ["cms.InstructorIndexPage"]
    subpage_types: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("instructor's page")
        verbose_name_plural = _("instructors' pages")

    def clean(self) -> None:
        """Accounts that only supervise are not shown to families."""
        super().clean()
        if self.instructor_id and self.instructor.type != Instructor.Type.NORMAL:
            raise ValidationError({"instructor": _("Supervisors have no page on the site.")})

    def own_context(self, request: HttpRequest) -> dict[str, Any]:
        """The courses they teach now."""
        return {"courses": courses_of_instructor(self.instructor_id)}

    def pages_shown(self, context: dict[str, Any]) -> list[Page]:
        """The courses' pages."""
        return pages_of(context["courses"])

    def structured_data(self, context: dict[str, Any]) -> list[dict[str, Any]]:
        """The person, by name alone."""
        return [person(self, context["canonical"]), breadcrumbs(self, context)]
