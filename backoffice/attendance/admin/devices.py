"""Readers at the doors, and what they read."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.response import TemplateResponse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RangeDateTimeFilter, RelatedDropdownFilter
from unfold.enums import ActionVariant

from backoffice.shared.admin import ReadOnly, StaffAdmin, StaffDialog, dialog_button
from backoffice.shared.admin.figures import badge, display, left_to_right
from backoffice.shared.admin.qr import qr_svg
from backoffice.shared.admin.service_pages import AddedByService, Page, ServiceForm, Submit, service_page
from backoffice.shared.errors import DomainError
from backoffice.shared.form_fields import LineField

from .. import services
from ..models import Device, Scan
from ..selectors.devices import clock_is_off, state_of, with_todays_scans

# In place of the dialog that asked: pressed again it would make another key.
IN_PLACE_OF_THE_DIALOG = {"HX-Retarget": "#dialog", "HX-Reselect": "#dialog", "HX-Reswap": "outerHTML"}


class NewDeviceForm(ServiceForm):
    """A new reader."""

    name = LineField(label=_("Name"), max_length=80)
    location = LineField(label=_("Where it stands"), max_length=120, required=False)


class ReasonDialog(StaffDialog):
    """Why."""

    reason = LineField(label=_("Reason"), max_length=200)


@admin.register(Device)
class DeviceAdmin(AddedByService, StaffAdmin):
    """Readers at the doors; keys are shown once, when they are made."""

    add_permission = "attendance.add_device"

    list_display = ("name", "state", "clock", "location", "last_seen_at", "scans_today", "unknown_codes")
    list_filter = ("is_active",)
    search_fields = ("name", "location")
    has_few_rows = True
    fields = (("name", "location"), ("state", "clock"), ("last_seen_at", "key_changed_at"))
    readonly_fields = ("state", "clock", "last_seen_at", "key_changed_at")
    actions_detail = ("renew_key", "deactivate", "activate")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Device]:
        """Devices with today's scans counted."""
        return with_todays_scans(super().get_queryset(request))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody: a device is switched off, its scans stay."""
        return False

    def add_page(self, request: HttpRequest) -> HttpResponse:
        """A new device; its key is the answer, and no address shows it again."""
        form = NewDeviceForm(request.POST if request.method == "POST" else None)
        if form.is_bound and form.is_valid():
            try:
                device, key = services.register_device(**form.cleaned_data, by=request.user)  # type: ignore[arg-type]
            except DomainError as error:
                form.add_error(error.field, str(error))
            else:
                return self._key_page(request, device, key)
        page = Page(title=_("Add a device"), submits=[Submit(_("Register the device"))])
        return service_page(self, request, page, lambda _data: form)

    def _key_page(self, request: HttpRequest, device: Device, key: str) -> HttpResponse:
        context = {**self.admin_site.each_context(request), **_key_context(device, key)}
        context |= {"title": _("The key of %(device)s") % {"device": device}, "opts": self.opts}
        return _kept_by_nobody(TemplateResponse(request, "admin/attendance/device_key.html", context))

    def get_actions_detail(self, request: HttpRequest, object_id: int | str) -> list[Any]:
        """The buttons that make sense for the device as it stands."""
        device = self.get_object(request, str(object_id))
        hidden = {"deactivate", "renew_key"} if device is None or not device.is_active else {"activate"}
        return [one for one in super().get_actions_detail(request, object_id) if one.path not in hidden]

    @dialog_button(
        title=_("New key"),
        description=_("The key that the device has now is refused from this moment on; the new one is shown once."),
        permission="attendance.change_device",
        icon="key",
    )
    def renew_key(self, request: HttpRequest, form: Any, device: Device) -> HttpResponse:
        """Make another key and show it."""
        device, key = services.renew_key(device.pk, by=request.user)  # type: ignore[arg-type]
        answer = render(request, "admin/attendance/device_key_dialog.html", _key_context(device, key))
        for name, value in IN_PLACE_OF_THE_DIALOG.items():
            answer.headers[name] = value
        return _kept_by_nobody(answer)

    @dialog_button(
        title=_("Switch off"),
        description=_("The device is refused from this moment on. What it sent before stays."),
        permission="attendance.change_device",
        form=ReasonDialog,
        icon="block",
        variant=ActionVariant.DANGER,
    )
    def deactivate(self, request: HttpRequest, form: Any, device: Device) -> str:
        """Switch it off."""
        services.deactivate_device(device.pk, by=request.user, reason=form.cleaned_data["reason"])  # type: ignore[arg-type]
        return str(_("%(device)s is switched off.") % {"device": device})

    @dialog_button(
        title=_("Switch on"),
        description=_("The device is let in again, with the key it had."),
        permission="attendance.change_device",
        icon="power_settings_new",
    )
    def activate(self, request: HttpRequest, form: Any, device: Device) -> str:
        """Switch it on."""
        services.activate_device(device.pk, by=request.user)  # type: ignore[arg-type]
        return str(_("%(device)s is switched on.") % {"device": device})

    @display(
        description=_("state"),
        label={"online": "success", "silent": "warning", "clock": "danger", "inactive": "", "new": "info"},
    )
    def state(self, device: Device) -> tuple[str, Any]:
        """Whether it is heard of, and its clock is right."""
        return state_of(device)

    @display(description=_("its clock"))
    def clock(self, device: Device) -> Any:
        """By how much its clock is off; in red where that is more than a minute."""
        offset = device.clock_offset_seconds
        if offset is None:
            return "—"
        if not clock_is_off(device):
            return _("right")
        words = _("fast by {time}") if offset > 0 else _("slow by {time}")
        return badge(format_html(str(words), time=left_to_right(_as_time(abs(offset)))), "danger")

    @display(description=_("scans today"))
    def scans_today(self, device: Any) -> int:
        """How often it read a code today."""
        return int(device.today)

    @display(description=_("unknown today"))
    def unknown_codes(self, device: Any) -> Any:
        """How often it read a code today that is nobody's."""
        return badge(device.unknown_today, "warning") if device.unknown_today else 0


@admin.register(Scan)
class ScanAdmin(ReadOnly, StaffAdmin):
    """What the readers read."""

    list_display = ("at", "device", "person", "shown_code", "method", "what_came", "delay")
    list_filter: ClassVar[Any] = (
        ("outcome", ChoicesDropdownFilter),
        ("method", ChoicesDropdownFilter),
        ("device", RelatedDropdownFilter),
        ("at", RangeDateTimeFilter),
    )
    search_fields = (
        "code",
        "child__search_text",
        "student__user__search_text",
        "instructor__user__search_text",
    )
    search_help_text = _("A name or a code")
    ordering = ("-at", "-pk")
    list_select_related = ("device", "child", "student__user", "instructor__user")
    fields = (
        ("device", "scan_id"),
        ("person", "shown_code"),
        ("method", "what_came"),
        ("at", "device_clock"),
        ("received_at", "clock_ahead_seconds"),
    )
    readonly_fields = ("person", "shown_code", "what_came", "device_clock")

    @display(description=_("whose"))
    def person(self, scan: Scan) -> Any:
        """Whose code it was."""
        return scan.child or scan.student or scan.instructor or "—"

    @display(description=_("code"), ordering="code")
    def shown_code(self, scan: Scan) -> Any:
        """The code, left to right."""
        return left_to_right(scan.code)

    @display(
        description=_("what came of it"),
        ordering="outcome",
        label={
            Scan.Outcome.UNKNOWN_CODE: "danger",
            Scan.Outcome.OUTSIDE_WINDOW: "warning",
            Scan.Outcome.REPEAT: "",
            Scan.Outcome.CHECK_OUT: "info",
            Scan.Outcome.CHECK_IN: "success",
            Scan.Outcome.RE_ENTRY: "success",
            Scan.Outcome.PRESENT: "success",
        },
    )
    def what_came(self, scan: Scan) -> tuple[str, str]:
        """The outcome in its colour."""
        return scan.outcome, scan.get_outcome_display()

    @display(description=_("told after"))
    def delay(self, scan: Scan) -> Any:
        """How long the device kept it, where that is more than a minute."""
        late = int((scan.received_at - scan.at).total_seconds())
        return left_to_right(_as_time(late)) if late > 60 else "—"

    @display(description=_("the device's own time"))
    def device_clock(self, scan: Scan) -> Any:
        """What its clock showed."""
        return scan.device_time


def _key_context(device: Device, key: str) -> dict[str, Any]:
    """What a device's program needs: one line, to copy or to read by its camera."""
    line = f"{device.pk}:{key}"
    return {"device": device, "line": line, "qr": qr_svg(line)}


def _kept_by_nobody(answer: HttpResponse) -> HttpResponse:
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _as_time(seconds: int) -> str:
    """As 1:05:09, or with days before it."""
    days, rest = divmod(seconds, 86_400)
    hours, rest = divmod(rest, 3_600)
    clock = f"{hours}:{rest // 60:02d}:{rest % 60:02d}"
    return f"{days}d {clock}" if days else clock
