"""What people call what they keep."""

from django.utils.translation import gettext_lazy as _

from backoffice.shared.errors import DomainError
from backoffice.shared.text import clean

from ..models.saved_view import NAME_AT_MOST


def cleaned_name(typed: str) -> str:
    """A name of one line without what can't be seen. Raises DomainError `name_missing`, `name_too_long`."""
    name = clean(typed)
    if not name:
        raise DomainError("name_missing", _("Give it a name."), field="name")
    if len(name) > NAME_AT_MOST:
        sentence = _("This name is too long: at most %(most)s letters.")
        raise DomainError("name_too_long", sentence % {"most": NAME_AT_MOST}, field="name")
    return name
