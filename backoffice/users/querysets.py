"""Reads of people, chainable."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.contrib.auth.base_user import BaseUserManager
from django.db import models

from backoffice.shared.phones import normalise_phone, search_forms
from backoffice.shared.search import SearchQuerySet

from .documents import document_hashes, hashes_of_national_number

if TYPE_CHECKING:
    from .models import Child, CustomUser, ParentLinkRequest  # noqa: F401  named in quotes below


class UserQuerySet(SearchQuerySet["CustomUser"]):
    """People who may sign in."""

    def of_number(self, typed: object) -> Self:
        """Whoever has the number, in whatever spelling it is typed. Raises DomainError for what is no number."""
        return self.filter(phone_number1=normalise_phone(typed))

    def of_document(self, kind: str, number: str) -> Self:
        """Whoever has the document; nobody where there is no number."""
        return self.filter(document_hash__in=document_hashes(kind, number))

    def search(self, typed: str) -> Self:
        """By name, e-mail or number, a number in any spelling; by a national number when it is whole."""
        if hashes := hashes_of_national_number(typed):
            return self.filter(document_hash__in=hashes)
        numbers = search_forms(typed)
        if not numbers:
            return super().search(typed)
        return self.filter(models.Q.create([("search_text__contains", one) for one in numbers], models.Q.OR))


class UserManager(BaseUserManager["CustomUser"].from_queryset(UserQuerySet)):  # type: ignore[misc]
    """Makes accounts; the phone number is the key."""

    def get_by_natural_key(self, phone_number1: str | None) -> CustomUser:
        """The account of a number in any spelling."""
        return self.get(phone_number1=normalise_phone(phone_number1))

    def create_user(self, phone_number1: object, password: str | None = None, **fields: Any) -> CustomUser:
        """An account; without a password nobody can sign in to it yet."""
        user = self.model(phone_number1=normalise_phone(phone_number1), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, phone_number1: object, password: str | None = None, **fields: Any) -> CustomUser:
        """The first administrator."""
        fields = {"role": "admin", "is_staff": True, "is_superuser": True, "is_verified": True} | fields
        return self.create_user(phone_number1, password, **fields)


class ChildQuerySet(SearchQuerySet["Child"]):
    """Children."""

    def of_parent(self, user: CustomUser) -> Self:
        """Those whose primary or further parent the user is."""
        mine = models.Q(primary_parent__user=user) | models.Q(further_parent__parent__user=user)
        return self.filter(mine)


class LinkRequestQuerySet(models.QuerySet["ParentLinkRequest"]):
    """Requests to join a child."""

    def answerable(self) -> Self:
        """Those that met a child: all others are nobody's to answer, or to see but for who asked."""
        return self.filter(child__isnull=False)

    def of_user(self, user: CustomUser) -> Self:
        """Those that the user asked, and those about the user's own children."""
        return self.filter(models.Q(parent__user=user) | models.Q(child__primary_parent__user=user))
