"""The pages that nginx shows by itself: too much was sent, the application is away, there is no room to take it in.

They are written when static files are collected, for then the application is there to render and translate them.
"""

import json
from pathlib import Path
from typing import Final

from django.conf import settings
from django.template.loader import get_template
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .room import NO_ROOM

#: The folder beside the static files; `workers/server/nginx.conf` names it, and the files in it.
FOLDER: Final = "front"

# To the apps, which show one sentence: the code and the words of each status.
_TO_APPS: Final[dict[int, tuple[str, str | Promise]]] = {
    413: ("too_large", _("What was sent is larger than the centre takes in. Nothing was saved.")),
    503: ("busy", _("The centre can't be reached right now. Try again in half a minute.")),
    507: ("no_room", NO_ROOM),
}


def write_front_pages() -> None:
    """Write each page in each language, for people and for apps, below STATIC_ROOT; what is there is replaced."""
    folder = Path(settings.STATIC_ROOT) / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            for status, (code, words) in _TO_APPS.items():
                answer = json.dumps({"detail": str(words), "code": code}, ensure_ascii=False)
                _replace(folder / f"{status}.{language}.json", answer)
                _replace(folder / f"{status}.{language}.html", get_template(f"{status}.html").render())


def _replace(path: Path, text: str) -> None:
    """In one step: it may be shown at this moment."""
    new = path.with_name(f".{path.name}")
    new.write_text(text, encoding="utf-8")
    new.replace(path)
