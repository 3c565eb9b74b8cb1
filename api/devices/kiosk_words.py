"""What the tablet at the door says while it runs: rendered into its page, to be there without a connection too."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

type Words = dict[str, str]


def words() -> dict[str, Words]:
    """Everything the page's scripts say, in the language of whoever asks; {count} is filled in there."""
    return {"results": _results(), "hints": _hints(), "links": _links(), "camera": _camera(), "device": _device()}


def _results() -> Words:
    """What became of a reading: the outcomes of the contract, and what the tablet itself can say."""
    return {
        "check_in": _("You are checked in"),
        "check_out": _("You are checked out"),
        "re_entry": _("Welcome back"),
        "present": _("Marked present"),
        "repeat": _("Read a moment ago"),
        "duplicate": _("Received before"),
        # What a newer server may say that this page hasn't heard of.
        "received": _("Received"),
        "unknown_code": _("Unknown card"),
        "outside_window": _("Outside the hours"),
        "sending": _("Being sent…"),
        "queued": pgettext("a reading", "Queued"),
        "refused": _("Not accepted"),
        "not_kept": _("This reading was not kept"),
    }


def _hints() -> Words:
    return {
        "check_in": _("Have a good day."),
        "check_out": _("See you soon."),
        "re_entry": _("You are inside again."),
        "present": _("Your attendance is written down."),
        "repeat": _("Once is enough."),
        "duplicate": _("It counted the first time."),
        "received": "",
        "unknown_code": _("Please ask at the desk."),
        "outside_window": _("Please ask at the desk."),
        "sending": "",
        "queued": _("Kept on this tablet; it is sent when the connection is back."),
        "refused": _("It is kept in the list of refused readings."),
        "not_kept": _("Please tell a member of staff now."),
    }


def _links() -> Words:
    """How the tablet and the centre stand to each other."""
    return {
        "unknown": _("Connecting…"),
        "online": pgettext("a tablet", "Connected"),
        "away": _("No connection"),
        "dismissed": _("Key refused"),
        "waiting": _("Queued: {count}"),
        "refused": _("Refused: {count}"),
    }


def _camera() -> Words:
    return {
        "on": _("Turn the camera on"),
        "off": _("Turn the camera off"),
        "ready": _("Hold your card in front of the camera, or at the reader"),
        "without": _("Hold your card at the reader"),
        "denied": _(
            "This browser doesn't let the page use the camera. Allow it in the address bar, then turn it on again."
        ),
        "none": _("No camera was found. A card reader works without it."),
    }


def _device() -> Words:
    return {
        "wrong": _("The centre doesn't know this device or key. Ask a manager for a new key."),
        "away": _("The centre can't be reached now. Check the network and try again."),
        "incomplete": _("That isn't a device's line. It is long, and has a colon in it."),
        "keeps": _("{count} readings wait on this tablet. They stay here, and are sent as soon as it signs in again."),
        "sure": _("Remove for good?"),
    }
