"""Children and requests to join one, as a parent sees them."""

from typing import Any

from rest_framework.request import Request

from backoffice.users.models import Child, CustomUser, ParentLinkRequest

from .. import values


def child(row: Child, person: CustomUser, request: Request) -> dict[str, Any]:
    """A child of the person's; no query."""
    return {
        "id": row.pk,
        "name": row.name,
        "unique_code": row.unique_code,
        "dob": row.dob,
        "gender": row.gender,
        "phone_number": str(row.phone_number or ""),
        "photo": values.private_file(row.photo.name, request),
        "is_primary": row.primary_parent_id == person.pk,
        "created_at": values.moment(row.created_at),
    }


def link(row: ParentLinkRequest, person: CustomUser) -> dict[str, Any]:
    """A request to join a child: who asked learns nothing of the child before the first parent agrees; no query."""
    asked_by_me = row.parent_id == person.pk
    shows_child = row.child is not None and (not asked_by_me or row.status == ParentLinkRequest.Status.APPROVED)
    return {
        "id": row.pk,
        "unique_code": row.unique_code,
        "status": row.status_for(person),
        "asked_by_me": asked_by_me,
        "child": {"id": row.child_id, "name": row.child.name} if row.child and shows_child else None,
        "asked_by": None if asked_by_me else str(row.parent),
        "created_at": values.moment(row.created_at),
    }
