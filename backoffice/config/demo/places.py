"""The demo's requests in every state, enrolments, payments, refunds and cashiers' days."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from django.utils import timezone

from backoffice.courses.models import Course
from backoffice.enrollments import services as places
from backoffice.enrollments.models import Enrollment, EnrollmentRequest
from backoffice.enrollments.selectors import why_not
from backoffice.payments import services as money
from backoffice.payments.models import CashSession, Payment
from backoffice.payments.selectors import balance_of
from backoffice.shared import audit
from backoffice.shared.errors import DomainError
from backoffice.users.models import Child, CustomUser, StudentUser

from .people import People

SEATS = {
    "برمجة للأطفال": 90,
    "نور البيان": 110,
    "تحفيظ جزء عم": 100,
    "رسم وأشغال يدوية": 60,
    "أساسيات التجويد": 80,
    "روبوتات وإلكترونيات": 12,
    "مهارات الحاسب للكبار": 18,
    "إجازة في رواية حفص": 12,
}
BEHIND = {"المخيم الصيفي: كشافة ورحلات": 55, "المخيم الصيفي: سباحة": 40}
# Which of the demo parent's two children takes what; the last is the request that waits.
OWN_COURSES = {
    "برمجة للأطفال": (0,),
    "تحفيظ جزء عم": (0,),
    "نور البيان": (1,),
    "رسم وأشغال يدوية": (1,),
    "المخيم الصيفي: سباحة": (0,),
    "ختمة رمضان للناشئة": (0,),
}
METHODS = ("cash", "cash", "instapay", "vodafone_cash", "card", "bank_transfer")
CASH_DAYS = (21, 14, 9, 5, 2, 1)


@dataclass
class Desk:
    """Who works at the demo's desk, and the dice."""

    people: People
    rng: Random
    now: dt.datetime
    references: int = 0

    @property
    def registrar(self) -> CustomUser:
        """Who accepts and takes money."""
        return self.people.registrar

    def candidates(self, course: Course) -> Iterator[Child | StudentUser]:
        """Who could take the course, in a random order; the demo accounts' own first."""
        if course.for_adults:
            yield from self.people.students[:1]
            yield from self.rng.sample(self.people.students[1:], len(self.people.students) - 1)
        else:
            yield from (self.people.children[index] for index in OWN_COURSES.get(course.name, ()))
            yield from self.rng.sample(self.people.children[2:], len(self.people.children) - 2)


def build_places(people: People, courses: dict[str, Course], rng: Random) -> None:
    """Fill the courses, take the money, and leave something of everything to do."""
    desk = Desk(people, rng, timezone.now())
    enrolled = [one for name, seats in SEATS.items() for one in _enrol(desk, courses[name], seats)]
    for name, seats in BEHIND.items():
        enrolled += _enrol_behind(desk, courses[name], seats)
    _take_money(desk, enrolled)
    _promises(desk, enrolled)
    _refunds(desk)
    _leave(desk, courses)
    _open_requests(desk, courses)


def _enrol(desk: Desk, course: Course, seats: int) -> list[Enrollment]:
    enrolled: list[Enrollment] = []
    for participant in desk.candidates(course):
        if len(enrolled) == seats:
            break
        if (request := _ask(desk, course, participant)) is None:
            continue
        discount = None
        if desk.rng.random() < 0.06:
            discount = places.Discount(course.price / 10, "خصم الإخوة")
        by = desk.people.accounts["manager"] if discount else desk.registrar
        enrolled.append(places.accept_request(request.pk, by=by, discount=discount))
        asked = max(course.start_date - dt.timedelta(days=desk.rng.randint(0, 20)), course.start_date)
        moment = min(timezone.make_aware(dt.datetime.combine(asked, dt.time(11))), desk.now)
        EnrollmentRequest.objects.filter(pk=request.pk).update(created_at=moment, decided_at=moment)
        Enrollment.objects.filter(pk=enrolled[-1].pk).update(enrolled_at=moment)
    return enrolled


def _ask(desk: Desk, course: Course, participant: Child | StudentUser) -> EnrollmentRequest | None:
    who = {"child": participant} if isinstance(participant, Child) else {"student": participant}
    try:
        return places.submit_request(
            course_id=course.pk, by=desk.registrar, payment_method=desk.rng.choice(METHODS), **who
        )
    except DomainError:
        # Not of the course's age, or there already.
        return None


def _enrol_behind(desk: Desk, course: Course, seats: int) -> list[Enrollment]:
    """Places of a season that is over: nobody can ask for them now, so they are entered as they ended."""
    began = timezone.make_aware(dt.datetime.combine(course.start_date, dt.time(11)))
    rows: list[Enrollment] = []
    for participant in desk.candidates(course):
        reasons = {error.code for error in why_not(course, participant, today=course.start_date)}
        if len(rows) < seats and reasons <= {"course_inactive"}:
            row = Enrollment(
                course=course,
                child_id=participant.pk,
                status=Enrollment.Status.COMPLETED,
                list_price=course.price,
                price=course.price,
                enrolled_at=began,
                ended_at=timezone.make_aware(dt.datetime.combine(course.end_date or course.start_date, dt.time(20))),
                accepted_by=desk.registrar,
            )
            row.save()
            audit.record_created(row, by=desk.registrar)
            rows.append(row)
    Course.objects.filter(pk=course.pk).update(enrolled_count=len(rows))
    return rows


def _take_money(desk: Desk, enrolled: list[Enrollment]) -> None:
    """Most paid, some in part, some not yet; the cash by days of the registrar's desk."""
    own = {child.pk for child in desk.people.children[:2]}
    paying = [one for one in enrolled if one.price and (one.child_id in own or desk.rng.random() < 0.85)]
    share = (len(paying) + len(CASH_DAYS)) // (len(CASH_DAYS) + 1)
    for number, days in enumerate([*CASH_DAYS, 0]):
        opened_at = desk.now - dt.timedelta(days=days, hours=8)
        session = money.open_cash_session(opening_float=Decimal(200), by=desk.registrar, at=opened_at)
        for enrollment in paying[number * share : (number + 1) * share]:
            _pay(desk, enrollment, days)
        if days:
            _close(desk, session, days)


def _pay(desk: Desk, enrollment: Enrollment, days: int) -> None:
    part = desk.rng.choice([Decimal(1), Decimal(1), Decimal("0.5"), Decimal("0.25")])
    amount = (enrollment.price * part).quantize(Decimal("0.01"))
    method = desk.rng.choice(METHODS)
    reference = ""
    if method != "cash":
        desk.references += 1
        reference = f"DM{desk.references:07d}"
    hours = desk.rng.randint(1, 7)
    paid_at = desk.now - dt.timedelta(days=days, hours=hours if days else 0, minutes=desk.rng.randint(1, 50))
    payment = money.record_payment(
        enrollment_id=enrollment.pk,
        amount=amount,
        method=method,
        reference_number=reference,
        paid_at=paid_at,
        by=desk.registrar,
    )
    Payment.objects.filter(pk=payment.pk).update(recorded_at=paid_at)


def _promises(desk: Desk, enrolled: list[Enrollment]) -> None:
    """Transfers that were announced and haven't been seen in the bank yet, and one that never came."""
    owing = [one for one in enrolled if balance_of(one).balance >= 100][:4]
    promised = [
        money.record_promise(
            enrollment_id=one.pk,
            amount=Decimal(100),
            method="bank_transfer",
            reference_number=f"BT{number:06d}",
            by=desk.registrar,
        )
        for number, one in enumerate(owing, 1)
    ]
    money.void_payment(promised[-1].pk, by=desk.registrar, reason="لم يصل التحويل")


def _close(desk: Desk, session: CashSession, days: int) -> None:
    cash = sum((one.amount for one in Payment.objects.filter(cash_session=session)), Decimal(0))
    counted = session.opening_float + cash - (Decimal(5) if days == 9 else 0)
    closed_at = desk.now - dt.timedelta(days=days) + dt.timedelta(minutes=5)
    closed = money.close_cash_session(session.pk, counted=counted, by=desk.registrar, at=closed_at)
    if closed.differs:
        money.explain_difference(session.pk, reason="فكة ناقصة", by=desk.registrar)
        money.confirm_cash_session(session.pk, by=desk.people.accounts["accountant"])


def _refunds(desk: Desk) -> None:
    """One of each state; whoever asked or took the money doesn't decide."""
    own = [child.pk for child in desk.people.children[:2]]
    payments = list(
        Payment.objects.filter(method="instapay", status="paid", enrollment__status="active").exclude(
            enrollment__child__in=own
        )[:5]
    )
    accountant = desk.people.accounts["accountant"]
    asked = [
        money.request_refund(one.pk, amount=min(one.amount, Decimal(100)), reason="ظروف سفر", by=desk.registrar)
        for one in payments
    ]
    for refund in asked[1:3]:
        money.approve_refund(refund.pk, by=accountant)
    money.process_refund(asked[1].pk, by=accountant, reference_number="IPN90210044")
    money.reject_refund(asked[3].pk, by=accountant, reason="انتهت مدة الاسترداد")
    money.cancel_refund_request(asked[4].pk, by=desk.registrar, reason="عدلت الأسرة عن طلبها")


def _leave(desk: Desk, courses: dict[str, Course]) -> None:
    """A few places that were suspended or given up."""
    rows = list(Enrollment.objects.filter(course=courses["رسم وأشغال يدوية"], status="active").order_by("-pk")[:6])
    own = {child.pk for child in desk.people.children[:2]}
    rows = [row for row in rows if row.child_id not in own]
    places.suspend_enrollment(rows[0].pk, by=desk.registrar, reason="سفر شهرًا")
    unpaid = [row for row in rows[1:] if balance_of(row).paid == 0] or rows[1:2]
    places.drop_enrollment(unpaid[0].pk, by=desk.registrar, reason="انتقال إلى محافظة أخرى")


def _open_requests(desk: Desk, courses: dict[str, Course]) -> None:
    """Requests that wait for the registrar, and those that were answered otherwise."""
    waiting = [_new_request(desk, courses["ختمة رمضان للناشئة"]) for _one in range(14)]
    waiting += [_new_request(desk, courses["أساسيات التجويد"]) for _one in range(10)]
    waiting += [_new_request(desk, courses["تدبر القرآن للكبار"]) for _one in range(5)]
    # The course is full: these stand on its waiting list.
    for _one in range(5):
        _new_request(desk, courses["روبوتات وإلكترونيات"])
    # The first is the demo parent's own: it stays as it is.
    looked_at, refused, unfit, cancelled, forgotten = waiting[1:6]
    places.start_processing(looked_at.pk, by=desk.registrar)
    places.refuse_request(refused.pk, by=desk.registrar, reason="لم يكتمل المستوى السابق")
    places.refuse_request(unfit.pk, by=desk.registrar, reason="بيانات غير صحيحة")
    places.cancel_request(cancelled.pk, by=desk.registrar, reason="طلب ولي الأمر")
    old = desk.now - dt.timedelta(days=8)
    EnrollmentRequest.objects.filter(pk=forgotten.pk).update(created_at=old)
    places.expire_request(forgotten.pk)


def _new_request(desk: Desk, course: Course) -> EnrollmentRequest:
    return next(request for one in desk.candidates(course) if (request := _ask(desk, course, one)))
