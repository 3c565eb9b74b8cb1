"""What an editor hands in is a picture or a document and nothing else: the rest is refused, or left behind."""

import io
import struct
import zipfile
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image
from wagtail.models import Collection, CollectionViewRestriction
from wagtail.models import UploadedFile as Waiting

from backoffice.users.tests.makers import make_staff
from cms.models import SiteDocument, SitePicture

from .makers import make_picture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]
SCRIPT = b"<script>alert(document.cookie)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'


@pytest.fixture
def editor(client):
    client.force_login(make_staff("Marketing", "Editors"))
    return client


def drawn(kind="JPEG", size=(40, 30), **how):
    out = io.BytesIO()
    Image.new("RGB", size, "#0f7764").save(out, kind, **how)
    return out.getvalue()


def with_place():
    """A JPEG as a telephone makes it: where it was taken, and a script in its comment and description."""
    exif = Image.Exif()
    exif[0x010E] = SCRIPT.decode()
    exif.get_ifd(0x8825)[2] = (30.0, 36.0, 0.0)
    return drawn(exif=exif, comment=SCRIPT)


def bomb(side=20_000):
    """A PNG of some kilobytes that unpacks to more than a gigabyte."""

    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 100_000)) + chunk(b"IEND", b"")


def office(*names):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for name in names:
            packed.writestr(name, "<x/>")
    return out.getvalue()


WORD = office("[Content_Types].xml", "word/document.xml")
NO_PICTURES = {
    "an SVG": ("a.svg", SVG, "image/svg+xml"),
    "an SVG under another name": ("a.png", SVG, "image/png"),
    "a GIF with a script": ("a.gif", b"GIF89a/*" + SCRIPT, "image/gif"),
    "a GIF under another name": ("a.jpg", b"GIF89a" + struct.pack("<HH", 1, 1) + b"\0\0\0;" + SCRIPT, "image/jpeg"),
    "a page": ("a.jpg", b"<!doctype html>" + SCRIPT, "image/jpeg"),
    "a page behind two bytes of a JPEG": ("a.jpg", b"\xff\xd8\xff\xe0" + SCRIPT, "image/jpeg"),
    "a bomb": ("a.png", bomb(), "image/png"),
    "a PNG called JPEG": ("a.jpg", drawn("PNG"), "image/jpeg"),
    "a JPEG called a page": ("a.jpg.html", drawn(), "image/jpeg"),
    "a JPEG called PHP": ("a.php", drawn(), "image/jpeg"),
    "nothing": ("a.jpg", b"", "image/jpeg"),
    "half a picture": ("a.png", drawn("PNG", size=(400, 400))[:60], "image/png"),
}
NO_DOCUMENTS = {
    "an SVG": ("a.svg", SVG),
    "a page": ("a.html", SCRIPT),
    "a page called PDF": ("a.pdf", b"<!doctype html>" + SCRIPT),
    "a page before a PDF": ("a.pdf", SCRIPT + b"%PDF-1.7"),
    "a script": ("a.js", b"alert(1)"),
    "a program": ("a.pdf.exe", b"MZ"),
    "a picture with a script": ("a.jpg", with_place()),
    "an archive": ("a.zip", WORD),
    "an archive called Word": ("a.docx", office("x.html")),
    "macros": ("a.docx", office("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin")),
    "macros by name": ("a.docm", WORD),
    "a sheet called Word": ("a.docx", office("[Content_Types].xml", "xl/workbook.xml")),
    "a broken archive": ("a.docx", b"PK\x03\x04" + b"\0" * 40),
}


def hand_in(client, door, name, data, kind, **more):
    file = SimpleUploadedFile(name, data, kind)
    if door == "single":
        fields = {"title": "صورة", "file": file, "description": "شكل", "collection": "1"}
        return client.post(reverse("wagtailimages:add"), fields | more)
    if door == "many":
        return client.post(
            reverse("wagtailimages:add_multiple"), {"title": "صورة", "files[]": file, "collection": "1"} | more
        )
    fields = {"image-chooser-upload-title": "صورة", "image-chooser-upload-file": file}
    fields |= {"image-chooser-upload-description": "شكل", "image-chooser-upload-collection": "1"}
    return client.post(reverse("wagtailimages_chooser:create"), fields)


@pytest.mark.parametrize("door", ["single", "many", "chooser"])
def test_no_door_takes_what_is_no_picture_and_each_says_so_in_arabic(editor, door):
    for what, (name, data, kind) in NO_PICTURES.items():
        response = hand_in(editor, door, name, data, kind)
        assert response.status_code == 200, what
        if door == "single":
            said = str(response.context["form"].errors["file"])
        else:
            answer = response.json()
            said = answer.get("error_message") or answer["htmlFragment"].partition("error-message")[2]
        assert any("\u0600" <= letter <= "\u06ff" for letter in said), what
        assert not SitePicture.objects.exists(), what
        assert not Waiting.objects.exists(), what


@pytest.mark.parametrize("door", ["single", "many", "chooser"])
def test_what_was_hidden_in_a_picture_stays_behind(editor, door):
    hand_in(editor, door, "IMG_0001.php.jpg", with_place() + SCRIPT, "image/jpeg")
    picture = SitePicture.objects.get() if door != "many" else _uploaded()
    with picture.file.open("rb") as stored:
        data = stored.read()
    assert b"script" not in data
    with Image.open(io.BytesIO(data)) as image:
        assert not image.getexif()
        assert "comment" not in image.info
        assert image.format == "JPEG"
    assert picture.file.name.endswith(".jpg")
    assert picture.file.name.count(".") == 1
    assert (picture.width, picture.height) == (40, 30)


def _uploaded():
    """A picture without its words waits among the uploads; with them it is one of the site's."""
    found = Waiting.objects.get()
    with Image.open(found.file) as image:
        found.width, found.height = image.size
    return found


def test_a_picture_that_waited_for_its_words_becomes_the_drawn_one(editor):
    hand_in(editor, "many", "IMG_0001.jpg", with_place() + SCRIPT, "image/jpeg")
    waiting = Waiting.objects.get()
    address = reverse("wagtailimages:create_multiple_from_uploaded_image", args=[waiting.pk])
    words = {"title": "صورة", "description": "شكل", "collection": "1"}
    asked = {f"uploaded-image-{waiting.pk}-{name}": value for name, value in words.items()}
    assert editor.post(address, asked).json()["success"]
    with SitePicture.objects.get().file.open("rb") as stored:
        assert b"script" not in stored.read()


def test_another_file_in_a_pictures_place_is_looked_at_too_and_new_words_leave_it(editor):
    picture = make_picture()
    address = reverse("wagtailimages:edit", args=[picture.pk])
    fields = {"title": "صورة", "description": "شكل", "collection": "1"}
    before = picture.file.name
    assert editor.post(address, fields | {"file": SimpleUploadedFile("a.svg", SVG, "image/svg+xml")}).status_code == 200
    assert editor.post(address, fields).status_code == 302
    picture.refresh_from_db()
    assert picture.file.name == before
    assert (
        editor.post(address, fields | {"file": SimpleUploadedFile("b.jpg", with_place(), "image/jpeg")}).status_code
        == 302
    )
    picture.refresh_from_db()
    with picture.file.open("rb") as stored:
        assert b"script" not in stored.read()


def test_what_is_no_document_is_refused_in_arabic(editor):
    for what, (name, data) in NO_DOCUMENTS.items():
        fields = {"title": "ملف", "collection": "1", "file": SimpleUploadedFile(name, data)}
        response = editor.post(reverse("wagtaildocs:add"), fields)
        many = {"title": "ملف", "collection": "1", "files[]": SimpleUploadedFile(name, data)}
        other = editor.post(reverse("wagtaildocs:add_multiple"), many)
        assert response.status_code == other.status_code == 200, what
        for said in (str(response.context["form"].errors["file"]), other.json()["error_message"]):
            assert any("\u0600" <= letter <= "\u06ff" for letter in said), what
        assert not SiteDocument.objects.exists(), what


@pytest.mark.parametrize(("name", "data"), [("برنامج رمضان.php.pdf", b"%PDF-1.7 ..."), ("a.docx", WORD)])
def test_a_document_is_taken_home_and_runs_nothing(editor, client, name, data):
    fields = {"title": "برنامج", "collection": "1", "file": SimpleUploadedFile(name, data)}
    assert editor.post(reverse("wagtaildocs:add"), fields).status_code == 302
    document = SiteDocument.objects.get()
    assert document.filename.count(".") == 1
    client.logout()
    response = client.get(document.url)
    assert response.status_code == 200
    assert b"".join(response.streaming_content) == data
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"


@pytest.mark.parametrize("kind", ["login", "groups", "password"])
def test_a_private_collections_document_is_had_by_no_address(client, kind):
    shelf = Collection.get_first_root_node().add_child(name="للعاملين")
    below = shelf.add_child(name="أدناه")
    CollectionViewRestriction.objects.create(collection=shelf, restriction_type=kind, password="x")
    file = SimpleUploadedFile("leaflet.pdf", b"%PDF-1.7 secret")
    document = SiteDocument.objects.create(title="سر", collection=below, file=file)
    for address in (document.url, f"/media/{document.file.name}", f"/media/documents/{document.filename}"):
        response = client.get(address)
        assert response.status_code in (200, 302, 404)
        assert b"secret" not in b"".join(response)
    with pytest.raises(NotImplementedError):
        _address = document.file.url
