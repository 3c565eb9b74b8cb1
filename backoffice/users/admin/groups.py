"""The screen of groups: to look at. Who is in one is said on the person's page, what it may in the table of roles."""

from typing import Any

from django.contrib import admin
from django.contrib.auth import admin as stock_admin  # noqa: F401  registers what is replaced here
from django.contrib.auth.models import Group
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from backoffice.shared.admin import ReadOnly, StaffAdmin

from ..groups import NAMES, group_name

admin.site.unregister(Group)


@admin.register(Group)
class GroupAdmin(ReadOnly, StaffAdmin):
    """Groups with their members and rights."""

    list_display = ("name_shown", "members_count")
    fields = ("name_shown", "members", "rights")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Group]:
        """The centre's groups, with the number of members; a package brings others that nobody is in."""
        ours = super().get_queryset(request).filter(name__in=NAMES)
        return ours.annotate(_members=Count("user")).order_by("pk")

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """The group under the name that its reader knows; nothing is written on this screen."""
        group = super().get_object(request, object_id, from_field)
        if group is not None:
            group.name = group_name(group)
        return group

    @display(description=_("name"))
    def name_shown(self, group: Group) -> Any:
        """The name in the reader's language."""
        return group_name(group)

    @display(description=_("members"))
    def members_count(self, group: Any) -> int:
        """How many people are in it."""
        return int(group._members)

    @display(description=_("members"))
    def members(self, group: Group) -> Any:
        """Who is in it; their pages change that."""
        people = group.user_set.order_by("first_name", "last_name")
        found = [(reverse("admin:users_customuser_change", args=[user.pk]), user) for user in people]
        return format_html_join("، ", '<a href="{}" class="text-link">{}</a>', found) or "—"

    @display(description=_("may"))
    def rights(self, group: Group) -> Any:
        """What the group may, in the words of the tables."""
        verbs = {"view": _("see"), "add": _("enter"), "change": _("change"), "delete": _("delete")}
        may: dict[str, list[str]] = {}
        for one in group.permissions.select_related("content_type"):
            model = one.content_type.model_class()
            verb = verbs.get(one.codename.split("_")[0])
            stock = model is not None and one.codename.endswith(f"_{model._meta.model_name}") and verb
            table = str(_(str(model._meta.verbose_name_plural))) if model else one.content_type.name
            may.setdefault(table, []).append(str(verb if stock else _(one.name)))
        lines = ((table, "، ".join(words)) for table, words in sorted(may.items()))
        return format_html_join("", "<div><strong>{}</strong>: {}</div>", lines) or "—"
