"""GET /api/v1/me/: whoever asks, what they are here, and what waits for them."""

from typing import Any, Final

from rest_framework import serializers as rest
from rest_framework.request import Request
from rest_framework.response import Response

from backoffice.users.models import CustomUser, ParentLinkRequest, Role

from ..contract import Operation, Tag
from ..views import ApiView

_PROFILES: Final = ("parent", "student", "instructor")


class MyselfSerializer(rest.Serializer[Any]):
    """Whoever asks; the whole account is at /auth/users/me/."""

    id = rest.UUIDField()
    first_name = rest.CharField()
    last_name = rest.CharField(allow_blank=True)
    phone_number1 = rest.CharField()
    role = rest.ChoiceField(choices=Role.choices)
    is_verified = rest.BooleanField(help_text="Whether the number is known to be the person's own.")
    profiles = rest.ListField(child=rest.ChoiceField(choices=_PROFILES), help_text="What the person is here.")
    unique_code = rest.CharField(allow_null=True, help_text="The code of an adult student.")
    unread = rest.IntegerField(min_value=0, help_text="Requests to join a child that wait for this person's answer.")


class MyselfView(ApiView):
    """GET /api/v1/me/"""

    operations = {
        "GET": Operation(
            id="getMyself",
            tag=Tag.ACCOUNTS,
            summary="Who I am, what I am here, and how much waits for me",
            answer=MyselfSerializer,
            example={
                "id": "5f1f6a6e-7a51-4c4e-9d5a-0f4b9d6f8a11",
                "first_name": "منى سعيد",
                "last_name": "علي حسن",
                "phone_number1": "+201001234567",
                "role": "parent",
                "is_verified": True,
                "profiles": ["parent"],
                "unique_code": None,
                "unread": 1,
            },
        )
    }

    def get(self, request: Request) -> Response:
        """Whoever asks, in two queries."""
        person = self.person
        is_here_as = CustomUser.objects.values("student__unique_code", *_PROFILES).get(pk=person.pk)
        waiting = ParentLinkRequest.objects.answerable().filter(status=ParentLinkRequest.Status.PENDING)
        return Response(
            {
                "id": person.pk,
                "first_name": person.first_name,
                "last_name": person.last_name,
                "phone_number1": str(person.phone_number1),
                "role": person.role,
                "is_verified": person.is_verified,
                "profiles": [name for name in _PROFILES if is_here_as[name]],
                "unique_code": is_here_as["student__unique_code"],
                "unread": waiting.filter(child__primary_parent=person.pk).count(),
            }
        )
