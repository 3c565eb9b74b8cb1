"""Who teaches: marketing's words and picture; the name and the courses are the back office's."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Prefetch
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField

from backoffice.users.models import Instructor

from ..blocks import body_blocks
from ..facts import courses_of_instructor
from ..structured import breadcrumbs, person
from .base import SitePage
from .pictures import SitePicture


class InstructorIndexPage(SitePage):
    """Everybody who has a page."""

    intro = models.TextField(_("introduction"), blank=True)

    content_panels: ClassVar = [*SitePage.content_panels, FieldPanel("intro")]
    parent_page_types: ClassVar = ["cms.HomePage"]
    subpage_types: ClassVar = ["cms.InstructorPage"]
    max_count_per_parent = 1

    class Meta:
        verbose_name = _("instructors' index")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """With the pages of who teaches, in the order of the tree."""
        context = super().get_context(request, *args, **kwargs)
        pictures = Prefetch("picture", SitePicture.objects.in_shapes("face"))
        pages = InstructorPage.objects.child_of(self).live().public().filter(instructor__user__is_active=True)
        context["instructors"] = pages.select_related("instructor__user").prefetch_related(pictures)
        return context


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
    speciality = models.CharField(_("speciality"), max_length=120, blank=True)
    body = StreamField(body_blocks(), verbose_name=_("body"), blank=True)

    content_panels: ClassVar = [
        *SitePage.content_panels,
        FieldPanel("instructor"),
        FieldPanel("speciality"),
        FieldPanel("body"),
    ]
    parent_page_types: ClassVar = ["cms.InstructorIndexPage"]
    subpage_types: ClassVar = []

    class Meta:
        verbose_name = _("instructor's page")
        verbose_name_plural = _("instructors' pages")

    def clean(self) -> None:
        """Accounts that only supervise are not shown to families."""
        super().clean()
        if self.instructor_id and self.instructor.type != Instructor.Type.NORMAL:
            raise ValidationError({"instructor": _("Supervisors have no page on the site.")})

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """With the courses they teach now."""
        context = super().get_context(request, *args, **kwargs)
        context["courses"] = courses_of_instructor(self.instructor_id)
        return context

    def structured_data(self, context: dict[str, Any]) -> list[dict[str, Any]]:
        """The person, by name alone."""
        return [person(self, context["canonical"]), breadcrumbs(self)]
