"""Handing letters to the mail server that the centre named; nothing else of the system writes letters."""

import enum
import logging
import smtplib
from typing import Any, Self

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

_log = logging.getLogger(__name__)


class OutOfOrder(Exception):
    """The server can't be reached, or takes nothing from us: another time, perhaps."""


class Handed(enum.Enum):
    """What the server said about a letter."""

    TAKEN = "taken"
    REFUSED = "refused"
    LATER = "later"


class MailServer:
    """A connection to the mail server. Raises OutOfOrder where there is none to be had, or it breaks."""

    def __init__(self) -> None:
        if settings.MAIL_SERVER is None:
            raise OutOfOrder("EMAIL_URL")
        self._connection: Any = get_connection(**settings.MAIL_SERVER)

    def __enter__(self) -> Self:
        try:
            self._connection.open()
        except (OSError, smtplib.SMTPException) as error:
            raise OutOfOrder(_said(error)) from error
        return self

    def __exit__(self, *_error: object) -> None:
        try:
            self._connection.close()
        except (OSError, smtplib.SMTPException):
            _log.warning("the mail server went away before the end", exc_info=True)

    def hand_over(self, message: EmailMessage) -> Handed:
        """Hand one letter over; what the server refuses for good, or for now, is about this letter alone."""
        message.connection = self._connection
        try:
            message.send()
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _words in error.recipients.values()]
            return _refused(max(codes, default=550), error)
        except smtplib.SMTPDataError as error:
            return _refused(error.smtp_code, error)
        except (OSError, smtplib.SMTPException) as error:
            raise OutOfOrder(_said(error)) from error
        except ValueError as error:
            # An address or a heading that no letter can have, such as one with a line break.
            return _refused(550, error)
        return Handed.TAKEN


def _refused(code: int, error: Exception) -> Handed:
    _log.warning("the mail server refused a letter: %s", _said(error))
    return Handed.REFUSED if code >= 500 else Handed.LATER


def _said(error: Exception) -> str:
    """What a person can be shown of a server's answer: its code and kind, no names and no addresses."""
    code = getattr(error, "smtp_code", None)
    return f"{type(error).__name__}{f' {code}' if code else ''}"
