"""What a letter brings: the report's file as its schedule wants it, or the sentence why it comes without."""

from dataclasses import dataclass
from typing import Final

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from backoffice.shared.errors import DomainError

from ..definition import Report
from ..files import CONTENT_TYPES, Asked, written
from ..models import ReportDelivery
from ..periods import filters_on
from ..reading import Reading

#: Most mail servers take no more, with a third on top for how files travel in letters.
MOST_BYTES: Final = 10 * 2**20


@dataclass(frozen=True)
class Parcel:
    """The file (none where it can't travel), what is said about it, and where the report is found."""

    asked: Asked
    delivery: ReportDelivery
    filters: str
    rows: int | None
    content: bytes | None
    kind: str
    note: str = ""

    @property
    def name(self) -> str:
        """The file's: the report's title and the business day, nothing of who or what it is about."""
        return f"{self.asked.title} {self.delivery.business_day:%Y-%m-%d}.{self.kind}"

    @property
    def content_type(self) -> str:
        """The file's."""
        return CONTENT_TYPES[self.kind].partition(";")[0]

    @property
    def path(self) -> str:
        """The page of the report with these very filters, for who may see it."""
        return f"{reverse('report', args=[self.asked.reading.report.slug])}?{self.filters}"


def parcel_of(delivery: ReportDelivery, report: Report) -> Parcel:
    """Make the file. Raises DomainError `filters_unreadable` where a filter points to what isn't there any more."""
    schedule = delivery.schedule
    filters = filters_on(report, schedule.filters, schedule.period, delivery.business_day)
    if not filters.is_valid():
        sentences = [str(error) for errors in filters.errors.values() for error in errors]
        message = _("The filters don't hold any more: %(why)s") % {"why": " ".join(sentences)}
        raise DomainError("filters_unreadable", message)
    asked = Asked(Reading(report, filters.cleaned_data), filters, schedule.made_by)
    content, rows, note = _written(asked, schedule.kind)
    return Parcel(asked, delivery, filters.kept(exactly=True), rows, content, schedule.kind, note)


def _written(asked: Asked, kind: str) -> tuple[bytes | None, int | None, str]:
    try:
        file, rows = written(asked, kind)
    except DomainError as error:
        return None, None, str(error)
    with file:
        size = file.tell()
        if size > MOST_BYTES:
            limit = number_format(MOST_BYTES // 2**20)
            note = _("The file is too large for a letter (more than %(limit)s MB): take it from the report's page.")
            return None, rows, note % {"limit": limit}
        file.seek(0)
        return file.read(), rows, ""
