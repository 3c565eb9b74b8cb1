"""Twins: a door is opened on purpose, and the walk sees it. A walk that can't fail shows nothing."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver
from rest_framework.permissions import IsAuthenticated

from api import urls
from api.families import places
from api.permissions import RolePermission
from api.students import views as learning
from api.views import DetailView, ListView, RowsView
from backoffice.attendance.models import ParentInstructorRating
from backoffice.attendance.selectors import ratings_by
from backoffice.enrollments.models import Enrollment
from backoffice.enrollments.selectors import places_of_family

from .asking import Asker, cell
from .secrets import answer_text
from .test_walk import kept

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def addresses(patterns: Any = urls.version_1, before: str = "/api/v1/") -> Iterator[tuple[str, type]]:
    """Each address of the apps with its view, written as the contract writes it."""
    for one in patterns:
        here = before + str(one.pattern).replace("<uuid:id>", "{id}").replace("<str:id>", "{id}")
        if isinstance(one, URLResolver):
            yield from addresses(one.url_patterns, here)
        elif isinstance(one, URLPattern) and hasattr(one.callback, "view_class"):
            yield here, one.callback.view_class


VIEWS = [(path, view) for path, view in addresses() if view.authentication_classes]
CLOSED = [
    (path, view) for path, view in VIEWS if any(issubclass(one, RolePermission) for one in view.permission_classes)
]
# Read without `rows()`, or by rows that no other rows can stand for: twins of their own below.
OTHERWISE = {"/api/v1/enrollments/", "/api/v1/ratings/", "/api/v1/lectures/"}
READING = [
    (path, view)
    for path, view in CLOSED
    if issubclass(view, ListView | DetailView | RowsView) and "GET" in view.operations and path not in OTHERWISE
]
# Theirs to read, but for the rows.
READERS = ("ziad", "student", "instructor", "supervisor")


def differs(world, name, people) -> set[str]:
    """Who of these isn't answered as the table has it."""
    row = kept()[name]
    return {who for who in people if cell(Asker(world, world.people[who]).ask(name)) != row[who]}


def tells(world, name, who, secret) -> bool:
    return secret in answer_text(Asker(world, world.people[who]).ask(name))


def widen(monkeypatch, view) -> None:
    """Every row there is, for everybody."""
    narrow = view.rows
    monkeypatch.setattr(view, "rows", lambda self: narrow(self).model._base_manager.order_by("pk"))


def test_all_views_of_families_and_teachers_are_among_them():
    assert len(CLOSED) >= 25
    assert len(READING) >= 15


@pytest.mark.parametrize(("path", "view"), READING)
def test_rows_of_everybody_are_seen(world, monkeypatch, path, view):
    assert not differs(world, f"GET {path}", READERS)
    widen(monkeypatch, view)
    assert differs(world, f"GET {path}", READERS)


@pytest.mark.parametrize(("path", "view"), CLOSED)
def test_a_role_that_isnt_asked_for_is_seen(world, monkeypatch, path, view):
    outside = ("registrar", "student", "ziad", "sami")
    monkeypatch.setattr(view, "permission_classes", [IsAuthenticated])
    assert any(differs(world, f"{method} {path}", outside) for method in view.operations)


@pytest.mark.parametrize(("path", "view"), VIEWS)
def test_a_token_that_isnt_asked_for_is_seen(world, monkeypatch, path, view):
    monkeypatch.setattr(view, "permission_classes", [])
    assert all(differs(world, f"{method} {path}", ["nobody"]) for method in view.operations)


def test_places_of_everybody_are_seen(world, monkeypatch):
    everyone = [
        place for row in Enrollment.objects.all() for place in places_of_family(row.student_id or world.mona.pk)
    ]
    monkeypatch.setattr(places, "places_of_family", lambda _user: everyone)
    assert differs(world, "GET /api/v1/enrollments/", ["ziad"])
    assert differs(world, "GET /api/v1/enrollments/{id}/", ["ziad", "student"]) == {"ziad", "student"}
    assert tells(world, "GET /api/v1/enrollments/{id}/", "ziad", "655.75")


def test_ratings_of_everybody_are_seen(world, monkeypatch):
    assert ParentInstructorRating.objects.count() == 1
    monkeypatch.setattr(learning, "ratings_by", lambda _user: ratings_by(world.mona.pk))
    assert differs(world, "GET /api/v1/ratings/", ["ziad"])
    assert tells(world, "GET /api/v1/ratings/", "ziad", "صبور معه")


def test_lectures_of_everybody_are_seen(world, monkeypatch):
    monkeypatch.setattr(learning.FamilyView, "children", lambda _view: {world.yusuf.pk})
    monkeypatch.setattr(learning, "seats_of_family", lambda _user: places_of_family(world.mona.pk))
    assert differs(world, "GET /api/v1/lectures/", ["ziad"])
    assert tells(world, "GET /api/v1/lectures/", "ziad", world.yusuf.name)


def test_a_receipt_of_everybody_is_seen(world, monkeypatch):
    from backoffice.payments.querysets import PaymentQuerySet

    monkeypatch.setattr(PaymentQuerySet, "of_payer", lambda rows, _user: rows)
    for path in ("/api/v1/payments/", "/api/v1/payments/{id}/", "/api/v1/payments/{id}/receipt/"):
        assert differs(world, f"GET {path}", ["ziad"]), path
