"""Shapes of the account endpoints."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from djoser.serializers import PasswordRetypeSerializer, SetPasswordRetypeSerializer, UserDeleteSerializer
from rest_framework import serializers

from backoffice.users.models import Gender, IdentityType, Role
from backoffice.users.passwords import check_new_password

from ..serializers import PasswordField, PhoneField, StrictMixin, StrictSerializer
from .passwords import is_own_password

# The longest a code may be typed, with spaces between its digits.
_LONGEST_CODE = 32


class PersonSerializer(StrictSerializer):
    """What a person says of themselves."""

    first_name = serializers.CharField(max_length=80)
    last_name = serializers.CharField(max_length=80)
    dob = serializers.DateField()
    gender = serializers.ChoiceField(choices=Gender.choices)
    phone_number2 = PhoneField(required=False, allow_blank=True)
    email = serializers.EmailField(required=False, allow_null=True, max_length=254)
    identity_type = serializers.ChoiceField(choices=IdentityType.choices, required=False, allow_blank=True)
    identity_number = serializers.CharField(required=False, allow_blank=True, max_length=40)
    address = serializers.CharField(required=False, allow_blank=True, max_length=250)
    location = serializers.URLField(required=False, allow_blank=True, max_length=200)


class RegistrationSerializer(PersonSerializer):
    """Somebody new."""

    phone_number1 = PhoneField()
    password = PasswordField()
    re_password = PasswordField()
    role = serializers.ChoiceField(choices=[Role.PARENT, Role.STUDENT], default=Role.PARENT)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Both passwords the same, and no weak one."""
        if attrs.pop("re_password") != attrs["password"]:
            raise serializers.ValidationError(_("The two passwords are not the same."), code="password_mismatch")
        try:
            check_new_password(**attrs)
        except ValidationError as error:
            raise serializers.ValidationError({"password": error.messages}) from error
        return attrs


class MeSerializer(PersonSerializer):
    """One's own profile."""

    id = serializers.UUIDField(read_only=True)
    phone_number1 = serializers.CharField(read_only=True)
    role = serializers.ChoiceField(choices=Role.choices, read_only=True)
    is_verified = serializers.BooleanField(read_only=True)
    date_joined = serializers.DateTimeField(read_only=True)

    def refused(self, data: Mapping[str, Any]) -> dict[str, list[Any]]:
        """A PUT may send back what it was given; a PATCH names what is to change."""
        refused = super().refused(data)
        if self.partial or not self.instance:
            return refused
        shown = self.to_representation(self.instance)
        return {name: faults for name, faults in refused.items() if name not in shown or shown[name] != data[name]}


class LoginSerializer(StrictSerializer):
    """A number in any spelling, and its password."""

    phone_number1 = serializers.CharField(max_length=64)
    password = PasswordField()


class RefreshSerializer(StrictSerializer):
    """A refresh token."""

    refresh = serializers.CharField(max_length=4096)


class VerifySerializer(StrictSerializer):
    """A token of either kind."""

    token = serializers.CharField(max_length=4096)


class CurrentPasswordMixin:
    """The current password, asked through the same door as a sign-in: wrong ones count, and lock the number."""

    def validate_current_password(self, value: str) -> str:
        """Refuse a wrong one."""
        if is_own_password(self.context["request"], value):  # type: ignore[attr-defined]
            return value
        raise serializers.ValidationError(_("This is not your current password."), code="invalid_password")


class PasswordFieldsMixin(serializers.Serializer[Any]):
    """djoser's fields, with a limit of length."""

    new_password = PasswordField()
    re_new_password = PasswordField()


class SetPasswordSerializer(CurrentPasswordMixin, StrictMixin, PasswordFieldsMixin, SetPasswordRetypeSerializer):
    """Another password, by somebody who knows the one they have."""

    current_password = PasswordField()


class ClaimSerializer(StrictMixin, PasswordFieldsMixin, PasswordRetypeSerializer):
    """The first password, or a forgotten one, by the centre's one-time code."""

    phone_number1 = serializers.CharField(max_length=64)
    code = serializers.CharField(max_length=_LONGEST_CODE)


class CloseAccountSerializer(CurrentPasswordMixin, StrictMixin, UserDeleteSerializer):
    """Leaving."""

    current_password = PasswordField()
