"""What a rule says when it refuses."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class DomainError(Exception):
    """A rule was not met: a stable code for programs, a sentence for people, and the field it belongs to.

    Doors translate it: the admin into a message or a field error, the API into `{"detail", "code"}`.
    """

    def __init__(self, code: str, message: "StrOrPromise", *, field: str | None = None, **params: Any) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message
        self.field = field
        self.params = params

    def __str__(self) -> str:
        return str(self.message)


class FaultyLines(DomainError):
    """Lines that were handed in together and refused together: nothing of them was written.

    `faults` names each faulty line by its place, from 0.
    """

    def __init__(self, faults: Mapping[int, DomainError]) -> None:
        super().__init__("faulty_lines", _("Some lines are wrong: nothing was written."))
        self.faults = dict(faults)
