"""Participants and their families."""

import uuid
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from backoffice.shared.search import Searchable

from ..querysets import ChildQuerySet, LinkRequestQuerySet
from .instructor import private_storage
from .user import CustomUser

# A letter M or F and five digits; six once a letter's hundred thousand are used up.
UNIQUE_CODE = r"^[MF][0-9]{5,6}$"


class StudentUser(models.Model):
    """An adult who studies."""

    user = models.OneToOneField(
        CustomUser, models.PROTECT, primary_key=True, verbose_name=_("person"), related_name="student"
    )
    unique_code = models.CharField(_("code"), max_length=7, unique=True, editable=False)

    class Meta:
        verbose_name = _("adult student")
        verbose_name_plural = _("adult students")
        constraints = [
            models.CheckConstraint(condition=Q(unique_code__regex=UNIQUE_CODE), name="users_studentuser_code_form")
        ]

    def __str__(self) -> str:
        return str(self.user)


class Parent(models.Model):
    """An adult with children."""

    user = models.OneToOneField(
        CustomUser, models.PROTECT, primary_key=True, verbose_name=_("person"), related_name="parent"
    )

    class Meta:
        verbose_name = _("parent")
        verbose_name_plural = _("parents")

    def __str__(self) -> str:
        return str(self.user)


class Child(Searchable):
    """A participant with no account of their own."""

    class Gender(models.TextChoices):
        BOY = "boy", _("Boy")
        GIRL = "girl", _("Girl")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    primary_parent = models.ForeignKey(
        Parent, models.PROTECT, verbose_name=_("primary parent"), related_name="children"
    )
    name = models.CharField(_("name"), max_length=150)
    unique_code = models.CharField(_("code"), max_length=7, unique=True, editable=False)
    dob = models.DateField(_("date of birth"), null=True, blank=True)
    gender = models.CharField(_("gender"), max_length=4, choices=Gender.choices)
    phone_number = PhoneNumberField(_("phone number"), blank=True, default="")
    photo = models.ImageField(_("photo"), upload_to="children/", storage=private_storage, blank=True)
    notes = models.TextField(_("notes"), blank=True)
    created_at = models.DateTimeField(_("entered"), auto_now_add=True)

    objects: ClassVar[Any] = ChildQuerySet.as_manager()

    SEARCH_FIELDS: ClassVar[tuple[str, ...]] = ("name", "unique_code", "phone_number")

    class Meta:
        verbose_name = _("child")
        verbose_name_plural = _("children")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=Q(unique_code__regex=UNIQUE_CODE), name="users_child_code_form"),
            models.CheckConstraint(condition=Q(gender__in=["boy", "girl"]), name="users_child_gender_is_known"),
            # Twins have two names; one name with two birthdays is two children; the same line twice is one.
            models.UniqueConstraint(
                fields=["primary_parent", "name", "dob"],
                name="users_child_once_in_a_family",
                violation_error_message=_("This family has a child of this name and birthday already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ChildParent(models.Model):
    """The one further parent of a child."""

    child = models.OneToOneField(Child, models.CASCADE, verbose_name=_("child"), related_name="further_parent")
    parent = models.ForeignKey(
        Parent, models.PROTECT, verbose_name=_("further parent"), related_name="further_children"
    )
    created_at = models.DateTimeField(_("since"), auto_now_add=True)

    class Meta:
        verbose_name = _("further parent")
        verbose_name_plural = _("further parents")

    def __str__(self) -> str:
        return f"{self.parent} · {self.child}"


class ParentLinkRequest(models.Model):
    """A second parent asks by the child's code; the primary parent approves or rejects.

    A code that is no child's to join makes a request too, without a child: it waits, and nobody ever answers it. So who
    asks can't tell whose codes there are.
    """

    class Status(models.TextChoices):
        PENDING = "pending", _("Waiting")
        APPROVED = "approved", _("Approved")
        REJECTED = "rejected", _("Rejected")

    TRANSITIONS = {
        Status.PENDING: frozenset({Status.APPROVED, Status.REJECTED}),
        Status.APPROVED: frozenset(),
        Status.REJECTED: frozenset(),
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    child = models.ForeignKey(
        Child, models.CASCADE, verbose_name=_("child"), null=True, blank=True, related_name="link_requests"
    )
    unique_code = models.CharField(_("code"), max_length=7, editable=False)
    parent = models.ForeignKey(Parent, models.PROTECT, verbose_name=_("who asks"), related_name="link_requests")
    status = models.CharField(_("status"), max_length=8, choices=Status.choices, default=Status.PENDING)
    created_at = models.DateTimeField(_("asked"), auto_now_add=True)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(
        CustomUser, models.PROTECT, verbose_name=_("decided by"), null=True, blank=True, related_name="+"
    )

    objects: ClassVar[Any] = LinkRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request to join a child")
        verbose_name_plural = _("requests to join a child")
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["child", "parent"],
                condition=Q(status="pending"),
                name="users_parentlinkrequest_one_open",
                violation_error_message=_("This parent has asked for this child already."),
            ),
            models.UniqueConstraint(
                fields=["parent", "unique_code"],
                condition=Q(status="pending"),
                name="users_parentlinkrequest_one_open_by_code",
                violation_error_message=_("This parent has asked for this child already."),
            ),
            models.CheckConstraint(
                condition=Q(unique_code__regex=UNIQUE_CODE), name="users_parentlinkrequest_code_form"
            ),
            models.CheckConstraint(
                condition=Q(child__isnull=False) | Q(status="pending"),
                name="users_parentlinkrequest_without_a_child_is_never_answered",
            ),
            models.CheckConstraint(
                condition=Q(status="pending", decided_at__isnull=True)
                | (~Q(status="pending") & Q(decided_at__isnull=False)),
                name="users_parentlinkrequest_decided_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.parent} → {self.child or self.unique_code}"

    def status_for(self, user: CustomUser) -> str:
        """What `user` is told: to who asked, a request that nobody let in still waits, like one that met no child."""
        told = self.status == self.Status.APPROVED or self.parent_id != user.pk
        return self.status if told else self.Status.PENDING
