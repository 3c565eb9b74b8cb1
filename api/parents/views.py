"""Parents' own children, and requests to join a child."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle

from backoffice.users.models import Child, ParentLinkRequest
from backoffice.users.services import (
    add_own_child,
    approve_link,
    ask_to_join_child,
    change_own_child,
    reject_link,
    remove_own_child,
)

from ..contract import Operation, Tag
from ..permissions import IsParent
from ..throttles import PerAddress, PerNumber
from ..views import ApiView, DetailView, ListView, RowsView
from . import examples, reads, serializers


class ChildRows(RowsView):
    """The children whose first or further parent asks."""

    permission_classes = [IsParent]

    def rows(self) -> QuerySet[Any]:
        """By name."""
        children: QuerySet[Any] = Child.objects.of_parent(self.person)
        return children.order_by("name", "pk")

    def shown(self, rows: Sequence[Any]) -> Sequence[Any]:
        """With a link to the photo."""
        return [reads.child(row, self.person, self.request) for row in rows]

    def answer(self, child: Child, code: int = status.HTTP_200_OK) -> Response:
        """One child."""
        return Response(self.shown([child])[0], status=code)


class ChildrenView(ChildRows, ListView):
    """GET, POST /api/v1/children/"""

    operations = {
        "GET": Operation(
            id="listChildren",
            tag=Tag.FAMILY,
            summary="My children",
            answer=serializers.ChildShape,
            errors=(403,),
            example=examples.CHILD,
        ),
        "POST": Operation(
            id="addChild",
            tag=Tag.FAMILY,
            summary="Enter a child",
            body=serializers.NewChild,
            body_example=examples.NEW_CHILD,
            answer=serializers.ChildShape,
            status=201,
            errors=(403,),
            codes=("not_a_parent",),
            example=examples.CHILD,
        ),
    }

    def post(self, request: Request) -> Response:
        """A child with a code of their own."""
        return self.answer(add_own_child(by=self.person, **self.read(serializers.NewChild)), status.HTTP_201_CREATED)


class ChildView(ChildRows, DetailView):
    """GET, PATCH, DELETE /api/v1/children/{id}/"""

    operations = {
        "GET": Operation(
            id="getChild",
            tag=Tag.FAMILY,
            summary="A child of mine",
            answer=serializers.ChildShape,
            errors=(403,),
            example=examples.CHILD,
        ),
        "PATCH": Operation(
            id="changeChild",
            tag=Tag.FAMILY,
            summary="Correct a child's details",
            body=serializers.ChildChanges,
            body_example={"name": "يوسف علي حسن"},
            answer=serializers.ChildShape,
            errors=(403,),
            codes=("not_primary_parent",),
            example=examples.CHILD,
        ),
        "DELETE": Operation(
            id="removeChild",
            tag=Tag.FAMILY,
            summary="Take out a child that nothing was asked for yet",
            status=204,
            errors=(403,),
            codes=("not_primary_parent", "child_has_history"),
        ),
    }

    def patch(self, request: Request, id: UUID) -> Response:
        """What is named changes, the rest stays."""
        child = self.one(pk=id)
        changes = self.read(serializers.ChildChanges, partial=True)
        return self.answer(change_own_child(child.pk, by=self.person, **changes) if changes else child)

    def delete(self, request: Request, id: UUID) -> Response:
        """Gone, with nothing left behind."""
        remove_own_child(self.one(pk=id).pk, by=self.person)
        return Response(status=status.HTTP_204_NO_CONTENT)


class LinkRows(RowsView):
    """Requests that the parent made, and those about the parent's children."""

    permission_classes = [IsParent]

    def rows(self) -> QuerySet[Any]:
        """The latest first."""
        links: QuerySet[Any] = ParentLinkRequest.objects.of_user(self.person)
        return links.order_by("-created_at", "pk")

    def columns(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """With the child and who asks."""
        return rows.select_related("child", "parent__user")

    def shown(self, rows: Sequence[Any]) -> Sequence[Any]:
        """Each as this person may see it."""
        return [reads.link(row, self.person) for row in rows]

    def answer(self, link: ParentLinkRequest, code: int = status.HTTP_200_OK) -> Response:
        """One request."""
        return Response(self.shown([link])[0], status=code)


class ChildLinksView(LinkRows, ListView):
    """GET, POST /api/v1/child-links/"""

    throttled_as = "child_link"
    operations = {
        "GET": Operation(
            id="listChildLinks",
            tag=Tag.FAMILY,
            summary="Requests to join a child: mine, and those about my children",
            answer=serializers.LinkShape,
            errors=(403,),
            example=examples.LINK,
        ),
        "POST": Operation(
            id="askToJoinChild",
            tag=Tag.FAMILY,
            summary="Ask to become a child's second parent, by the child's code",
            description="A code that nobody has is answered like one that somebody has: the request waits.",
            body=serializers.NewLink,
            body_example={"unique_code": "M48213"},
            answer=serializers.LinkShape,
            status=201,
            errors=(403, 429),
            codes=("not_a_parent",),
            example=examples.LINK,
        ),
    }

    def get_throttles(self) -> Sequence[BaseThrottle]:  # type: ignore[override]
        """Only codes are guessed."""
        return [PerAddress(), PerNumber()] if self.request.method == "POST" else []

    def post(self, request: Request) -> Response:
        """A request that the first parent answers."""
        link = ask_to_join_child(by=self.person, **self.read(serializers.NewLink))
        return self.answer(link, status.HTTP_201_CREATED)


class DecideLinkView(LinkRows, ApiView):
    """The first parent answers."""

    def decide(self, id: UUID, decision: Any) -> Response:
        """By the service; somebody else's request looks like none."""
        return self.answer(decision(self.one(pk=id).pk, by=self.person))


class ApproveLinkView(DecideLinkView):
    """POST /api/v1/child-links/{id}/approve/"""

    operations = {
        "POST": Operation(
            id="approveChildLink",
            tag=Tag.FAMILY,
            summary="Let the second parent in",
            answer=serializers.LinkShape,
            errors=(403,),
            codes=("illegal_step", "has_further_parent"),
            example={**examples.LINK, "status": "approved", "asked_by_me": False, "asked_by": "سعاد محمد علي حسن"},
        )
    }

    def post(self, request: Request, id: UUID) -> Response:
        """From now on both are the child's parents."""
        return self.decide(id, approve_link)


class RejectLinkView(DecideLinkView):
    """POST /api/v1/child-links/{id}/reject/"""

    operations = {
        "POST": Operation(
            id="rejectChildLink",
            tag=Tag.FAMILY,
            summary="Don't let the second parent in; who asked isn't told",
            answer=serializers.LinkShape,
            errors=(403,),
            codes=("illegal_step",),
            example={**examples.LINK, "status": "rejected", "asked_by_me": False, "asked_by": "سعاد محمد علي حسن"},
        )
    }

    def post(self, request: Request, id: UUID) -> Response:
        """Who asked goes on waiting."""
        return self.decide(id, reject_link)
