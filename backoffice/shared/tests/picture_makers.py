"""Files that people hand in as pictures, honest and hostile: `(name, bytes, content type, code of the refusal)`."""

import io
import struct
import zlib

from PIL import Image

from backoffice.shared.pictures import LARGEST_BYTES

SCRIPT = b"<script>alert(document.cookie)</script>"
ORIENTATION, GPS, MAKE = 0x0112, 0x8825, 0x010F


def encoded(image, kind, **options):
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def plain(kind="PNG", mode="RGB", size=(60, 40), **options):
    return encoded(Image.new(mode, size, "red" if mode == "RGB" else 0), kind, **options)


def telephones_jpeg(size=(60, 40)):
    """Taken upright in the centre: lies on its side, with the place, the telephone and a word of the owner's."""
    image = Image.new("RGB", size, "white")
    image.paste("red", (0, 0, size[0] // 2, size[1]))
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    exif[MAKE] = "Telephone of Mona"
    exif.get_ifd(GPS).update({1: "N", 2: (30.0, 2.0, 40.0), 3: "E", 4: (31.0, 14.0, 9.0)})
    return encoded(image, "JPEG", exif=exif, comment=b"home of Mona", quality=95)


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def bomb_png(width, height):
    """A small file that says it has so many pixels."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")


def renamed_exe():
    return "photo.jpg", b"MZ\x90\x00" + b"\0" * 500, "image/jpeg", "picture_kind"


def png_of_2500_megapixels():
    return "photo.png", bomb_png(50_000, 50_000), "image/png", "picture_too_many_pixels"


def png_of_13_megapixels():
    return "photo.png", bomb_png(13_000, 1000), "image/png", "picture_too_many_pixels"


def jpeg_of_26_megapixels():
    return "photo.jpg", plain("JPEG", "L", (6500, 4001)), "image/jpeg", "picture_too_many_pixels"


def truncated_jpeg():
    whole = encoded(Image.effect_noise((400, 400), 80), "JPEG")
    return "photo.jpg", whole[: len(whole) // 2], "image/jpeg", "picture_unreadable"


def truncated_png():
    whole = encoded(Image.effect_noise((400, 400), 80), "PNG")
    return "photo.png", whole[: len(whole) // 2], "image/png", "picture_unreadable"


def gif_with_script():
    return "photo.gif", plain("GIF", "L") + SCRIPT, "image/gif", "picture_kind"


def gif_called_png():
    return "photo.png", plain("GIF", "L"), "image/png", "picture_kind"


def svg():
    return "photo.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "image/svg+xml", "picture_kind"


def html_called_jpeg():
    return "photo.jpg", b"<!DOCTYPE html>" + SCRIPT, "image/jpeg", "picture_kind"


def pdf():
    return "scan.pdf", b"%PDF-1.7\n1 0 obj<<>>endobj", "application/pdf", "picture_kind"


def png_called_jpeg():
    return "photo.jpg", plain("PNG"), "image/jpeg", "picture_misnamed"


def png_called_html():
    return "photo.html", plain("PNG"), "image/png", "picture_misnamed"


def png_sent_as_html():
    return "photo.png", plain("PNG"), "text/html", "picture_misnamed"


def of_30_megabytes():
    return "photo.png", plain("PNG") + b"\0" * (30 * 2**20), "image/png", "picture_too_large"


def one_byte_too_large():
    data = plain("PNG")
    return "photo.png", data + b"\0" * (LARGEST_BYTES + 1 - len(data)), "image/png", "picture_too_large"


def text_bomb_png():
    """A comment of 200 MB in a file of 200 KB."""
    text = chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b"a" * (200 * 2**20), 9))
    whole = plain("PNG")
    return "photo.png", whole[:33] + text + whole[33:], "image/png", "picture_unreadable"


HOSTILE = [
    renamed_exe, png_of_2500_megapixels, png_of_13_megapixels, jpeg_of_26_megapixels, truncated_jpeg, truncated_png,
    gif_with_script, gif_called_png, svg, html_called_jpeg, pdf, png_called_jpeg, png_called_html, png_sent_as_html,
    of_30_megabytes, one_byte_too_large, text_bomb_png,
]  # fmt: skip
