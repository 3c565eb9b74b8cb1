"""What nobody does in the site's admin, managers and superusers neither."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Model, QuerySet
from wagtail.permission_policies import BasePermissionPolicy


class Nobody(BasePermissionPolicy):
    """Lets no one do anything with the model: its rules and its trail stand elsewhere, in the back office."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        """No."""
        return False

    def user_has_any_permission(self, user: Any, actions: Iterable[str]) -> bool:
        """No."""
        return False

    def users_with_any_permission(self, actions: Iterable[str]) -> QuerySet[Any]:
        """None."""
        from django.contrib.auth import get_user_model

        return get_user_model()._default_manager.none()

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Model) -> bool:
        """No."""
        return False

    def user_has_any_permission_for_instance(self, user: Any, actions: Iterable[str], instance: Model) -> bool:
        """No."""
        return False

    def instances_user_has_any_permission_for(self, user: Any, actions: Iterable[str]) -> QuerySet[Any]:
        """None."""
        rows: QuerySet[Any] = self.model._default_manager.none()
        return rows

    def users_with_any_permission_for_instance(self, actions: Iterable[str], instance: Model) -> QuerySet[Any]:
        """None."""
        return self.users_with_any_permission(actions)
