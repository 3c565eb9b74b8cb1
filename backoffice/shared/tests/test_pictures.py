"""Pictures that people hand in: what is refused, and what is left of what is kept."""

import io
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from backoffice.shared.errors import DomainError
from backoffice.shared.pictures import LONGEST_SIDE, Picture, redraw
from backoffice.shared.tests.picture_makers import HOSTILE, SCRIPT, encoded, plain, telephones_jpeg


def handed_in(data, name="photo.png", kind="image/png"):
    return SimpleUploadedFile(name, data, kind)


def kept(data, name="photo.png", kind="image/png"):
    picture = redraw(handed_in(data, name, kind))
    image = Image.open(io.BytesIO(picture.read()))
    image.load()
    return image


@pytest.mark.parametrize("hostile", HOSTILE, ids=lambda one: one.__name__)
def test_a_hostile_file_is_refused_for_what_is_wrong_with_it(hostile):
    name, data, kind, code = hostile()
    with pytest.raises(DomainError) as caught:
        redraw(handed_in(data, name, kind))
    assert caught.value.code == code


def test_a_telephones_picture_stands_upright_without_its_place_its_owner_or_its_text():
    picture = redraw(handed_in(telephones_jpeg(), "IMG_منزل.JPG", "image/jpeg"))
    data = picture.read()
    image = Image.open(io.BytesIO(data))
    assert image.size == (40, 60)
    assert dict(image.getexif()) == {}
    assert "exif" not in image.info
    assert "comment" not in image.info
    for said in (b"Exif", b"Mona", b"GPS", b"Telephone"):
        assert said not in data
    # Red was on the left; turned by a quarter it is above.
    assert image.getpixel((20, 5))[1] < 80
    assert image.getpixel((20, 55))[1] > 200
    assert len(picture.name) == len("0" * 32 + ".jpg")


@pytest.mark.parametrize("tail", ["script", "zip", "php"])
def test_what_hides_behind_a_picture_is_left_behind(tail):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as inside:
        inside.writestr("secret.txt", "hidden")
    hidden = {"script": SCRIPT, "zip": archive.getvalue(), "php": b"<?php system($_GET[0]); ?>"}[tail]
    data = redraw(handed_in(plain("JPEG") + hidden, "photo.jpg", "image/jpeg")).read()
    assert data.startswith(b"\xff\xd8\xff")
    assert hidden[:8] not in data
    assert not zipfile.is_zipfile(io.BytesIO(data))


def test_a_script_in_the_pictures_own_text_is_left_behind():
    from PIL import PngImagePlugin

    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", SCRIPT.decode())
    for data, name in (
        (encoded(Image.new("RGB", (9, 9)), "PNG", pnginfo=text), "a.png"),
        (encoded(Image.new("RGB", (9, 9)), "JPEG", comment=SCRIPT), "a.jpg"),
    ):
        assert b"script" not in redraw(handed_in(data, name, "")).read()


@pytest.mark.parametrize("kind", ["WEBP", "PNG"])
def test_of_a_moving_picture_the_first_moment_is_kept(kind):
    first, second = Image.new("RGB", (30, 30), "red"), Image.new("RGB", (30, 30), "blue")
    data = encoded(first, kind, save_all=True, append_images=[second], duration=100, lossless=True)
    image = kept(data, f"a.{kind.lower()}", f"image/{kind.lower()}")
    assert getattr(image, "n_frames", 1) == 1
    red, green, blue = image.getpixel((15, 15))
    assert red > 200
    assert max(green, blue) < 60


@pytest.mark.parametrize(
    ("kind", "mode"),
    [("JPEG", "CMYK"), ("JPEG", "L"), ("PNG", "P"), ("PNG", "1"), ("PNG", "I;16"), ("PNG", "LA"), ("PNG", "RGBA")],
)
def test_every_mode_becomes_plain_colour(kind, mode):
    image = kept(plain(kind, mode), f"a.{kind.lower()}", f"image/{kind.lower()}")
    assert (image.format, image.mode, image.size) == ("JPEG", "RGB", (60, 40))


def test_what_is_see_through_lies_on_white():
    image = kept(encoded(Image.new("RGBA", (20, 20), (255, 0, 0, 0)), "PNG"))
    assert min(image.getpixel((10, 10))) > 250


def test_a_large_picture_becomes_one_that_a_page_can_bear():
    image = kept(plain("JPEG", "RGB", (5000, 2500)), "a.jpeg", "image/jpeg")
    assert image.size == (LONGEST_SIDE, LONGEST_SIDE // 2)


def test_a_picture_that_was_drawn_is_not_drawn_again():
    picture = redraw(handed_in(plain("PNG")))
    assert isinstance(picture, Picture)
    assert redraw(picture) is picture


@pytest.mark.parametrize("name", ["photo", "PHOTO.PNG"])
@pytest.mark.parametrize("kind", ["image/png", "application/octet-stream", ""])
def test_a_name_without_an_ending_and_a_type_that_says_nothing_contradict_nothing(name, kind):
    assert redraw(handed_in(plain("PNG"), name, kind)).name.endswith(".jpg")


def test_pillow_is_not_loaded_before_somebody_hands_in_a_picture():
    ask = """
import sys
from django.conf import settings
settings.DEBUG
import backoffice.shared.pictures, backoffice.shared.files
print("PIL._imaging" in sys.modules)
"""
    environment = {"DJANGO_SETTINGS_MODULE": "backoffice.config.settings_test", "PATH": "/usr/bin:/bin"}
    root = Path(__file__).parents[3]
    answer = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, env=environment, cwd=root)
    assert answer.stdout.strip() == "False", answer.stderr
