"""The site's admin in the centre's dress, with a way to the back office for who works there too."""

from typing import Any, Final

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from .one_sign_in import works_in_back_office

STYLES: Final = ("css/fonts.css", "css/cms_admin.css")
# Both lead to its makers' own pages, in English.
_ELSEWHERE: Final = ("whats-new", "editor-guide")


@hooks.register("insert_global_admin_css")
def dress() -> SafeString:
    """The centre's letters and colours."""
    return format_html_join("", '<link rel="stylesheet" href="{}">', ((static(style),) for style in STYLES))


class BackOffice(MenuItem):
    """The way to the other admin."""

    def is_shown(self, request: HttpRequest) -> bool:
        """For staff who find something there."""
        return bool(request.user.is_staff) and works_in_back_office(request)


@hooks.register("register_admin_menu_item")
def back_office() -> MenuItem:
    """Last in the menu."""
    return BackOffice(_("Back office"), reverse("admin:index"), name="back-office", icon_name="desktop", order=20000)


@hooks.register("construct_help_menu")
def help_at_home(request: HttpRequest, items: list[Any]) -> None:
    """Keep of the help what is in this admin itself."""
    items[:] = [item for item in items if not item.name.startswith(_ELSEWHERE)]
