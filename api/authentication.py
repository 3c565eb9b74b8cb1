"""Who asks, by the token in the header."""

from typing import Any

from rest_framework_simplejwt.authentication import JWTAuthentication
from rest_framework_simplejwt.exceptions import InvalidToken, TokenError

from backoffice.users.models import CustomUser

from . import tokens


class TokenAuthentication(JWTAuthentication):
    """`Authorization: JWT <access>` (or `Bearer`); the token's family must still live."""

    def get_validated_token(self, raw_token: bytes) -> Any:
        """The access token, its signature and age checked."""
        try:
            return tokens.AccessToken(raw_token)  # type: ignore[arg-type]
        except (TokenError, InvalidToken) as error:
            raise tokens.TokenRefused from error

    def get_user(self, validated_token: Any) -> CustomUser:  # type: ignore[override]
        """Whose it is, unless it died in the meantime."""
        return tokens.holder(validated_token)
