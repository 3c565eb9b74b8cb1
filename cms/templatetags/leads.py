"""The form that leaves a number, for any page: `{% load leads %}{% lead_form course=facts.course %}`."""

from typing import Any

from django import template
from django.template.context import Context

from backoffice.courses.models import Course

from ..leads.form import TRAP, LeadForm

register = template.Library()


@register.inclusion_tag("cms/parts/lead_form.html", takes_context=True)
def lead_form(context: Context, course: Course | None = None, form: LeadForm | None = None) -> dict[str, Any]:
    """The form, about a course or about none; `form` is one that came back. It asks the database nothing."""
    return {"form": form or LeadForm(course=course), "trap": TRAP, "request": context["request"]}
