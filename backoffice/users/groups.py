"""What the centre's groups are called: they keep English names in the database, where the table of roles finds them."""

from django.contrib.auth.models import Group
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

NAMES: dict[str, Promise] = {
    "Managers": _("Managers"),
    "Registrars": _("Registrars"),
    "Cashiers": _("Cashiers"),
    "Accountants": _("Accountants"),
    "Supervisors": _("Supervisors"),
    "Instructors": _("Instructors"),
    "Marketing": _("Marketing"),
    "Editors": _("Editors (of the site)"),
}


def group_name(group: Group) -> str:
    """The group's name in the reader's language; of a group that a package brought, the name it brought."""
    return str(NAMES.get(group.name, group.name))
