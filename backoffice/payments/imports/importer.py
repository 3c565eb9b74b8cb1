"""The children's list as a kind of sheet that can be imported."""

from django.utils.translation import gettext_lazy as _

from backoffice.shared.imports.importer import Checker, Importer
from backoffice.shared.imports.lines import Cells
from backoffice.shared.models import ImportBatch

from .check import ChildrenChecker
from .children_list import COLUMNS, OPTIONAL


class ChildrenImporter(Importer):
    """Families, children and what they ask for, from the registrar's list."""

    kind = ImportBatch.Kind.CHILDREN.value
    permission = "shared.import_children"
    columns = COLUMNS
    optional = OPTIONAL
    made_words = {
        "parents": _("parents"),
        "children": _("children"),
        "requests": _("enrolment requests"),
        "waitlisted": _("requests on the waiting list"),
    }

    def checker(self, cells: Cells, *, imports: bool) -> Checker:
        """Begin a reading."""
        return ChildrenChecker(cells, imports=imports)
