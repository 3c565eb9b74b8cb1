"""A dialog that asks for the password as well, where its act needs it; whatever else was typed stays in it."""

from decimal import Decimal
from typing import Any, ClassVar

from backoffice.shared.admin import StaffDialog
from backoffice.shared.errors import DomainError

from ..fresh_password import Act, give_password, needs_password
from ..password_page import password_field


class FreshPasswordDialog(StaffDialog):
    """Its last field is the password, unless it was given a few minutes ago."""

    act: ClassVar[Act]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if needs_password(self.act, self.request, amount=self.amount()):
            self.fields["password"] = password_field()

    def amount(self) -> Decimal | None:
        """The amount that it is about, in EGP."""
        return None

    def clean(self) -> dict[str, Any]:
        """Take the password; once it was right, what else is wrong is said without asking for it again."""
        data = super().clean() or self.cleaned_data
        if password := data.pop("password", ""):
            try:
                give_password(self.request, password)
            except DomainError as error:
                self.add_error("password", str(error))
            else:
                del self.fields["password"]
        return data
