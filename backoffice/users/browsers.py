"""What kind of device a browser runs on, in words, as far as it says so itself."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

# The first that is found: many call themselves by others' names as well.
_BROWSERS: Final[tuple[tuple[str, Promise], ...]] = (
    ("Edg", gettext_lazy("Edge")),
    ("SamsungBrowser", gettext_lazy("Samsung's browser")),
    ("OPR/", gettext_lazy("Opera")),
    ("Firefox/", gettext_lazy("Firefox")),
    ("FxiOS/", gettext_lazy("Firefox")),
    ("Chrome/", gettext_lazy("Chrome")),
    ("CriOS/", gettext_lazy("Chrome")),
    ("Safari/", gettext_lazy("Safari")),
)
_DEVICES: Final[tuple[tuple[str, Promise], ...]] = (
    ("iPhone", gettext_lazy("an iPhone")),
    ("iPad", gettext_lazy("an iPad")),
    ("Windows", gettext_lazy("a Windows computer")),
    ("CrOS", gettext_lazy("a Chromebook")),
    ("Macintosh", gettext_lazy("a Mac")),
    ("Linux", gettext_lazy("a Linux computer")),
)
PHONE, TABLET, COMPUTER = "smartphone", "tablet", "computer"


def device_in_words(agent: str) -> str:
    """“Chrome on a Windows computer”, of what the browser's User-Agent says."""
    browser, device = _first(_BROWSERS, agent), _device(agent)
    if browser is None or device is None:
        return str(device or browser or _("An unknown device"))
    return _("%(browser)s on %(device)s") % {"browser": browser, "device": device}


def icon_of(agent: str) -> str:
    """The icon's name for the kind of device."""
    if "iPad" in agent or ("Android" in agent and "Mobile" not in agent):
        return TABLET
    return PHONE if "Mobile" in agent else COMPUTER


def _device(agent: str) -> Promise | str | None:
    if "Android" in agent:
        return _("an Android telephone") if "Mobile" in agent else _("an Android tablet")
    return _first(_DEVICES, agent)


def _first(words: tuple[tuple[str, Promise], ...], agent: str) -> Promise | None:
    return next((word for name, word in words if name in agent), None)
