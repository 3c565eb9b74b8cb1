"""How many queries each staff list makes; the file says it, and it may not grow with the rows on the page.

After a change that is meant: `UPDATE_BUDGETS=1 make test PYTEST_ARGS=tests/test_query_budgets.py`.
"""

import json
import os
from pathlib import Path

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from backoffice.config.demo import people, places
from backoffice.config.demo.load import load_demo
from backoffice.shared.admin import StaffAdmin
from backoffice.users.models import CustomUser

BUDGETS = Path(__file__).with_suffix(".json")
pytestmark = [pytest.mark.django_db, pytest.mark.slow]

LISTS = sorted(
    (model._meta.label_lower for model, one in admin.site._registry.items() if isinstance(one, StaffAdmin)),
)


@pytest.fixture(scope="module")
def centre(once_for_module):
    """The manager's browser in the demo's centre with fewer families, once for all lists, undone afterwards."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(people, "CHILDREN", 110)
        # Only the full course stays as it is, for it has the waiting list.
        patch.setattr(places, "SEATS", {name: min(seats, 12) for name, seats in places.SEATS.items()})
        patch.setattr(places, "BEHIND", dict.fromkeys(places.BEHIND, 4))
        once_for_module(load_demo)
    return once_for_module(managers_browser)


def managers_browser():
    client = Client()
    client.force_login(CustomUser.objects.get(phone_number1="+201000000001"))
    return client


def queries_of(client, label, rows, monkeypatch):
    model_admin = next(one for model, one in admin.site._registry.items() if model._meta.label_lower == label)
    monkeypatch.setattr(model_admin, "list_per_page", rows)
    app, model = label.split(".")
    with CaptureQueriesContext(
        connection,
    ) as queries:
        response = client.get(reverse(f"admin:{app}_{model}_changelist"))
    assert response.status_code == 200
    return len(queries)


@pytest.mark.parametrize("label", LISTS)
def test_a_list_makes_its_number_of_queries_however_many_rows_it_shows(centre, label, monkeypatch):
    few, many = (queries_of(centre, label, rows, monkeypatch) for rows in (3, 60))
    assert many <= few, "the page asks the database again for each row"
    budgets = json.loads(BUDGETS.read_text()) if BUDGETS.exists() else {}
    if os.environ.get("UPDATE_BUDGETS"):
        BUDGETS.write_text(json.dumps(dict(sorted((budgets | {label: many}).items())), indent=1) + "\n")
    else:
        assert many == budgets.get(label), f"{label}: write the new number down if it is meant"
