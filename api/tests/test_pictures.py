"""The apps' field for pictures: the one rule, said at the field."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.serializers import ValidationError

from api.pictures import PictureField
from backoffice.shared.pictures import Picture
from backoffice.shared.tests.picture_makers import HOSTILE, telephones_jpeg


def test_a_picture_arrives_drawn_anew():
    picture = PictureField().run_validation(SimpleUploadedFile("IMG_1.jpg", telephones_jpeg(), "image/jpeg"))
    assert isinstance(picture, Picture)
    assert b"Exif" not in picture.read()


@pytest.mark.parametrize("hostile", HOSTILE, ids=lambda one: one.__name__)
def test_a_hostile_file_is_refused_with_its_code(hostile):
    name, data, kind, code = hostile()
    with pytest.raises(ValidationError) as caught:
        PictureField().run_validation(SimpleUploadedFile(name, data, kind))
    assert caught.value.detail[0].code == code


@pytest.mark.parametrize("sent", ["text", None, "", {"a": 1}])
def test_what_is_no_file_is_refused(sent):
    with pytest.raises(ValidationError):
        PictureField().run_validation(sent)
