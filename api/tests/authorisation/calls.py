"""One valid call for each method of the contract, with things that are really there: what is refused is the person."""

from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from backoffice.users.tests.makers import PASSWORD

from .world import Person, World

NEW_PASSWORD = "palms-of-giza-99"
_NEW_PASSWORDS = {"new_password": NEW_PASSWORD, "re_new_password": NEW_PASSWORD}
_PERSON = {"first_name": "هبة", "last_name": "سالم", "dob": "1990-05-17", "gender": "female"}


@dataclass(frozen=True)
class Call:
    """What stands in the address and in the body."""

    path: dict[str, str] = field(default_factory=dict)
    query: dict[str, str] = field(default_factory=dict)
    body: dict[str, Any] | None = None


type Calls = dict[str, Call]


def calls_of(world: World, person: Person) -> Calls:
    """`METHOD /path/` → the call, as this person makes it; `METHOD /path/?name` asks for what is Mona's."""
    chapters = (_accounts(world, person), _catalogue(world), _family(world), _places(world), _money(world))
    return {
        name: call
        for chapter in (*chapters, _learning(world), _teaching(world), _devices(world))
        for name, call in chapter.items()
    }


def _asked_for(name: str, whose: dict[str, str]) -> Calls:
    """A list as it is, and narrowed to what isn't everybody's."""
    return {name: Call(), f"{name}?{'&'.join(whose)}": Call(query=whose)}


def _accounts(world: World, person: Person) -> Calls:
    mine = PASSWORD if person.user else "not-her-password"
    registration = {"phone_number1": "01155598765", "password": NEW_PASSWORD, "re_password": NEW_PASSWORD}
    claim = {"phone_number1": str(world.unclaimed.phone_number1), "code": world.claim}
    refresh = {"refresh": person.refresh or "none"}
    return {
        "POST /auth/users/": Call(body=_PERSON | registration),
        "GET /auth/users/me/": Call(),
        "PATCH /auth/users/me/": Call(body={"address": "12 شارع النخيل"}),
        "PUT /auth/users/me/": Call(body=_PERSON),
        "DELETE /auth/users/me/": Call(body={"current_password": mine}),
        "POST /auth/users/claim/": Call(body=claim | _NEW_PASSWORDS),
        "POST /auth/users/set_password/": Call(body={"current_password": mine} | _NEW_PASSWORDS),
        "POST /auth/jwt/create/": Call(body={"phone_number1": person.number, "password": mine}),
        "POST /auth/jwt/refresh/": Call(body=refresh),
        "POST /auth/jwt/verify/": Call(body={"token": person.access or "none"}),
        "POST /auth/jwt/logout/": Call(body=refresh),
        "GET /api/v1/me/": Call(),
        "POST /api/v1/ws-tickets/": Call(),
    }


def _catalogue(world: World) -> Calls:
    return {
        "GET /api/v1/seasons/": Call(),
        "GET /api/v1/seasons/{id}/": Call({"id": str(world.course.season_id)}),
        "GET /api/v1/courses/": Call(),
        "GET /api/v1/courses/{id}/": Call({"id": str(world.course.pk)}),
        "GET /api/v1/instructors/": Call(),
        "GET /api/v1/instructors/{id}/": Call({"id": str(world.sami.pk)}),
    }


def _family(world: World) -> Calls:
    yusuf, laila, link = ({"id": str(row.pk)} for row in (world.yusuf, world.laila, world.link))
    new_child = {"name": "سلمى", "dob": "2018-02-03", "gender": "girl"}
    return {
        "GET /api/v1/children/": Call(),
        "POST /api/v1/children/": Call(body=new_child),
        "GET /api/v1/children/{id}/": Call(yusuf),
        "PATCH /api/v1/children/{id}/": Call(yusuf, body={"gender": "boy"}),
        "DELETE /api/v1/children/{id}/": Call(laila),
        "GET /api/v1/child-links/": Call(),
        "POST /api/v1/child-links/": Call(body={"unique_code": world.yusuf.unique_code}),
        "POST /api/v1/child-links/{id}/approve/": Call(link),
        "POST /api/v1/child-links/{id}/reject/": Call(link),
    }


def _places(world: World) -> Calls:
    asked, yusufs = {"id": str(world.asked.pk)}, {"child": str(world.yusuf.pk)}
    rating = {"instructor": str(world.sami.pk), "rating": "9.50", "feedback": "ممتاز"}
    return {
        **_asked_for("GET /api/v1/enrollment-requests/", yusufs),
        "POST /api/v1/enrollment-requests/": Call(body={"course": str(world.free.pk), "child": str(world.yusuf.pk)}),
        "GET /api/v1/enrollment-requests/{id}/": Call(asked),
        "POST /api/v1/enrollment-requests/{id}/cancel/": Call(asked),
        **_asked_for("GET /api/v1/enrollments/", yusufs),
        "GET /api/v1/enrollments/{id}/": Call({"id": str(world.place.pk)}),
        "GET /api/v1/ratings/": Call(),
        "POST /api/v1/ratings/": Call(body=rating | {"course": str(world.unrated.pk)}),
        "PATCH /api/v1/ratings/": Call(body=rating | {"course": str(world.course.pk)}),
    }


def _money(world: World) -> Calls:
    payment, refund = {"id": str(world.payment.pk)}, {"id": str(world.refund.pk)}
    of_place = {"enrollment": str(world.place.pk)}
    back = {"enrollment": str(world.place.pk), "amount": "20.25", "reason": "انتقلنا إلى مدينة أخرى"}
    return {
        **_asked_for("GET /api/v1/payments/", of_place),
        "GET /api/v1/payments/{id}/": Call(payment),
        "GET /api/v1/payments/{id}/receipt/": Call(payment),
        **_asked_for("GET /api/v1/refund-requests/", of_place),
        "POST /api/v1/refund-requests/": Call(body=back),
        "GET /api/v1/refund-requests/{id}/": Call(refund),
        "POST /api/v1/refund-requests/{id}/cancel/": Call(refund),
    }


def _learning(world: World) -> Calls:
    yusufs = {"child": str(world.yusuf.pk)}
    return {
        **_asked_for("GET /api/v1/lectures/", yusufs),
        **_asked_for("GET /api/v1/attendance/", yusufs),
        **_asked_for("GET /api/v1/exam-results/", yusufs),
        "GET /api/v1/calendar/": Call(),
        "POST /api/v1/calendar/": Call(),
        "DELETE /api/v1/calendar/": Call(),
        "GET /api/v1/calendar.ics": Call(query={"token": world.calendar}),
    }


def _teaching(world: World) -> Calls:
    lecture, exam = {"id": str(world.lecture.pk)}, {"id": str(world.exam.pk)}
    mark = {"participant": f"child:{world.yusuf.pk}", "present": True, "rating": "8.50", "notes": "شارك"}
    result = {"participant": f"child:{world.yusuf.pk}", "marks": "31.00", "notes": "أحسن"}
    return {
        "GET /api/v1/teaching/lectures/": Call(),
        "GET /api/v1/teaching/lectures/{id}/roster/": Call(lecture),
        "PUT /api/v1/teaching/lectures/{id}/attendance/": Call(lecture, body={"marks": [mark]}),
        "GET /api/v1/teaching/attendance/": Call(),
        **_asked_for("GET /api/v1/teaching/exams/", {"course": str(world.course.pk)}),
        "GET /api/v1/teaching/exams/{id}/results/": Call(exam),
        "PUT /api/v1/teaching/exams/{id}/results/": Call(exam, body={"results": [result]}),
    }


def _devices(world: World) -> Calls:
    code, at = f"R1:{world.yusuf.unique_code}", timezone.localtime().isoformat()
    scan = {"scan_id": "0b7f8c4e-52d5-4f3c-9d3a-8a5f6f7d1c20", "code": code, "method": "qr", "at": at}
    return {"POST /api/v1/devices/scans/": Call(body={"scans": [scan], "sent_at": at})}
