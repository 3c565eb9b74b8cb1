"""Shapes of what readers send and are answered."""

import re
from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from backoffice.attendance.models import Scan
from backoffice.attendance.services import DUPLICATE

from ..serializers import StrictSerializer

MOST_SCANS: Final = 500
# The longest that a QR code can say.
LONGEST_CODE: Final = 4296
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,6})?([Zz]|[+-]\d\d:\d\d)", re.ASCII)


class MomentField(serializers.DateTimeField):
    """A time with its offset: without one the hour that comes twice in October would be two times."""

    default_error_messages = {"invalid": _("A time is written with its offset, as 2026-10-04T15:52:10+03:00.")}

    def to_internal_value(self, value: Any) -> Any:
        """The moment."""
        if not isinstance(value, str) or not _MOMENT.fullmatch(value):
            self.fail("invalid")
        try:
            return super().to_internal_value(value)
        except (OverflowError, ValueError):
            self.fail("invalid")


class ScanShape(StrictSerializer):
    """One reading of one code."""

    scan_id = serializers.UUIDField(help_text="The device's own number for it.")
    code = serializers.CharField(
        max_length=LONGEST_CODE, help_text="As it was read; a QR card of ours says `R1:<code>`."
    )
    method = serializers.ChoiceField(choices=Scan.Method.choices)
    at = MomentField(help_text="By the device's own clock, with an offset.")


class ScansShape(StrictSerializer):
    """A batch; an empty one says that the device is there."""

    scans = ScanShape(many=True, max_length=MOST_SCANS)  # type: ignore[call-arg]
    sent_at = MomentField(
        required=False,
        help_text="What the device's clock shows while it sends. Where that is off by more than a "
        "minute, the scans' times are put right by as much.",
    )


class WhoShape(serializers.Serializer[Any]):
    """Whose code it was."""

    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=["participant", "staff"])


class ScanResultShape(serializers.Serializer[Any]):
    """What became of a scan."""

    scan_id = serializers.UUIDField()
    outcome = serializers.ChoiceField(choices=[*Scan.Outcome.choices, (DUPLICATE, DUPLICATE)])
    who = WhoShape(allow_null=True)


class ScanResultsShape(serializers.Serializer[Any]):
    """A result for each scan, in order."""

    results = ScanResultShape(many=True)
