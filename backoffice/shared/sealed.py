"""Text that the database keeps unreadable: sealed under a key that is not in it, and found by a keyed hash.

The keys are `settings.SEALING_KEYS`: the first seals and hashes, every one is believed, so a key can be changed while
the centre works (docs/authentication.md says how). What no key opens stays as it is and is shown as dots.
"""

import base64
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final, cast

from django.conf import settings
from django.db import models

if TYPE_CHECKING:
    # Loaded with the first sealed number: a process that meets none goes without it.
    from cryptography.fernet import MultiFernet

_HIDDEN: Final = "••••"


@dataclass(frozen=True, slots=True)
class Resealed:
    """How many things are under the newest key now, and how many no key opens."""

    sealed: int
    unreadable: int


class Unreadable(str):
    """What none of the keys opens: shown as dots, and written back as it was."""

    __slots__ = ("token",)
    token: str

    @classmethod
    def of(cls, token: str) -> "Unreadable":
        """The dots that stand for a token."""
        shown = cls(_HIDDEN)
        shown.token = token
        return shown


def seal(text: str) -> str:
    """The text under the newest key, each time another token; nothing stays nothing."""
    if isinstance(text, Unreadable):
        return text.token
    return box().encrypt(text.encode()).decode() if text else ""


def unseal(token: str) -> str:
    """The text of a token; `Unreadable` where no key opens it."""
    if not token:
        return ""
    from cryptography.fernet import InvalidToken

    try:
        return box().decrypt(token.encode()).decode()
    except InvalidToken:
        return Unreadable.of(token)


def keyed_hash(*parts: str) -> str:
    """What rows are found by, under the newest key: 64 hexadecimal digits. Nobody without the key can try numbers."""
    return _hashed(_keys()[0], parts)


def keyed_hashes(*parts: str) -> list[str]:
    """The same under every key, the newest first: what was written before a key was changed is found, too."""
    return [_hashed(key, parts) for key in _keys()]


class SealedCharField(models.CharField[str, str]):
    """Short text that is kept sealed; `max_length` is that of the text. It can't be searched: see `keyed_hash`."""

    def get_internal_type(self) -> str:
        """A token has no length that a column should hold."""
        return "TextField"

    def get_lookup(self, lookup_name: str) -> Any:
        """None: a comparison with a token would find nothing and look as if there was nothing."""
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        """As the program has it."""
        return None if value is None else unseal(value)

    def save_form_data(self, instance: models.Model, data: Any) -> None:
        """Dots that come back from a form change nothing."""
        kept = getattr(instance, self.attname)
        if not (isinstance(kept, Unreadable) and data == kept):
            super().save_form_data(instance, data)

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        """As the database keeps it."""
        return super().get_db_prep_save(value if value is None else seal(value), connection)


def box() -> "MultiFernet":
    """What seals and opens bytes: seals under the newest key, opens under every one."""
    return _box_of(tuple(_keys()))


def _keys() -> Sequence[str]:
    return cast(Sequence[str], settings.SEALING_KEYS)


@cache
def _box_of(keys: tuple[str, ...]) -> "MultiFernet":
    from cryptography.fernet import Fernet, MultiFernet

    return MultiFernet([Fernet(base64.urlsafe_b64encode(_made_from(key, "sealing"))) for key in keys])


@cache
def _made_from(key: str, purpose: str) -> bytes:
    """A key for one purpose, from which neither the other nor the first can be had."""
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(algorithm=SHA256(), length=32, salt=None, info=f"redwan {purpose}".encode()).derive(key.encode())


def _hashed(key: str, parts: Sequence[str]) -> str:
    return hmac.new(_made_from(key, "finding"), "\x1f".join(parts).encode(), "sha256").hexdigest()
