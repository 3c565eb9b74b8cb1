"""The account endpoints: who signs in, registers, and what they say of themselves."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions, status
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.throttling import BaseThrottle

from backoffice.users import services
from backoffice.users.passwords import unlock

from .. import tokens
from ..authentication import TokenAuthentication
from ..throttles import PerAddress, PerNumber
from ..views import PersonalView
from . import operations as promised
from . import serializers
from .passwords import who_signs_in


class AccountView(PersonalView):
    """A view that reads its body by a serializer; what is wrong in it becomes a 400."""

    authentication_classes = [TokenAuthentication]

    def read(self, request: Request, serializer: type[BaseSerializer[Any]], **kwargs: Any) -> Any:
        """The checked body."""
        body = serializer(data=request.data, context={"request": request, "view": self}, **kwargs)
        body.is_valid(raise_exception=True)
        return body.validated_data


class OpenView(AccountView):
    """For those who are not signed in yet: no token is asked, and a wrong one in the header does no harm."""

    authentication_classes = []
    permission_classes = [AllowAny]

    def get_authenticate_header(self, request: Request) -> str:
        """Without it REST framework would turn each 401 of these views into a 403."""
        return TokenAuthentication().authenticate_header(request)


class RegistrationView(OpenView):
    """POST /auth/users/"""

    operations = {"POST": promised.REGISTER}
    throttle_classes = [PerAddress, PerNumber]
    throttled_as = "register"

    def post(self, request: Request) -> Response:
        """Make the account with its profile."""
        details = self.read(request, serializers.RegistrationSerializer)
        user = services.register_person(**details)
        return Response(serializers.MeSerializer(user).data, status=status.HTTP_201_CREATED)


class LoginView(OpenView):
    """POST /auth/jwt/create/"""

    operations = {"POST": promised.SIGN_IN}
    throttle_classes = [PerAddress, PerNumber]
    throttled_as = "login"

    def post(self, request: Request) -> Response:
        """Tokens for a number and its password; an unknown number is answered in the same words and time."""
        user = who_signs_in(request, **self.read(request, serializers.LoginSerializer))
        if user is None:
            raise exceptions.AuthenticationFailed(
                _("The number or the password is wrong."), code="wrong_number_or_password"
            )
        return _pair(tokens.sign_in(user))


class RefreshView(OpenView):
    """POST /auth/jwt/refresh/"""

    operations = {"POST": promised.REFRESH}

    def post(self, request: Request) -> Response:
        """A new pair for a refresh token that wasn't used yet."""
        return _pair(tokens.exchange(self.read(request, serializers.RefreshSerializer)["refresh"]))


class VerifyView(OpenView):
    """POST /auth/jwt/verify/"""

    operations = {"POST": promised.VERIFY}

    def post(self, request: Request) -> Response:
        """Say whether a token is good."""
        tokens.verify(self.read(request, serializers.VerifySerializer)["token"])
        return Response({})


class LogoutView(OpenView):
    """POST /auth/jwt/logout/"""

    operations = {"POST": promised.SIGN_OUT}

    def post(self, request: Request) -> Response:
        """End the sign-in that the refresh token belongs to."""
        tokens.sign_out(self.read(request, serializers.RefreshSerializer)["refresh"])
        return Response(status=status.HTTP_204_NO_CONTENT)


class MeView(AccountView):
    """GET, PATCH, PUT, DELETE /auth/users/me/"""

    operations = {
        "GET": promised.GET_ME,
        "PATCH": promised.PATCH_ME,
        "PUT": promised.PUT_ME,
        "DELETE": promised.CLOSE_ME,
    }
    permission_classes = [IsAuthenticated]
    throttled_as = "password"

    def get_throttles(self) -> Sequence[BaseThrottle]:  # type: ignore[override]
        """Only leaving asks for a password."""
        return [PerAddress(), PerNumber()] if self.request.method == "DELETE" else []

    def get(self, request: Request) -> Response:
        """One's own profile."""
        return Response(serializers.MeSerializer(request.user).data)

    def patch(self, request: Request) -> Response:
        """Change what is named."""
        return self._change(self.read(request, serializers.MeSerializer, instance=request.user, partial=True))

    def put(self, request: Request) -> Response:
        """Change the whole."""
        return self._change(self.read(request, serializers.MeSerializer, instance=request.user))

    def delete(self, request: Request) -> Response:
        """Close the account; money and attendance stay."""
        self.read(request, serializers.CloseAccountSerializer)
        services.deactivate_user(self.person.pk, by=self.person)
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _change(self, changes: dict[str, Any]) -> Response:
        user = services.update_account(self.person.pk, by=self.person, **changes)
        return Response(serializers.MeSerializer(user).data)


class SetPasswordView(AccountView):
    """POST /auth/users/set_password/"""

    operations = {"POST": promised.SET_PASSWORD}
    permission_classes = [IsAuthenticated]
    throttle_classes = [PerAddress, PerNumber]
    throttled_as = "password"

    def post(self, request: Request) -> Response:
        """Another password; every other sign-in ends."""
        body = self.read(request, serializers.SetPasswordSerializer)
        user = services.set_password(self.person.pk, password=body["new_password"], by=self.person)
        tokens.keep_only(request.auth, user)
        return Response(status=status.HTTP_204_NO_CONTENT)


class ClaimView(OpenView):
    """POST /auth/users/claim/"""

    operations = {"POST": promised.CLAIM}
    throttle_classes = [PerAddress, PerNumber]
    throttled_as = "password"

    def post(self, request: Request) -> Response:
        """A password by the centre's one-time code."""
        body = self.read(request, serializers.ClaimSerializer)
        user = services.claim_account(
            phone_number1=body["phone_number1"], code=body["code"], new_password=body["new_password"]
        )
        unlock(user)
        return Response(status=status.HTTP_204_NO_CONTENT)


class NothingHere(OpenView):
    """Every other address and method below /auth/."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """404, whatever is asked."""
        raise exceptions.NotFound(_("There is nothing at this address."))


def _pair(pair: tokens.Pair) -> Response:
    return Response({"access": pair.access, "refresh": pair.refresh})
