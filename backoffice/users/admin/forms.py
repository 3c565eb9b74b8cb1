"""Forms of people: what a service would refuse is said at the field before anything is saved."""

from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS
from django.urls import reverse

from backoffice.shared.errors import DomainError

from .. import services
from ..models import Child, CustomUser, Instructor, Parent, Role, StudentUser
from ..selectors import check_birthday
from .base import PERSON, ServiceForm
from .fields import ServedFile

# The files of a row that have no public address, and the name of the page that hands each out.
DOCUMENTS = {"nid_front": "users_instructor_nid_front", "nid_back": "users_instructor_nid_back"}


class RefusingForm(ServiceForm):
    """Asks the service's own rules while it is checked."""

    def ask(self) -> None:
        """Raise what the service would raise."""
        raise NotImplementedError

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        # What a constraint of the row says, the service says too, and knows at which field.
        general = self.errors.pop(NON_FIELD_ERRORS, None)
        if not self.errors:
            try:
                self.ask()
            except DomainError as error:
                self.add_error(error.field if error.field in self.fields else None, str(error))
        if general is not None and not self.errors:
            self.errors[NON_FIELD_ERRORS] = general


class AccountForm(RefusingForm):
    """An account."""

    class Meta:
        model = CustomUser
        fields = "__all__"

    def ask(self) -> None:
        """The rules of accounts."""
        is_new = self.instance._state.adding
        services.check_account(None if is_new else self.instance.pk, by=self.by, **self.typed())
        if is_new and self.instance.role == Role.STUDENT:
            services.need_gender(self.instance)

    def save_by(self, by: Any) -> CustomUser:
        """Make the account without a password, with what its role needs; or change it."""
        if self.instance._state.adding:
            return services.create_person(by=by, **self.typed())
        return services.update_account(self.instance.pk, by=by, **self.typed())


class PersonForm(RefusingForm):
    """A profile and its person."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance._state.adding:
            for name in PERSON:
                if name in self.fields:
                    self.initial.setdefault(name, getattr(self.instance.user, name))

    def ask(self) -> None:
        """The rules of accounts."""
        pk = None if self.instance._state.adding else self.instance.pk
        services.check_account(pk, by=self.by, **self.personal())

    def personal(self) -> dict[str, Any]:
        """What was filled in of the person."""
        return {name: value for name, value in self.typed().items() if name in PERSON}


class ParentForm(PersonForm):
    """A parent."""

    class Meta:
        model = Parent
        fields = ()

    def save_by(self, by: Any) -> Parent:
        """Let the service write."""
        if self.instance._state.adding:
            return services.create_parent(by=by, **self.typed())
        return services.update_parent(self.instance.pk, by=by, **self.typed())


class StudentForm(PersonForm):
    """An adult student; the code is the service's."""

    class Meta:
        model = StudentUser
        fields = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "gender" in self.fields:
            self.fields["gender"].required = True

    def save_by(self, by: Any) -> StudentUser:
        """Let the service write."""
        if self.instance._state.adding:
            return services.create_student(by=by, **self.typed())
        return services.update_student(self.instance.pk, by=by, **self.typed())


class InstructorForm(PersonForm):
    """An instructor; the scans are shown through a page that asks who looks."""

    class Meta:
        model = Instructor
        fields = "__all__"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, page in DOCUMENTS.items():
            stored = getattr(self.instance, name)
            if stored and name in self.fields:
                self.initial[name] = ServedFile(stored, reverse(f"admin:{page}", args=[self.instance.pk]))

    def save_by(self, by: Any) -> Instructor:
        """Let the service write."""
        if self.instance._state.adding:
            return services.create_instructor(by=by, **self.typed())
        return services.update_instructor(self.instance.pk, by=by, **self.typed())


class ChildForm(RefusingForm):
    """A child; the code is the service's."""

    class Meta:
        model = Child
        fields = "__all__"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.photo and "photo" in self.fields:
            address = reverse("admin:users_child_photo", args=[self.instance.pk])
            self.initial["photo"] = ServedFile(self.instance.photo, address)

    def ask(self) -> None:
        """The rules of children, once it is known whose the child is."""
        if self.instance.primary_parent_id or "primary_parent" in self.cleaned_data:
            pk = None if self.instance._state.adding else self.instance.pk
            services.check_child(pk, **self.typed())

    def save_by(self, by: Any) -> Child:
        """Let the service write."""
        if self.instance._state.adding:
            return services.create_child(by=by, **self.typed())
        return services.update_child(self.instance.pk, by=by, **self.typed())


class ChildOfParentForm(ChildForm):
    """A child on the page of the parent, who may be new as well."""

    def ask(self) -> None:
        """The parent may have no row yet: then only what is the child's own is asked."""
        check_birthday(self.cleaned_data.get("dob"))
        if self.instance.primary_parent_id and not self.instance.primary_parent._state.adding:
            typed = {**self.typed(), "primary_parent": self.instance.primary_parent}
            services.check_child(None if self.instance._state.adding else self.instance.pk, **typed)

    def save_by(self, by: Any) -> Child:
        """Let the service write."""
        typed = {name: value for name, value in self.typed().items() if name not in ("id", "DELETE", "primary_parent")}
        if self.instance._state.adding:
            return services.create_child(primary_parent=self.instance.primary_parent, by=by, **typed)
        return services.update_child(self.instance.pk, by=by, **typed)
