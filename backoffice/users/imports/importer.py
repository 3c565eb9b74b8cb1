"""The staff form as a kind of sheet that can be imported."""

from django.utils.translation import gettext_lazy as _

from backoffice.shared.imports.importer import Checker, Importer
from backoffice.shared.imports.lines import Cells
from backoffice.shared.models import ImportBatch

from .check import StaffChecker
from .staff_form import COLUMNS, OPTIONAL


class StaffImporter(Importer):
    """Instructors and supervisors from the form they fill in."""

    kind = ImportBatch.Kind.STAFF.value
    permission = "shared.import_staff"
    columns = COLUMNS
    optional = OPTIONAL
    made_words = {"staff": _("instructors and supervisors")}

    def checker(self, cells: Cells, *, imports: bool) -> Checker:
        """Begin a reading."""
        return StaffChecker(cells)
