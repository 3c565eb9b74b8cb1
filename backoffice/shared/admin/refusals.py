"""The sentence a person sees when something was refused or went wrong."""

import logging
import uuid

from django.db import OperationalError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..errors import DomainError
from ..room import NO_ROOM, is_no_room

logger = logging.getLogger(__name__)

BUSY = gettext_lazy("Somebody else is working on this right now. Try again in a moment.")


def refusal(error: Exception) -> str:
    """The sentence a person sees for an error of a service; what can't be explained is logged with an id."""
    if isinstance(error, DomainError):
        return str(error)
    if is_no_room(error):
        logger.error("no room: %s", error)
        return str(NO_ROOM)
    if isinstance(error, OperationalError):
        logger.warning("busy: %s", error)
        return str(BUSY)
    number = uuid.uuid4().hex[:8]
    logger.exception("unexpected error %s", number, exc_info=error)
    return _("Something went wrong that we can't explain here. Tell the office this number: %(id)s") % {"id": number}
