"""Texts that stand on several pages."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField
from wagtail.models import TranslatableMixin
from wagtail.snippets.models import register_snippet

from ..blocks import FEW_WORDS


@register_snippet
class Testimonial(TranslatableMixin, models.Model):
    """What somebody says about the centre, with their leave."""

    words = models.TextField(
        _("what they say"), max_length=400, help_text=_("In their own words, and only with their leave.")
    )
    name = models.CharField(
        _("who"), max_length=80, help_text=_("As they agreed to be named: a first name will do, never a number.")
    )
    about = models.CharField(
        _("who they are"), max_length=80, blank=True, help_text=_("For example: mother of a student of Nour El-Bayan.")
    )

    panels: ClassVar = [FieldPanel("words"), FieldPanel("name"), FieldPanel("about")]

    class Meta(TranslatableMixin.Meta):
        verbose_name = _("testimonial")
        verbose_name_plural = _("testimonials")

    def __str__(self) -> str:
        return f"{self.name}: {self.words[:60]}"


@register_snippet
class Question(TranslatableMixin, models.Model):
    """A question that families ask again and again, with its answer."""

    question = models.CharField(_("question"), max_length=200, help_text=_("As a family would ask it."))
    answer = RichTextField(
        _("answer"),
        features=FEW_WORDS,
        help_text=_("Short; say what to do next. Prices and dates belong to the course."),
    )

    panels: ClassVar = [FieldPanel("question"), FieldPanel("answer")]

    class Meta(TranslatableMixin.Meta):
        verbose_name = _("question and answer")
        verbose_name_plural = _("questions and answers")

    def __str__(self) -> str:
        return self.question
