"""Buttons that ask for a reason or an amount in a dialog and call one service."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import mark_safe
from unfold.decorators import action
from unfold.enums import ActionVariant
from unfold.forms import BaseDialogForm

from ..errors import DomainError
from .refusals import refusal


class StaffDialog(BaseDialogForm):
    """A dialog of a button: asks for a reason, an amount, …; `object_id` is the row it is about."""

    def render_before_template(self) -> str:
        """What comes before the fields, and the refusal that belongs to none of them: Unfold leaves it out."""
        errors = render_to_string("unfold/helpers/messages/error.html", {"errors": self.non_field_errors()})
        before: str = super().render_before_template()
        return mark_safe(errors + before)  # noqa: S308  both are rendered templates


type DialogStep = Callable[[Any, HttpRequest, Any, Any], str | HttpResponse]


def dialog_button(
    *,
    title: Any,
    permission: str,
    form: type[BaseDialogForm] = StaffDialog,
    icon: str = "",
    description: Any = "",
    submit: Any = "",
    variant: ActionVariant = ActionVariant.DEFAULT,
    attrs: dict[str, Any] | None = None,
) -> Callable[[DialogStep], Any]:
    """A button on an object's page or row (`actions_detail`, `actions_row`): it opens a dialog and calls a service.

    The decorated method gets `(self, request, form, obj)`, calls one service and returns the sentence to show (or a
    whole response). What the service refuses is shown in the dialog, at its field, and nothing typed is lost.
    `permission` is a full name such as `payments.add_payment`; the row is one that this person may see, else 404.
    """
    dialog = {"title": title, "description": description, "form_class": form, "form_submit_text": submit or title}

    def decorate(step: DialogStep) -> Any:
        @wraps(step)
        def run(self: Any, request: HttpRequest, dialog_form: Any, object_id: str) -> HttpResponse:
            obj = self.get_object(request, object_id)
            if obj is None:
                raise Http404
            try:
                answer = step(self, request, dialog_form, obj)
            except (DomainError, OperationalError) as error:
                field = error.field if isinstance(error, DomainError) and error.field in dialog_form.fields else None
                dialog_form.add_error(field, refusal(error))
                context = {"dialog": dialog, "form": dialog_form, "form_submit_text": dialog["form_submit_text"]}
                return render(request, "unfold/helpers/dialog.html", context)
            if isinstance(answer, HttpResponse):
                return answer
            messages.success(request, answer)
            opts = self.model._meta
            back = reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[obj.pk])
            return htmx_redirect(back)

        return action(
            description=title,
            permissions=[permission],
            icon=icon,
            dialog=dialog,
            variant=variant,
            attrs=attrs,
        )(run)

    return decorate


def htmx_redirect(url: str) -> HttpResponse:
    """Send the whole page on from inside a dialog."""
    return HttpResponse(headers={"HX-Redirect": url})
