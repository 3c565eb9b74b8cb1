"""Our JSON is REST framework's."""

import datetime as dt
import json
import uuid
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.utils.translation import gettext_lazy
from rest_framework.exceptions import ErrorDetail
from rest_framework.renderers import JSONRenderer
from rest_framework.utils.serializer_helpers import ReturnDict

from api.rendering import FastJSON

CAIRO = ZoneInfo("Africa/Cairo")


@pytest.mark.parametrize(
    "value",
    [
        {"id": uuid.uuid4(), "day": dt.date(2026, 9, 30), "from": dt.time(16), "price": Decimal("500.00")},
        [dt.datetime(2026, 7, 1, 9, 30, tzinfo=CAIRO), dt.datetime(2026, 1, 1, 9, 30, 0, 250_000, tzinfo=CAIRO)],
        {"detail": ErrorDetail("غير مسموح", code="no"), "lazy": gettext_lazy("Save"), "none": None, "yes": True},
        {"text": 'سطر\n"قول" \\ / <b> \u0001', "list": (1, 2.5, [])},
        ReturnDict({"a": 1}, serializer=None),
        {1: "one", "utc": dt.datetime(2026, 7, 1, 9, 30, tzinfo=dt.UTC)},
        None,
    ],
)
def test_the_same_bytes(value):
    assert FastJSON().render(value) == JSONRenderer().render(value)


def test_a_line_separator_is_still_json():
    assert json.loads(FastJSON().render("\u2028")) == "\u2028"
