"""The queries and the seconds of every staff list in the centre that `benchmarks` has filled; prints them as JSON.

`python -m benchmarks.admin_lists`, in the environment that `benchmarks` prepares.
"""

import json
import os
import time
from typing import Any

_MANAGER = "+201099999999"


def main() -> None:
    """Open each list once to warm up and once to count."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "backoffice.config.settings"
    import django

    django.setup()
    from django.contrib import admin
    from django.test import Client
    from django.test.utils import setup_test_environment

    from backoffice.shared.admin import StaffAdmin

    setup_test_environment()
    client = Client(headers={"host": "localhost"})
    client.force_login(_manager())
    found = {
        model._meta.label_lower: _open(client, model)
        for model, screen in sorted(admin.site._registry.items(), key=lambda pair: pair[0]._meta.label_lower)
        if isinstance(screen, StaffAdmin)
    }
    print(json.dumps(found))


def _manager() -> Any:
    from backoffice.users.models import CustomUser

    known = CustomUser.objects.filter(phone_number1=_MANAGER).first()
    return known or CustomUser.objects.create_superuser(_MANAGER, None, first_name="القياس")


def _open(client: Any, model: type[Any]) -> dict[str, Any]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    from django.urls import reverse

    url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    client.get(url, secure=True)
    started = time.perf_counter()
    with CaptureQueriesContext(connection) as queries:
        response = client.get(url, secure=True)
    if response.status_code != 200:
        raise RuntimeError(f"{url} answered {response.status_code}")
    seconds = time.perf_counter() - started
    return {"rows": model._base_manager.count(), "queries": len(queries), "seconds": seconds}


if __name__ == "__main__":
    main()
