"""Whoever signs in."""

import uuid
from typing import Any, ClassVar, Final

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from backoffice.shared.phones import local_form
from backoffice.shared.sealed import SealedCharField, Unreadable
from backoffice.shared.search import Searchable

from ..documents import document_hash
from ..querysets import UserManager


class Gender(models.TextChoices):
    MALE = "male", _("Male")
    FEMALE = "female", _("Female")


class IdentityType(models.TextChoices):
    NID = "nid", _("National ID")
    PASSPORT = "passport", _("Passport")
    OTHER = "other", _("Other document")


class Role(models.TextChoices):
    STUDENT = "student", _("Student")
    PARENT = "parent", _("Parent")
    INSTRUCTOR = "instructor", _("Instructor")
    SUPERVISOR = "supervisor", _("Supervisor")
    ADMIN = "admin", _("Administration")


_DOCUMENT: Final = frozenset({"identity_type", "identity_number"})


class CustomUser(Searchable, AbstractBaseUser, PermissionsMixin):
    """Whoever signs in; the key is the phone number, and there is no username."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    phone_number1 = PhoneNumberField(
        _("phone number"),
        unique=True,
        error_messages={"unique": _("This phone number belongs to somebody else already.")},
    )
    phone_number2 = PhoneNumberField(_("second phone number"), blank=True, default="")
    email = models.EmailField(
        _("e-mail"),
        unique=True,
        null=True,
        blank=True,
        error_messages={"unique": _("This e-mail address belongs to somebody else already.")},
    )
    first_name = models.CharField(_("first and second name"), max_length=80)
    last_name = models.CharField(_("third and fourth name"), max_length=80, blank=True)
    dob = models.DateField(_("date of birth"), null=True, blank=True)
    gender = models.CharField(_("gender"), max_length=6, choices=Gender.choices, blank=True)
    identity_type = models.CharField(_("kind of document"), max_length=8, choices=IdentityType.choices, blank=True)
    identity_number = SealedCharField(_("number of the document"), max_length=40, blank=True)
    # What the number is found by, and what makes it somebody's own.
    document_hash = models.CharField(max_length=64, editable=False, default="", db_default="", blank=True)
    address = models.CharField(_("address"), max_length=250, blank=True)
    location = models.URLField(_("place on the map"), blank=True)
    role = models.CharField(_("role"), max_length=10, choices=Role.choices, default=Role.PARENT)
    is_verified = models.BooleanField(_("number verified"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("may open the staff admin"), default=False)
    date_joined = models.DateTimeField(_("joined"), default=timezone.now)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "phone_number1"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["first_name"]
    SEARCH_FIELDS: ClassVar[tuple[str, ...]] = ("first_name", "last_name", "phone_number1", "phone_number2", "email")

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["first_name", "last_name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(phone_number2="") | ~Q(phone_number2=F("phone_number1")),
                name="users_customuser_second_number_differs",
                violation_error_message=_("The second number must be another number than the first."),
            ),
            models.CheckConstraint(
                condition=Q(phone_number1__regex=r"^\+[1-9][0-9]{6,14}$"), name="users_customuser_number_is_e164"
            ),
            models.CheckConstraint(condition=~Q(email=""), name="users_customuser_email_is_null_when_empty"),
            models.UniqueConstraint(
                fields=["document_hash"],
                condition=~Q(document_hash=""),
                name="users_customuser_one_account_per_sealed_document",
                violation_error_message=_("Somebody else has this document number already."),
            ),
            models.CheckConstraint(
                condition=Q(role__in=[role.value for role in Role]), name="users_customuser_role_is_known"
            ),
        ]
        indexes = [models.Index(fields=["role", "first_name"], name="users_customuser_role")]

    def __str__(self) -> str:
        return self.get_full_name() or self.get_username()

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep what the document is found by in step with it."""
        fields = kwargs.get("update_fields")
        written = fields is None or not _DOCUMENT.isdisjoint(fields)
        if written and _DOCUMENT.isdisjoint(self.get_deferred_fields()):
            if not isinstance(self.identity_number, Unreadable):
                self.document_hash = document_hash(self.identity_type, self.identity_number)
            if fields is not None:
                kwargs["update_fields"] = {*fields, "document_hash"}
        super().save(*args, **kwargs)

    def get_username(self) -> str:
        """The phone number as text: Unfold's pages fail on a number object."""
        return str(self.phone_number1)

    def get_full_name(self) -> str:
        """All four names."""
        return f"{self.first_name} {self.last_name}".strip()

    def get_short_name(self) -> str:
        """The first name."""
        return self.first_name.split(" ")[0]

    def clean(self) -> None:
        """Keep an empty e-mail out of the unique index."""
        super().clean()
        self.email = self.email or None

    def search_words(self) -> list[str]:
        """Names, e-mail, and both numbers as stored and as typed at home."""
        numbers = [str(number) for number in (self.phone_number1, self.phone_number2) if number]
        return [self.first_name, self.last_name, self.email or "", *numbers, *map(local_form, numbers)]
