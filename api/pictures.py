"""Pictures that the apps send: by the one rule of pictures, which says at the field what is wrong."""

from typing import Any

from rest_framework import serializers

from backoffice.shared.errors import DomainError
from backoffice.shared.pictures import Picture, redraw


class PictureField(serializers.FileField):
    """A picture in a form (`multipart/form-data`), drawn anew; the view takes `MultiPartParser` beside JSON."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(write_only=True, max_length=200, allow_empty_file=False, use_url=False, **kwargs)

    def to_internal_value(self, data: Any) -> Picture:
        """The picture as it will be kept."""
        handed_in = super().to_internal_value(data)
        try:
            return redraw(handed_in)
        except DomainError as error:
            raise serializers.ValidationError(str(error), code=error.code) from error
