"""What the account endpoints promise."""

from typing import Any, Final

from rest_framework import serializers as rest

from backoffice.users.models import Gender, IdentityType, Role

from ..contract import Operation, Tag
from . import serializers as shapes

ME: Final = {
    "id": "5f1f6a6e-7a51-4c4e-9d5a-0f4b9d6f8a11",
    "phone_number1": "+201001234567",
    "role": "parent",
    "is_verified": True,
    "date_joined": "2026-09-30T18:00:00+03:00",
    "first_name": "منى سعيد",
    "last_name": "علي حسن",
    "dob": "1990-05-17",
    "gender": "female",
    "phone_number2": "",
    "email": None,
    "identity_type": "",
    "identity_number": "",
    "address": "",
    "location": "",
}
_TOKENS: Final = {"access": "eyJhbGciOi…", "refresh": "eyJhbGciOi…"}


class AccountSerializer(rest.Serializer[Any]):
    """One's own account, as it stands: whom the centre entered may lack what a registration asks for."""

    id = rest.UUIDField()
    phone_number1 = rest.CharField()
    role = rest.ChoiceField(choices=Role.choices)
    is_verified = rest.BooleanField()
    date_joined = rest.DateTimeField()
    first_name = rest.CharField()
    last_name = rest.CharField(allow_blank=True)
    dob = rest.DateField(allow_null=True)
    gender = rest.ChoiceField(choices=Gender.choices, allow_blank=True)
    phone_number2 = rest.CharField(allow_blank=True)
    email = rest.EmailField(allow_null=True)
    identity_type = rest.ChoiceField(choices=IdentityType.choices, allow_blank=True)
    identity_number = rest.CharField(allow_blank=True)
    address = rest.CharField(allow_blank=True)
    location = rest.URLField(allow_blank=True)


class TokensSerializer(rest.Serializer[Any]):
    """Tokens of one sign-in: `access` lives 15 minutes, `refresh` 14 days and is good once."""

    access = rest.CharField()
    refresh = rest.CharField()


def _operation(id: str, summary: str, **more: Any) -> Operation:
    return Operation(id=id, tag=Tag.ACCOUNTS, summary=summary, **more)


REGISTER: Final = _operation(
    "register",
    "Make an account with its profile",
    body=shapes.RegistrationSerializer,
    answer=AccountSerializer,
    status=201,
    body_example={
        "phone_number1": "01001234567",
        "password": "palms-of-giza-42",
        "re_password": "palms-of-giza-42",
        "first_name": "منى سعيد",
        "last_name": "علي حسن",
        "dob": "1990-05-17",
        "gender": "female",
        "role": "parent",
    },
    example=ME,
)
SIGN_IN: Final = _operation(
    "signIn",
    "Tokens for a number and its password",
    body=shapes.LoginSerializer,
    answer=TokensSerializer,
    errors=(401,),
    codes=("wrong_number_or_password", "locked"),
    body_example={"phone_number1": "01001234567", "password": "palms-of-giza-42"},
    example=_TOKENS,
)
REFRESH: Final = _operation(
    "refreshTokens",
    "A new pair for a refresh token; the old one dies, and used twice the whole sign-in does",
    body=shapes.RefreshSerializer,
    answer=TokensSerializer,
    errors=(401,),
    codes=("token_not_valid",),
    body_example={"refresh": "eyJhbGciOi…"},
    example=_TOKENS,
)
VERIFY: Final = _operation(
    "verifyToken",
    "Whether a token would be taken now",
    body=shapes.VerifySerializer,
    answer={"type": "object", "additionalProperties": False},
    errors=(401,),
    codes=("token_not_valid",),
    body_example={"token": "eyJhbGciOi…"},
    example={},
)
SIGN_OUT: Final = _operation(
    "signOut",
    "End the sign-in that the refresh token belongs to",
    body=shapes.RefreshSerializer,
    status=204,
    errors=(401,),
    codes=("token_not_valid",),
    body_example={"refresh": "eyJhbGciOi…"},
)
GET_ME: Final = _operation("getMyAccount", "One's own account", answer=AccountSerializer, example=ME)
PATCH_ME: Final = _operation(
    "changeMyAccount",
    "Change what is named of one's own account",
    body=shapes.MeSerializer,
    answer=AccountSerializer,
    body_example={"address": "12 شارع النخيل، الجيزة"},
    example=ME,
)
PUT_ME: Final = _operation(
    "replaceMyAccount",
    "Change the whole of one's own account",
    body=shapes.MeSerializer,
    answer=AccountSerializer,
    example=ME,
)
CLOSE_ME: Final = _operation(
    "closeMyAccount",
    "Close one's own account; money and attendance stay",
    body=shapes.CloseAccountSerializer,
    status=204,
    errors=(403, 429),
    codes=("own_access", "locked"),
    body_example={"current_password": "palms-of-giza-42"},
)
SET_PASSWORD: Final = _operation(
    "setPassword",
    "Another password; every other sign-in ends",
    body=shapes.SetPasswordSerializer,
    status=204,
    codes=("locked",),
    body_example={
        "current_password": "palms-of-giza-42",
        "new_password": "palms-of-giza-99",
        "re_new_password": "palms-of-giza-99",
    },
)
CLAIM: Final = _operation(
    "claimAccount",
    "The first password, or a forgotten one, by the centre's one-time code",
    description="Any failure looks the same.",
    body=shapes.ClaimSerializer,
    status=204,
    codes=("claim_refused",),
    body_example={
        "phone_number1": "01001234567",
        "code": "12345678",
        "new_password": "palms-of-giza-99",
        "re_new_password": "palms-of-giza-99",
    },
)
