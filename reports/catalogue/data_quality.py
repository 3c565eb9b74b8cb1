"""Entries of children that someone should look at."""

from django.utils.translation import gettext_lazy as _

from backoffice.users.selectors import Doubt, children_in_doubt

from ..definition import Column, Given, Report, Rows, register
from ..filters import ChoiceFilter, Filters
from ..groups import PEOPLE


class _Filters(Filters):
    doubt = ChoiceFilter(choices=Doubt.choices, label=_("What may be wrong"), required=True, initial=Doubt.TWICE.value)


@register
class DataQuality(Report):
    """Likely duplicates, missing birthdays, numbers that nobody can call; see `children_in_doubt`."""

    slug = "data-quality"
    title = _("Data quality")
    about = _("Children whose entry someone should look at, because something is missing or may be wrong.")
    group = PEOPLE
    of_people = True
    filters = _Filters
    columns = (
        Column("name", _("Child"), width=28, link="users_child", link_key="pk"),
        Column("unique_code", _("code"), "code", width=12),
        Column("dob", _("date of birth"), "date", width=14),
        Column("parent_name", _("Parent"), width=28),
        Column("parent_number", _("Phone number"), "phone", width=18),
        Column("created_at", _("entered"), "date", width=14),
    )

    def rows(self, given: Given) -> Rows:
        """Alike ones beside one another, else by name."""
        return children_in_doubt(Doubt(given["doubt"]))
