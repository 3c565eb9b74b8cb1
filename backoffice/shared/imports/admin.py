"""The staff's page of imports: hand in a sheet, look at what it would do, confirm it."""

import io
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ..admin import ReadOnly, StaffAdmin, refusal
from ..admin.figures import display
from ..errors import DomainError
from ..models import ImportBatch
from ..queue import enqueue_on_commit
from ..sheets.download import download, temporary_file
from . import batches, jobs
from .faulty_sheet import write_faulty_lines
from .forms import UploadForm
from .importer import importers, may_import
from .lines import Outcome
from .page import BatchPage
from .report import kept_rows

Status = ImportBatch.Status
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class ImportBatchAdmin(ReadOnly, StaffAdmin):
    """Sheets that were handed in, each with its preview and what became of it."""

    list_display = (
        "file_name",
        "kind_words",
        "status_label",
        "lines",
        "new",
        "changed_lines",
        "repeated",
        "faulty",
        "uploaded_by",
        "uploaded_at",
    )
    list_filter = ("kind", "status")
    search_fields = ("file_name",)
    list_select_related = ("uploaded_by",)
    date_hierarchy = None

    @display(description=gettext_lazy("kind"), ordering="kind")
    def kind_words(self, batch: ImportBatch) -> str:
        """The kind in words."""
        return batch.get_kind_display()

    @display(description=gettext_lazy("Changes"), ordering="changed")
    def changed_lines(self, batch: ImportBatch) -> int:
        """Lines that changed something; the field's own word is that of a date elsewhere."""
        return batch.changed

    @display(
        description=gettext_lazy("status"),
        ordering="status",
        label={
            Status.UPLOADED: "info",
            Status.PREVIEWED: "warning",
            Status.COMMITTING: "info",
            Status.COMMITTED: "success",
            Status.FAILED: "danger",
        },
    )
    def status_label(self, batch: ImportBatch) -> tuple[str, str]:
        """The status with its colour."""
        return batch.status, batch.get_status_display()

    def get_queryset(self, request: HttpRequest) -> QuerySet[ImportBatch]:
        """Sheets of the kinds this person may import: others hold salaries and numbers that are not for them."""
        kinds = [kind for kind in importers() if may_import(request.user, kind)]
        return super().get_queryset(request).filter(kind__in=kinds)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever may import a kind of sheet may hand one in."""
        return request.user.has_perm("shared.add_importbatch") and any(
            may_import(request.user, kind) for kind in importers()
        )

    def get_urls(self) -> list[URLPattern]:
        """The pages of an import besides its own."""
        steps: dict[str, Callable[..., HttpResponseBase]] = {
            "confirm": require_POST(self.confirm_view),
            "cancel": require_POST(self.cancel_view),
            "resume": require_POST(self.resume_view),
            # By POST where a form stands before it.
            "faulty": require_http_methods(["GET", "POST"])(self.faulty_view),
            "progress": require_GET(self.progress_view),
        }
        own = [
            path(f"<uuid:batch_id>/{name}/", self.admin_site.admin_view(view), name=f"shared_importbatch_{name}")
            for name, view in steps.items()
        ]
        return [*own, *super().get_urls()]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Hand in a sheet; what is wrong with the file is said at its field, and nothing is kept."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        sent = (request.POST, request.FILES) if request.method == "POST" else ()
        form = UploadForm(*sent, user=request.user)
        if form.is_valid():
            batch = self._hand_in(request, form)
            if batch is not None:
                return self._to_page(batch)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Import a sheet"),
            "opts": self.opts,
            "form": form,
            "importers": [one for kind, one in importers().items() if may_import(request.user, kind)],
        }
        return TemplateResponse(request, "admin/imports/upload.html", context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The preview, the progress, or the result of a sheet."""
        batch = self.get_object(request, object_id)
        if batch is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[no-any-return]
        if not self.has_view_permission(request, batch):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "title": batch.file_name,
            "opts": self.opts,
            "original": batch,
            "batch": batch,
            "page": BatchPage(batch, request.GET, may_import=may_import(request.user, batch.kind)),
        }
        return TemplateResponse(request, "admin/imports/batch.html", context)

    def confirm_view(self, request: HttpRequest, batch_id: UUID) -> HttpResponse:
        """Import the good lines: at once when they are few, else in the worker."""
        return self._step(request, batch_id, self._confirm)

    def cancel_view(self, request: HttpRequest, batch_id: UUID) -> HttpResponse:
        """Put the sheet aside."""
        return self._step(request, batch_id, self._cancel)

    def resume_view(self, request: HttpRequest, batch_id: UUID) -> HttpResponse:
        """Go on with a sheet whose worker died; when none did, nothing is done twice."""
        return self._step(request, batch_id, self._resume)

    def faulty_view(self, request: HttpRequest, batch_id: UUID) -> StreamingHttpResponse | HttpResponseRedirect:
        """The faulty lines as a sheet, with the reason beside each."""
        batch = self._batch(request, batch_id)
        out = temporary_file()
        try:
            write_faulty_lines(out, headers=batch.report.get("headers", []), rows=kept_rows(batch, Outcome.FAULTY))
        except DomainError as error:
            messages.error(request, refusal(error))
            return self._to_page(batch)
        out.seek(0, io.SEEK_END)
        name = _("faulty lines of %(name)s") % {"name": batch.file_name.rpartition(".")[0] or batch.file_name}
        return download(request, out, name=f"{name}.xlsx", content_type=_XLSX)

    def progress_view(self, request: HttpRequest, batch_id: UUID) -> HttpResponse:
        """How far the worker is, for the page that waits."""
        batch = self._batch(request, batch_id)
        return JsonResponse({"status": batch.status, "done": batch.done, "lines": batch.lines})

    def _batch(self, request: HttpRequest, batch_id: UUID) -> ImportBatch:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return get_object_or_404(self.get_queryset(request), pk=batch_id)

    def _hand_in(self, request: HttpRequest, form: UploadForm) -> ImportBatch | None:
        """The batch, or None when the form now says what is wrong."""
        file, kind = form.cleaned_data["file"], form.cleaned_data["kind"]
        try:
            batch = batches.receive(file, name=file.name, kind=kind, by=request.user)  # type: ignore[arg-type]
        except (DomainError, OperationalError) as error:
            form.add_error("file", refusal(error))
            return None
        if batches.is_long(batch):
            enqueue_on_commit(jobs.read_sheet, str(batch.pk))
            return batch
        batch = batches.read_batch(batch.pk)
        if batch.status == Status.FAILED:
            form.add_error("file", batch.error)
            return None
        return batch

    def _step(
        self, request: HttpRequest, batch_id: UUID, step: Callable[[HttpRequest, ImportBatch], str]
    ) -> HttpResponse:
        """One button: a service, and a message of what came of it."""
        batch = self._batch(request, batch_id)
        if not may_import(request.user, batch.kind):
            raise PermissionDenied
        try:
            messages.success(request, step(request, batch))
        except (DomainError, OperationalError) as error:
            messages.error(request, refusal(error))
        return self._to_page(batch)

    def _confirm(self, request: HttpRequest, batch: ImportBatch) -> str:
        batch = batches.confirm(batch.pk, by=request.user)  # type: ignore[arg-type]
        return self._import(batch)

    def _import(self, batch: ImportBatch) -> str:
        if batches.is_long(batch):
            enqueue_on_commit(jobs.import_sheet, str(batch.pk))
            return _("The sheet is being imported; this page shows how far it is.")
        batch = batches.import_batch(batch.pk)
        if batch.status == Status.FAILED:
            raise DomainError("import_failed", batch.error)
        counts = {outcome.value: getattr(batch, outcome) for outcome in Outcome}
        sentence = _(
            "Imported: %(new)s new, %(changed)s changed, %(repeated)s repeats; %(faulty)s faulty were left out."
        )
        return sentence % counts

    def _cancel(self, request: HttpRequest, batch: ImportBatch) -> str:
        batches.cancel(batch.pk, by=request.user)  # type: ignore[arg-type]
        return _("The sheet was put aside; nothing of it was imported.")

    def _resume(self, request: HttpRequest, batch: ImportBatch) -> str:
        if batch.status == Status.COMMITTING:
            return self._import(batch)
        if batch.status != Status.UPLOADED:
            raise DomainError("not_at_work", _("Nobody is at this sheet any more: its page shows how it stands."))
        enqueue_on_commit(jobs.read_sheet, str(batch.pk))
        return _("The sheet is being read; this page shows how far it is.")

    def _to_page(self, batch: ImportBatch) -> HttpResponseRedirect:
        return HttpResponseRedirect(reverse("admin:shared_importbatch_change", args=[batch.pk]))
