"""Unfold's stylesheet, rewritten so that one file is right in both directions.

Unfold names sides by left and right in hundreds of utilities; an Arabic page needs start and end. The rewritten
sheet lies under the same name in `backoffice/static`, which the static files' finders ask first.
"""

import hashlib
import re
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand

LOGICAL = {
    "left": "inset-inline-start",
    "right": "inset-inline-end",
    "border-top-left-radius": "border-start-start-radius",
    "border-top-right-radius": "border-start-end-radius",
    "border-bottom-left-radius": "border-end-start-radius",
    "border-bottom-right-radius": "border-end-end-radius",
}
SIDES = {"left": "start", "right": "end"}
BLOCK = re.compile(r"(?P<selector>[^{}]*)\{(?P<body>[^{}]*)\}")
DECLARATION = re.compile(r"(?P<before>^|;)(?P<property>[a-z-]+):(?P<value>[^;]*)")
SIDED = re.compile(
    r"(?P<box>margin|padding|border|scroll-margin|scroll-padding)-(?P<side>left|right)(?P<rest>-(?:width|style|color))?"
)


def unfold_stylesheet() -> Path:
    """Where the installed Unfold keeps its own stylesheet."""
    return Path(apps.get_app_config("unfold").path) / "static/unfold/css/styles.css"


def mirrored_stylesheet() -> Path:
    """Where ours lies, under the same name."""
    return Path(settings.STATICFILES_DIRS[0]) / "unfold/css/styles.css"


def fingerprint(source: str) -> str:
    """The first line of our stylesheet: which source it was made from."""
    digest = hashlib.sha256(source.encode()).hexdigest()
    return f"/* Made by manage.py mirror_unfold_styles from Unfold's styles.css, sha256 {digest} */"


def mirror(source: str) -> str:
    """The stylesheet with start and end in place of left and right."""
    return f"{fingerprint(source)}\n{BLOCK.sub(_mirror_block, source)}"


def _mirror_block(block: re.Match[str]) -> str:
    # Rules for right-to-left alone already say what they mean on the page's real sides.
    if "rtl" in block["selector"]:
        return block[0]
    body = DECLARATION.sub(_mirror_declaration, block["body"])
    # An icon's ligature reads the same either way, but a direction of its own would keep its margins where they were.
    if "Material Symbols" in body:
        body = body.replace("direction:ltr", "direction:inherit")
    return f"{block['selector']}{{{body}}}"


def _mirror_declaration(declaration: re.Match[str]) -> str:
    name, value = declaration["property"], declaration["value"]
    # Half-way from a side goes with a translation by half the width, which knows no direction.
    if name in SIDES and value.startswith("50%"):
        return declaration[0]
    if name in {"text-align", "float"}:
        word = value.removesuffix("!important").strip()
        value = value.replace(word, _logical_word(name, word))
    elif sided := SIDED.fullmatch(name):
        name = f"{sided['box']}-inline-{SIDES[sided['side']]}{sided['rest'] or ''}"
    else:
        name = LOGICAL.get(name, name)
    return f"{declaration['before']}{name}:{value}"


def _logical_word(name: str, word: str) -> str:
    side = SIDES.get(word)
    if side is None:
        return word
    return side if name == "text-align" else f"inline-{side}"


class Command(BaseCommand):
    help = "Rewrite Unfold's stylesheet for both directions; run it after every upgrade of django-unfold."

    def handle(self, *args: str, **options: object) -> None:
        target = mirrored_stylesheet()
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(mirror(unfold_stylesheet().read_text()))
        self.stdout.write(self.style.SUCCESS(f"Wrote {target}"))
