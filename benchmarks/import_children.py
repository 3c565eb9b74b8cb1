"""One run of an import in a process of its own, so that its memory can be measured; prints what it found as JSON.

`python -m benchmarks.import_children ours SHEET` or `… stock SHEET`, in the environment that `benchmarks` prepares.
"""

import json
import os
import resource
import sys
import time
from pathlib import Path
from typing import Any


def main(who: str, sheet: Path) -> None:
    """Import the sheet into an empty centre and print seconds, megabytes and counts."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "backoffice.config.settings"
    import django

    django.setup()
    _empty_centre()
    started = time.perf_counter()
    found = _ours(sheet) if who == "ours" else _stock(sheet)
    found["seconds"] = time.perf_counter() - started
    found["megabytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps(found))


def _ours(sheet: Path) -> dict[str, Any]:
    """As the command does it: hand in, preview, confirm, import."""
    from backoffice.shared.imports import batches
    from backoffice.shared.imports.lines import Outcome

    with sheet.open("rb") as stream:
        batch = batches.receive(stream, name=sheet.name, kind="children", by=None)
    batch = batches.read_batch(batch.pk)
    preview = {outcome.value: getattr(batch, outcome) for outcome in Outcome}
    batches.confirm(batch.pk, by=None)
    batch = batches.import_batch(batch.pk)
    return {"preview": preview, **{outcome.value: getattr(batch, outcome) for outcome in Outcome}}


def _stock(sheet: Path) -> dict[str, Any]:
    from backoffice.shared.models import ImportBatch

    from .stock_import import run_stock

    return dict(run_stock(sheet, ImportBatch.objects.create(kind="children", file_name=sheet.name)))


def _empty_centre() -> None:
    """No people and no requests; a running season with the courses that the sheets name."""
    from datetime import timedelta

    from django.core.management import call_command
    from django.utils import timezone

    from backoffice.courses.models import Course, Season

    from .children_sheet import COURSES

    call_command("flush", interactive=False, verbosity=0)
    today = timezone.localdate()
    days = {"start_date": today - timedelta(days=10), "end_date": today + timedelta(days=90)}
    season = Season.objects.create(name="موسم القياس", type="school", **days)
    for name in COURSES:
        Course.objects.create(
            season=season, name=name, slug=name.replace(" ", "-"), price=500, capacity=100_000, **days
        )


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
