"""What kinds of files the front hands out, for a machine without nginx's own list too."""

from typing import Final

_KINDS: Final = {
    "text/html": "html",
    "text/css": "css",
    "text/javascript": "js mjs",
    "application/json": "json map",
    "application/manifest+json": "webmanifest",
    "image/svg+xml": "svg",
    "image/png": "png",
    "image/jpeg": "jpg jpeg",
    "image/webp": "webp",
    "image/avif": "avif",
    "image/gif": "gif",
    "image/x-icon": "ico",
    "font/woff2": "woff2",
    "font/woff": "woff",
    "font/ttf": "ttf",
    "application/pdf": "pdf",
    "text/plain": "txt",
}
MIME_TYPES: Final = "types {\n" + "".join(f"    {kind} {endings};\n" for kind, endings in _KINDS.items()) + "}\n"
