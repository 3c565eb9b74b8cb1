"""Which role may use which door. Whose rows somebody sees is the querysets' business (`.of_family(user)`, …).

A role that may not is a 403; somebody else's object is a 404, for the queryset doesn't have it.
"""

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext_lazy as _
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from backoffice.users.models import CustomUser, Instructor, Parent, Role, StudentUser


class RolePermission(BasePermission):
    """Somebody signed in whose role is one of some, or who is such a person beside another role."""

    roles: tuple[Role, ...] = ()
    profiles: tuple[type[Parent | StudentUser | Instructor], ...] = ()

    def has_permission(self, request: Request, view: APIView) -> bool:
        """By the role; only who has another one is looked up."""
        user: CustomUser | AnonymousUser = request.user
        if not isinstance(user, CustomUser):
            return False
        return user.role in self.roles or any(one.objects.filter(pk=user.pk).exists() for one in self.profiles)


class IsParentOrStudent(RolePermission):
    """Who has children here, or studies here."""

    message = _("This is for parents and students.")
    roles = (Role.PARENT, Role.STUDENT)
    profiles = (Parent, StudentUser)


class IsParent(RolePermission):
    """Who has children here."""

    message = _("This is for parents.")
    roles = (Role.PARENT,)
    profiles = (Parent,)


class IsInstructor(RolePermission):
    """Who teaches or supervises."""

    message = _("This is for instructors and supervisors.")
    roles = (Role.INSTRUCTOR, Role.SUPERVISOR)
    profiles = (Instructor,)
