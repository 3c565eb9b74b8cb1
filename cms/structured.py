"""What search engines read (schema.org, as JSON-LD), made of the same facts as the page itself."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language

from backoffice.courses.selectors import Standing

from .facts import meetings_of
from .frame import absolute

if TYPE_CHECKING:
    from wagtail.models import Page

    from .facts import CourseFacts
    from .models import ArticlePage, CoursePage, InstructorPage

type Data = dict[str, Any]

_CONTEXT: Final = "https://schema.org"
# Saturday = 0, as the centre counts.
_DAYS: Final = ("Saturday", "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
#: From the first day to the last.
LONGEST_EVENT: Final = dt.timedelta(days=14)
_AVAILABLE: Final = {
    Standing.OPEN: "InStock",
    Standing.FULL: "SoldOut",
    Standing.NOT_YET: "PreOrder",
    Standing.CLOSED: "OutOfStock",
    Standing.ENDED: "Discontinued",
    Standing.INACTIVE: "Discontinued",
}


def organization(request: HttpRequest) -> Data:
    """The centre with its numbers, address and accounts elsewhere."""
    from .models import CentreSettings

    centre = CentreSettings.for_request(request)
    data: Data = {
        "@context": _CONTEXT,
        "@type": "EducationalOrganization",
        "@id": absolute("/#centre"),
        "name": settings.WAGTAIL_SITE_NAME,
        "url": absolute("/"),
        "logo": absolute(static("brand/mark.svg")),
        "telephone": [number for number, _local in centre.phone_numbers],
        "address": {
            "@type": "PostalAddress",
            "streetAddress": centre.place,
            "addressLocality": "الإسماعيلية",
            "addressCountry": "EG",
        },
        "sameAs": [address for _name, address in centre.networks],
    }
    return {key: value for key, value in data.items() if value}


def website(address: str) -> Data:
    """The site in the language of this front page."""
    return {
        "@context": _CONTEXT,
        "@type": "WebSite",
        "name": settings.WAGTAIL_SITE_NAME,
        "url": address,
        "inLanguage": get_language(),
        "publisher": {"@id": absolute("/#centre")},
        "potentialAction": {
            "@type": "SearchAction",
            "target": {
                "@type": "EntryPoint",
                "urlTemplate": f"{absolute(reverse('site-search'))}?q={{search_term_string}}",
            },
            "query-input": "required name=search_term_string",
        },
    }


def breadcrumbs(page: "Page", context: Mapping[str, Any]) -> Data:
    """The way from the front page to this one."""
    request = context["request"]
    steps = [
        {"@type": "ListItem", "position": number, "name": one.title, "item": absolute(one.get_url(request) or "/")}
        for number, one in enumerate([*context["way"], page], 1)
    ]
    return {"@context": _CONTEXT, "@type": "BreadcrumbList", "itemListElement": steps}


def course_data(page: "CoursePage", facts: "CourseFacts", address: str) -> Data:
    """A course with its only instance: when, where, who, and what it costs as long as there is a place."""
    return {
        "@context": _CONTEXT,
        "@type": "Course",
        "name": page.title,
        "description": page.search_description or page.summary or facts.course.description or page.title,
        "url": address,
        "inLanguage": get_language(),
        "provider": {"@type": "EducationalOrganization", "@id": absolute("/#centre"), "name": _centre_name()},
        "offers": _offer(facts, address),
        "hasCourseInstance": _instance(facts),
    }


def event_data(page: "CoursePage", facts: "CourseFacts", address: str) -> list[Data]:
    """A camp or a workshop, which families look for by its days: an event as long as it isn't over; else nothing.

    A course of many weeks is none, and neither is an article: its day is that of the news.
    """
    first, last = facts.course.start_date, facts.last_day
    if facts.is_gone or last is None or last - first > LONGEST_EVENT:
        return []
    meetings = meetings_of(facts.course.pk)
    data: Data = {
        "@context": _CONTEXT,
        "@type": "Event",
        "name": page.title,
        "description": page.search_description or page.summary or facts.course.description or page.title,
        "startDate": meetings[0][0].isoformat() if meetings else first.isoformat(),
        "endDate": meetings[-1][1].isoformat() if meetings else last.isoformat(),
        "eventStatus": f"{_CONTEXT}/EventScheduled",
        "eventAttendanceMode": f"{_CONTEXT}/OfflineEventAttendanceMode",
        "location": _place(),
        "organizer": {"@type": "EducationalOrganization", "@id": absolute("/#centre"), "name": _centre_name()},
        "offers": _offer(facts, address),
        "maximumAttendeeCapacity": facts.course.capacity,
        "remainingAttendeeCapacity": facts.seats_left,
        "inLanguage": get_language(),
        "url": address,
    }
    if facts.course.registration_opens:
        data["offers"]["validFrom"] = facts.course.registration_opens.isoformat()
    if facts.course.instructor:
        data["performer"] = {"@type": "Person", "name": facts.course.instructor.user.get_full_name()}
    return [data]


def list_of_courses(courses: Iterable["CourseFacts"], request: HttpRequest) -> Data:
    """The courses of an index that have a page."""
    pages = [absolute(one.page.get_url(request) or "/") for one in courses if one.page]
    return {
        "@context": _CONTEXT,
        "@type": "ItemList",
        "itemListElement": [
            {"@type": "ListItem", "position": number, "url": address} for number, address in enumerate(pages, 1)
        ],
    }


def person(page: "InstructorPage", address: str) -> Data:
    """An instructor, by name."""
    return {
        "@context": _CONTEXT,
        "@type": "Person",
        "name": page.instructor.user.get_full_name(),
        "jobTitle": page.speciality,
        "url": address,
        "worksFor": {"@id": absolute("/#centre")},
    }


def article(page: "ArticlePage", address: str) -> Data:
    """A piece of news."""
    published = page.first_published_at
    return {
        "@context": _CONTEXT,
        "@type": "NewsArticle",
        "headline": page.title,
        "description": page.summary,
        "url": address,
        "inLanguage": get_language(),
        "datePublished": published.isoformat() if published else page.day.isoformat(),
        "dateModified": page.last_published_at.isoformat() if page.last_published_at else None,
        "publisher": {"@id": absolute("/#centre")},
    }


def _offer(facts: "CourseFacts", address: str) -> Data:
    return {
        "@type": "Offer",
        "category": "Paid" if facts.price else "Free",
        "price": f"{facts.price:.2f}",
        "priceCurrency": "EGP",
        "availability": f"{_CONTEXT}/{_AVAILABLE[facts.standing]}",
        "inventoryLevel": {"@type": "QuantitativeValue", "value": facts.seats_left},
        "url": address,
    }


def _instance(facts: "CourseFacts") -> Data:
    course = facts.course
    data: Data = {
        "@type": "CourseInstance",
        "courseMode": "Onsite",
        "startDate": course.start_date.isoformat(),
        "endDate": facts.last_day.isoformat() if facts.last_day else None,
        "location": _place(),
        "maximumAttendeeCapacity": course.capacity,
        "remainingAttendeeCapacity": facts.seats_left,
        "courseSchedule": [
            {
                "@type": "Schedule",
                "repeatFrequency": "P1W",
                "byDay": f"{_CONTEXT}/{_DAYS[hour.weekday]}",
                "startTime": f"{hour.start_time:%H:%M}",
                "endTime": f"{hour.end_time:%H:%M}",
                "scheduleTimezone": settings.TIME_ZONE,
            }
            for hour in facts.hours
        ],
    }
    if course.instructor:
        data["instructor"] = {"@type": "Person", "name": course.instructor.user.get_full_name()}
    return {key: value for key, value in data.items() if value is not None}


def _place() -> Data:
    return {"@type": "Place", "name": _centre_name(), "address": "الإسماعيلية، مصر"}


def _centre_name() -> str:
    name: str = settings.WAGTAIL_SITE_NAME
    return name
