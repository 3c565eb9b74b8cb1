"""What the screen of numbers that were left asks for: what a call brought, and who takes part."""

from typing import Any, Final

from django import forms
from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget

from backoffice.courses.models import Course
from backoffice.shared.admin import StaffDialog
from backoffice.shared.admin.service_pages import FoundField, ServiceForm
from backoffice.shared.form_fields import DayField, LineField, TextField
from backoffice.shared.text import first_and_last
from backoffice.users.models import Child, CustomUser, Gender

from ..models import Lead
from ..services import Adult, NewChild, Person, convert_lead

NEW_CHILD, ADULT = "new", "adult"
#: A child's word for what the account of an adult calls male and female.
_OF_CHILDREN: Final = {Gender.MALE: Child.Gender.BOY, Gender.FEMALE: Child.Gender.GIRL}


class CalledDialog(StaffDialog):
    """What came of the call."""

    notes = TextField(label=_("What came of it"), required=False)


class FamilyForm(ServiceForm):
    """Who takes part, and whatever isn't known of them yet."""

    participant = forms.ChoiceField(label=_("Who takes part"), widget=UnfoldAdminSelectWidget)
    first_name = LineField(label=_("Caller's first and second name"), max_length=80)
    last_name = LineField(label=_("Caller's third and fourth name"), max_length=80, required=False)
    name = LineField(label=_("Child's name"), max_length=150, required=False, help_text=_("For a new child."))
    gender = forms.ChoiceField(
        label=_("Boy or girl, man or woman"),
        choices=[("", "—"), (Gender.MALE, _("Boy or man")), (Gender.FEMALE, _("Girl or woman"))],
        widget=UnfoldAdminSelectWidget,
        required=False,
        help_text=_("For whoever isn't entered yet."),
    )
    dob = DayField(label=_("Date of birth"), required=False, help_text=_("For whoever isn't entered yet."))
    course = FoundField(
        Lead._meta.get_field("course"),
        Course.objects.all(),
        admin.site,
        label=_("Ask for a place in"),
        required=False,
        help_text=_("Leave it empty to enter the family alone."),
    )

    def __init__(self, data: Any, *, lead: Lead, owner: CustomUser | None) -> None:
        self.lead = lead
        first, last = first_and_last(lead.name)
        super().__init__(data, initial={"first_name": first, "last_name": last, "course": lead.course_id})
        self.children = list(Child.objects.of_parent(owner)) if owner else []
        known = [(str(child.pk), f"{child.name} · {child.unique_code}") for child in self.children]
        others = [(NEW_CHILD, _("A child who isn't entered yet")), (ADULT, _("The caller, as an adult student"))]
        # Where the family has children, which one it is has to be said.
        self.fields["participant"].choices = [*([("", "—")] if known else []), *known, *others]  # type: ignore[attr-defined]
        if owner is not None:
            del self.fields["first_name"], self.fields["last_name"]

    def step(self, request: HttpRequest) -> tuple[Model, str]:
        """Make the family's rows that aren't there yet, and the request."""
        data = self.cleaned_data
        lead = convert_lead(
            self.lead.pk,
            by=request.user,  # type: ignore[arg-type]
            person=Person(data.get("first_name", ""), data.get("last_name", "")),
            participant=self._participant(data),
            course_id=data["course"].pk if data["course"] else None,
        )
        if lead.request is None:
            return lead, _("%(name)s is entered.") % {"name": lead.participant}
        names = {"name": lead.participant, "course": lead.request.course}
        return lead, _("%(name)s is entered, with a request for “%(course)s”.") % names

    def _participant(self, data: dict[str, Any]) -> Child | NewChild | Adult:
        match data["participant"]:
            case "new":
                return NewChild(data["name"], _OF_CHILDREN.get(data["gender"], ""), data["dob"])
            case "adult":
                return Adult(data["gender"], data["dob"])
            case key:
                return next(child for child in self.children if str(child.pk) == key)
