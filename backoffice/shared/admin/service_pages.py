"""Pages that ask for what one service needs: its refusal stands at the field, and nothing typed is lost."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import OperationalError
from django.db.models import ForeignKey, Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from ..errors import DomainError
from .refusals import refusal


class ServiceForm(forms.Form):
    """Asks for what one service needs. `clean` looks at spelling only: the rules stay in the service.

    `step` calls the service and returns the row it made and the sentence to show.
    """

    def step(self, request: HttpRequest) -> tuple[Model, str]:
        """Call the service with what was typed."""
        raise NotImplementedError


@dataclass(frozen=True)
class Submit:
    """A button below a page's form; `name` tells the form which one was pressed."""

    label: Any
    name: str = "_save"


@dataclass(frozen=True)
class Page:
    """What stands around the form."""

    title: Any
    submits: Iterable[Submit]
    template: str = "admin/service_form.html"
    context: dict[str, Any] = field(default_factory=dict)
    # Sent as GET for a form that only chooses what the next page is about.
    method: str = "post"


def service_page(
    model_admin: ModelAdmin[Any],
    request: HttpRequest,
    page: Page,
    make_form: Callable[[Any], forms.Form],
) -> HttpResponse:
    """Show the form; when it is sent, take its step and go to the page of the row that it made."""
    form = make_form(request.POST if request.method == "POST" else None)
    if isinstance(form, ServiceForm) and form.is_bound and form.is_valid():
        answer = _take_step(request, form)
        if answer is not None:
            return answer
    context = {
        **model_admin.admin_site.each_context(request),
        "title": page.title,
        "opts": model_admin.opts,
        "form": form,
        "page": page,
        "media": model_admin.media + form.media,
        **page.context,
    }
    return TemplateResponse(request, page.template, context)


def _take_step(request: HttpRequest, form: ServiceForm) -> HttpResponse | None:
    """Go on to what the service made; None when it refused, with the sentence in the form."""
    try:
        row, sentence = form.step(request)
    except (DomainError, OperationalError) as error:
        name = error.field if isinstance(error, DomainError) and error.field in form.fields else None
        form.add_error(name, refusal(error))
        return None
    messages.success(request, sentence)
    opts = row._meta
    return HttpResponseRedirect(reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[row.pk]))


class AddedByService:
    """A screen whose new rows a service makes: its add page is `add_page`, its rows are only looked at."""

    # The full name of the permission that lets somebody add a row.
    add_permission: ClassVar[str]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever has the permission."""
        return request.user.has_perm(self.add_permission)

    def add_page(self, request: HttpRequest) -> HttpResponse:
        """The page that asks for a new row; mostly a `service_page`."""
        raise NotImplementedError

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """A new row goes through the service; one that is there is only looked at."""
        if object_id is not None:
            return super().changeform_view(request, object_id, form_url, extra_context)  # type: ignore[misc]
        if not self.has_add_permission(request):
            raise PermissionDenied
        return self.add_page(request)


class Finder(AutocompleteSelect):
    """Django's own, which breaks when the form comes back with something that is no key at all."""

    def optgroups(self, name: str, value: Sequence[str], attr: dict[str, Any] | None = None) -> Any:
        """The choices to show: the chosen row, if what was sent can be one."""
        return super().optgroups(name, [one for one in value if self._is_key(one)], attr)

    def _is_key(self, value: str) -> bool:
        try:
            self.field.target_field.to_python(value)
        except ValidationError:
            return False
        return True


class FoundField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A row of another table, found by typing: what the admin of that table finds, this person may choose."""

    def __init__(self, column: "ForeignKey[Any, Any]", queryset: QuerySet[Any], admin_site: Any, **kwargs: Any) -> None:
        super().__init__(queryset=queryset, widget=Finder(column, admin_site), **kwargs)
