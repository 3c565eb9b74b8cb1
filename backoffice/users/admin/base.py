"""What the screens of people have in common: services save, numbers run left to right, staff accounts are managers'."""

from functools import partial
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import PermissionDenied
from django.db import models
from django.forms.models import fields_for_model
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField
from unfold.decorators import display

from backoffice.shared import audit
from backoffice.shared.admin import StaffAdmin
from backoffice.shared.files import hand_out

from ..documents import hashes_of_national_number
from ..models import CustomUser
from ..selectors import may_edit_account
from .fields import PhoneFormField, PhoneWidget, PictureField, number_of, number_shown, standing_of

NAMES = ("first_name", "last_name")
NUMBERS = ("phone_number1", "phone_number2")
FURTHER = ("email", "gender", "dob", "identity_type", "identity_number", "address", "location")
PERSON = (*NAMES, *NUMBERS, *FURTHER)
FURTHER_FIELDSET = (
    _("Further details"),
    {"fields": (("email", "gender", "dob"), ("identity_type", "identity_number"), ("address", "location"))},
)


class SavedByService:
    """The form's service saves and writes the trail; the admin goes on with what it saved."""

    def save_model(self, request: HttpRequest, obj: models.Model, form: Any, change: bool) -> None:  # noqa: FBT001
        """Let the service save."""
        saved = form.save_by(request.user)
        # The inlines and the answer hold on to the admin's own object.
        obj.__dict__.update(saved.__dict__)


class PeopleFields:
    """Fields of people: numbers in any spelling, bearable pictures, and no choice made before somebody chose."""

    formfield_overrides = {
        PhoneNumberField: {"form_class": PhoneFormField, "widget": PhoneWidget},
        models.ImageField: {"form_class": PictureField},
        models.URLField: {"assume_scheme": "https"},
    }

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """The first of a list is nobody's answer: without a default the list begins with nothing."""
        blank = [("", _("Select value"))]
        kwargs.setdefault("choices", db_field.get_choices(include_blank=not db_field.has_default(), blank_choice=blank))
        return super().formfield_for_choice_field(db_field, request, **kwargs)  # type: ignore[misc]


class FoundByDocument:
    """People are found by a whole national number too; parts of one are nowhere kept."""

    document_hash_path = "document_hash"
    search_help_text = _("A name, a phone number or a whole national number")

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """By the number's hash, or as ever."""
        if hashes := hashes_of_national_number(search_term):
            return queryset.filter(**{f"{self.document_hash_path}__in": hashes}), False
        return super().get_search_results(request, queryset, search_term)  # type: ignore[misc]


class PeopleAdmin(PeopleFields, SavedByService, StaffAdmin):
    """A screen of people."""

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:  # noqa: FBT001
        """The form, knowing who fills it in."""
        base = kwargs.pop("form", self.form)
        kwargs["form"] = type(base)(base.__name__, (base,), {"by": request.user})
        return super().get_form(request, obj, change=change, **kwargs)


class PersonAdmin(FoundByDocument, PeopleAdmin):
    """A profile with the details of its person in one form; the profile's key is the account's."""

    list_select_related = ("user",)
    ordering = ("user__first_name", "user__last_name")
    document_hash_path = "user__document_hash"
    person_fields: tuple[str, ...] = PERSON

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:  # noqa: FBT001
        """The profile's own fields and the person's."""
        person = fields_for_model(
            CustomUser,
            fields=self.person_fields,
            formfield_callback=partial(self.formfield_for_dbfield, request=request),
        )
        kwargs["form"] = type(self.form)(self.form.__name__, (self.form,), person)
        return super().get_form(request, obj, change=change, **kwargs)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A staff account's details are for managers."""
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or may_edit_account(request.user, obj.user))  # type: ignore[arg-type]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody: an account is closed, its money and attendance stay."""
        return False

    @display(description=_("name"), ordering="user__first_name")
    def name(self, obj: Any) -> str:
        """All four names."""
        return str(obj.user)

    @display(description=_("phone number"), ordering="user__phone_number1")
    def number(self, obj: Any) -> Any:
        """The number to call."""
        return number_of(obj.user)

    @display(description=_("active"), boolean=True, ordering="user__is_active")
    def active(self, obj: Any) -> bool:
        """Whether the account is open."""
        return bool(obj.user.is_active)

    @display(description=_("the number is"))
    def standing(self, obj: Any) -> Any:
        """Whether the number is known to be the person's."""
        return standing_of(obj.user) if obj and obj.pk else "—"

    @display(description=_("account"))
    def account(self, obj: Any) -> Any:
        """The way to the account, with its buttons."""
        if not obj or not obj.pk:
            return "—"
        address = reverse("admin:users_customuser_change", args=[obj.pk])
        return format_html('<a href="{}" class="text-link">{}</a>', address, obj.user)


def _shown(name: str) -> Any:
    """How a person's detail is shown to those who may only look."""
    field = CustomUser._meta.get_field(name)

    @display(description=field.verbose_name)  # type: ignore[union-attr]
    def shown(self: PersonAdmin, obj: Any) -> Any:
        value = getattr(obj.user, f"get_{name}_display", lambda: getattr(obj.user, name))()
        return number_shown(value) if name in NUMBERS else (value or "—")

    return shown


for _name in PERSON:
    setattr(PersonAdmin, _name, _shown(_name))


def links(pairs: list[tuple[str, Any]]) -> Any:
    """Links beside each other, or a dash."""
    return format_html_join(" · ", '<a href="{}" class="text-link">{}</a>', pairs) or "—"


def show_picture(
    admin: StaffAdmin, request: HttpRequest, object_id: UUID, field: str, *, to_change: bool
) -> HttpResponse:
    """A private picture, for those who may see the row (or change it); that they looked is in the trail."""
    obj = admin.get_object(request, str(object_id))
    if obj is None:
        raise Http404
    allowed = admin.has_change_permission if to_change else admin.has_view_or_change_permission
    if not allowed(request, obj):
        raise PermissionDenied
    answer = hand_out(getattr(obj, field).name or "")
    audit.record(obj, audit.Action.VIEW, by=request.user, reason=field)  # type: ignore[arg-type]
    return answer


class ServiceForm(forms.ModelForm):
    """A form that checks; `save_by` calls the service that writes."""

    by: Any = None

    def save_by(self, by: Any) -> models.Model:
        """Let the service write, and return what it wrote."""
        raise NotImplementedError

    def save(self, commit: bool = True) -> Any:  # noqa: FBT001
        """The admin's own object, unsaved: see `save_by`."""
        self.save_m2m = lambda: None  # type: ignore[method-assign]
        return self.instance

    def typed(self) -> dict[str, Any]:
        """What was filled in: all of a new row, of an old one what differs."""
        is_new = self.instance._state.adding
        return {name: value for name, value in self.cleaned_data.items() if is_new or name in self.changed_data}
