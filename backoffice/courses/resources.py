"""Sheets of reference data: rooms, holidays, tags and seasons, in and out."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override
from import_export import resources
from import_export.fields import Field
from import_export.widgets import DateWidget, ForeignKeyWidget, Widget

from backoffice.shared import audit
from backoffice.shared.dates import parse_date
from backoffice.shared.errors import DomainError
from backoffice.shared.text import as_text, fold

from .models import Holiday, Room, Season, Tag


class DayWidget(DateWidget):
    """A day as people write it, day first."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        """The day. Raises ValueError with the sentence."""
        if not as_text(value):
            return None
        try:
            return parse_date(value)
        except DomainError as error:
            raise ValueError(str(error)) from error


class ChoiceWidget(Widget):
    """A choice by its word in either language, or by its code."""

    def __init__(self, choices: Any) -> None:
        super().__init__()
        self.choices = list(choices)

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        """The code. Raises ValueError for another word."""
        typed = fold(as_text(value))
        for code, label in self.choices:
            if typed in {fold(word) for word in (code, *_in_each_language(label))}:
                return str(code)
        raise ValueError(_("“%(typed)s” is not one of the kinds.") % {"typed": as_text(value)})

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        """The word."""
        return str(dict(self.choices).get(value, value))


class SeasonByName(ForeignKeyWidget):
    """A season by its name; an empty cell is all seasons."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        """The season. Raises ValueError when there is none of the name."""
        name = as_text(value)
        if not name:
            return None
        try:
            return Season.objects.get(name=name)
        except Season.DoesNotExist:
            raise ValueError(_("There is no season “%(name)s”.") % {"name": name}) from None


def _in_each_language(text: Any) -> list[str]:
    words = []
    for code, _name in settings.LANGUAGES:
        with override(code):
            words.append(str(text))
    return words


class ReferenceResource(resources.ModelResource):
    """Rows by name: a known name is changed, another is new; headings in either language."""

    def get_export_headers(self, selected_fields: Any = None) -> list[str]:
        """The fields' names as the reader's language has them."""
        fields = self.get_export_fields(selected_fields)
        return [str(self._column(field.attribute).verbose_name) for field in fields]

    def get_user_visible_fields(self) -> list[Field]:
        """The same names on the pages of import and export."""
        return [Field(column_name=heading) for heading in self.get_export_headers()]

    def get_diff_headers(self) -> list[str]:
        """And above the preview."""
        return self.get_export_headers()

    def after_export(self, queryset: Any, dataset: Any, **kwargs: Any) -> None:
        """The sheet is called as the table is."""
        dataset.title = str(self._meta.model._meta.verbose_name_plural)

    def before_import(self, dataset: Any, **kwargs: Any) -> None:
        """Know the headings by their names in either language."""
        known = {}
        for name, field in self.fields.items():
            for heading in (name, *_in_each_language(self._column(field.attribute).verbose_name)):
                known[fold(heading)] = field.column_name
        dataset.headers = [known.get(fold(as_text(one)), one) for one in dataset.headers or []]

    def import_data(self, *args: Any, **kwargs: Any) -> Any:
        """The trail says that the rows came by a sheet."""
        with audit.by_way_of(audit.Source.IMPORT):
            return super().import_data(*args, **kwargs)

    def before_save_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
        """Remember how the row was."""
        old = type(instance)._base_manager.filter(pk=instance.pk).first()
        instance.before_import = audit.snapshot(old) if old else None

    def after_save_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
        """Write the entry of the trail."""
        by = kwargs.get("user")
        if instance.before_import is None:
            audit.record_created(instance, by=by)
        else:
            audit.record_changed(instance, instance.before_import, by=by)

    def _column(self, name: str) -> Any:
        return self._meta.model._meta.get_field(name)


class ReferenceMeta:
    """How all of them are read."""

    clean_model_instances = True
    skip_unchanged = True
    report_skipped = True
    use_transactions = True


class RoomResource(ReferenceResource):
    """Rooms."""

    class Meta(ReferenceMeta):
        model = Room
        fields = ("name", "capacity")
        import_id_fields = ("name",)


class TagResource(ReferenceResource):
    """Tags."""

    class Meta(ReferenceMeta):
        model = Tag
        fields = ("name",)
        import_id_fields = ("name",)


class SeasonResource(ReferenceResource):
    """Seasons."""

    type = Field("type", "type", widget=ChoiceWidget(Season.Type.choices))
    start_date = Field("start_date", "start_date", widget=DayWidget(format="%d/%m/%Y"))
    end_date = Field("end_date", "end_date", widget=DayWidget(format="%d/%m/%Y"))

    class Meta(ReferenceMeta):
        model = Season
        fields = ("name", "type", "start_date", "end_date", "is_active")
        import_id_fields = ("name",)


class HolidayResource(ReferenceResource):
    """Holidays."""

    season = Field("season", "season", widget=SeasonByName(Season, "name"))
    start_date = Field("start_date", "start_date", widget=DayWidget(format="%d/%m/%Y"))
    end_date = Field("end_date", "end_date", widget=DayWidget(format="%d/%m/%Y"))

    class Meta(ReferenceMeta):
        model = Holiday
        fields = ("name", "season", "start_date", "end_date")
        import_id_fields = ("name", "season", "start_date")
