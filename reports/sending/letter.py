"""A letter with a report: Arabic, from right to left, as text and as a simple page."""

from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from backoffice.shared.text import clean

from ..models import Letter
from .parcel import Parcel


def message_for(letter: Letter, parcel: Parcel) -> EmailMultiAlternatives:
    """The letter for one person; nobody sees who else gets one.

    Its subject says the report and the day, nothing about a person. Its number is the same at each attempt.
    """
    context = _context(letter, parcel)
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    message = EmailMultiAlternatives(
        subject=clean(f"{parcel.asked.title} {parcel.delivery.business_day:%Y-%m-%d}"),
        body=render_to_string("reports/letter.txt", context),
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[letter.person.email or ""],
        headers={
            "Message-ID": f"<report-{letter.delivery_id}-{letter.pk}@{domain}>",
            # So that nobody's holiday notice answers.
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
        },
    )
    message.attach_alternative(render_to_string("reports/letter.html", context), "text/html")
    if parcel.content is not None:
        message.attach(parcel.name, parcel.content, parcel.content_type)
    return message


def _context(letter: Letter, parcel: Parcel) -> dict[str, Any]:
    report = parcel.asked.reading.report
    return {
        "house": _("Redwan Courses Center"),
        "title": parcel.asked.title,
        "about": str(report.about),
        "name": clean(letter.person.get_short_name()),
        "day": parcel.delivery.business_day,
        "filters": list(parcel.asked.filters.said()),
        "rows": parcel.rows,
        "note": parcel.note,
        "link": f"{settings.WAGTAILADMIN_BASE_URL.rstrip('/')}{parcel.path}",
        "made_by": str(parcel.delivery.schedule.made_by),
    }
