"""The same children's list through django-import-export's ModelResource with its default settings, to compare with.

It makes the same rows (families, children, requests and their audit entries) with the same readers of numbers, dates
and amounts, in the way its documentation shows: a row at a time, `get_or_create` for what a row refers to. It checks
less than our own import does (no used reference numbers, no contradictions between lines), which is in its favour.
"""

from pathlib import Path
from typing import Any

from import_export import fields, resources, widgets
from import_export.formats.base_formats import XLSX

from backoffice.courses.models import Course
from backoffice.enrollments.models import EnrollmentRequest
from backoffice.enrollments.selectors import must_wait, why_not
from backoffice.payments.imports import children_list
from backoffice.shared import audit
from backoffice.shared.dates import cairo_today
from backoffice.shared.errors import DomainError
from backoffice.shared.imports.lines import Cells, Line
from backoffice.shared.models import ImportBatch
from backoffice.users.codes import letter_of, take_codes
from backoffice.users.models import Child, CustomUser, Parent


class ChildrenResource(resources.ModelResource):
    """A line of the list as an enrolment request, its child and its family."""

    child = fields.Field("child", "child", widgets.ForeignKeyWidget(Child, "pk"))
    course = fields.Field("course", "course", widgets.ForeignKeyWidget(Course, "pk"))
    import_batch = fields.Field("import_batch", "import_batch", widgets.ForeignKeyWidget(ImportBatch, "pk"))

    class Meta:
        model = EnrollmentRequest
        import_id_fields = ("child", "course")
        fields = (
            "id", "child", "course", "payment_method", "paid_before", "reference_number", "notes", "import_batch",
            "status",
        )  # fmt: skip

    def __init__(self, batch: ImportBatch, headers: list[str]) -> None:
        super().__init__()
        self._batch, self._headers = batch, headers
        self._cells = Cells({key: headers.index(names[0]) for key, names in children_list.COLUMNS.items()}, headers)

    def before_import_row(self, row: dict[str, Any], **kwargs: Any) -> None:
        """Read the cells, find or make the family and the child, and check the rules."""
        line = Line(0, ["" if row[header] is None else row[header] for header in self._headers])
        values = children_list.read_line(line, self._cells)
        if line.faults:
            raise ValueError(line.faults[0].sentence)
        course = Course.objects.select_related("season").get(season__is_active=True, name=values.course)
        child = self._child(values, self._parent(values))
        for refusal in why_not(course, child, today=cairo_today()):
            raise refusal
        if values.paid and values.paid > course.price:
            raise DomainError("more_than_price", "more than the price")
        waits = must_wait(course)
        row |= {
            "child": child.pk,
            "course": course.pk,
            "payment_method": values.method,
            "paid_before": values.paid,
            "reference_number": values.reference,
            "notes": values.notes,
            "import_batch": self._batch.pk,
            "status": "waitlisted" if waits else "pending",
        }

    def after_save_instance(self, instance: EnrollmentRequest, row: dict[str, Any], **kwargs: Any) -> None:
        """The entry in the audit trail."""
        audit.record_created(instance, by=None)

    def _parent(self, values: children_list.ChildLine) -> Parent:
        first, last = children_list.first_and_last(values.parent_name)
        user, is_new = CustomUser.objects.get_or_create(
            phone_number1=values.phone,
            defaults={"first_name": first, "last_name": last, "phone_number2": values.phone2},
        )
        if is_new:
            audit.record_created(user, by=None)
        parent, is_new = Parent.objects.get_or_create(user=user)
        if is_new:
            audit.record_created(parent, by=None)
        return parent

    def _child(self, values: children_list.ChildLine, parent: Parent) -> Child:
        known = Child.objects.filter(primary_parent=parent, name=values.child, dob=values.dob).first()
        if known:
            return known
        (code,) = take_codes(letter_of(values.gender), 1)
        child = Child.objects.create(
            primary_parent=parent, name=values.child, dob=values.dob, gender=values.gender, unique_code=code
        )
        audit.record_created(child, by=None)
        return child


def run_stock(sheet: Path, batch: ImportBatch) -> dict[str, int]:
    """Preview (its dry run) and import a sheet as its admin page does, reading the file each time."""
    result = None
    for dry_run in (True, False):
        dataset = XLSX().create_dataset(sheet.read_bytes())
        resource = ChildrenResource(batch, list(dataset.headers))
        result = resource.import_data(dataset, dry_run=dry_run, raise_errors=False)
    totals = result.totals  # type: ignore[union-attr]
    return {"new": totals["new"], "repeated": totals["update"] + totals["skip"], "faulty": totals["error"]}
