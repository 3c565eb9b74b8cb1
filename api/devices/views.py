"""What readers at the doors do: tell of scans."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from backoffice.attendance.models import Device
from backoffice.attendance.services import ScanLine, ScanResult, take_scans

from ..contract import Operation, Tag
from ..throttles import CountedThrottle
from ..views import ApiView
from . import examples, serializers
from .authentication import DeviceAuthentication, IsDevice


class PerDevice(CountedThrottle):
    """By the device: one whose program runs wild keeps nobody else waiting."""

    kind = "device"

    def ident(self, request: Request) -> str | None:
        """The device's id."""
        return str(request.auth.pk) if isinstance(request.auth, Device) else None


class ScansView(ApiView):
    """POST /api/v1/devices/scans/"""

    authentication_classes = [DeviceAuthentication]
    permission_classes = [IsDevice]
    throttle_classes = [PerDevice]
    throttled_as = "scans"
    # A scan's own number already makes a second telling harmless, for longer than a key would.
    has_keys = False
    operations = {
        "POST": Operation(
            id="sendScans",
            tag=Tag.DEVICES,
            summary="Tell of scans",
            description="Up to 500, a result for each in the same order. `Authorization: Device <device_id>:<key>`, as "
            "the staff admin shows it once. A scan counts once, however often and in whatever order it is told: tell "
            "of it again until there is an answer. A line that isn't of this shape is named by its place and nothing "
            "is written; a scan of this shape is always taken and logged, also one whose code nobody has (it waits "
            "until somebody is given the code) or whose time can't be (`outside_window`). With an empty list a device "
            "says that it is there, as it should every two minutes. What an outcome is can change when a scan of "
            "before it is told later.",
            body=serializers.ScansShape,
            answer=serializers.ScanResultsShape,
            codes=("device_refused",),
            example=examples.RESULTS,
            body_example=examples.SCANS,
        )
    }

    def post(self, request: Request) -> Response:
        """Log them, and answer what became of each."""
        said = self.read(serializers.ScansShape)
        lines = [ScanLine(**line) for line in said["scans"]]
        results = take_scans(request.auth.pk, lines, sent_at=said.get("sent_at"))  # type: ignore[union-attr]
        return Response({"results": [_shown(result) for result in results]})


def _shown(result: ScanResult) -> dict[str, Any]:
    who = result.who
    kind = who and ("staff" if who.is_staff else "participant")
    return {
        "scan_id": result.scan_id,
        "outcome": result.outcome,
        "who": {"name": who.name, "kind": kind} if who else None,
    }
