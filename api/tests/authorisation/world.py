"""Mona's family at the centre, with one of each thing that the API can be asked for; and everybody who might ask."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils import timezone

from api import tokens
from api.tests.conftest import MONA
from api.tests.teaching.cast import make_exam, make_supervisor, make_teacher, running_lecture
from backoffice.attendance.models import InstructorAttendance, LectureAttendance
from backoffice.attendance.services import rate_instructor
from backoffice.attendance.tests.device_makers import KEY, make_device
from backoffice.courses.models import Course, Exam, ExamResult, Lecture
from backoffice.courses.tests.makers import make_course
from backoffice.enrollments.models import Enrollment, EnrollmentRequest
from backoffice.enrollments.services import Discount, submit_request
from backoffice.enrollments.tests.makers import make_enrollment
from backoffice.payments.models import Payment, RefundRequest
from backoffice.payments.services import request_own_refund
from backoffice.payments.tests.makers import make_payment
from backoffice.users.models import Child, CustomUser, Instructor, ParentLinkRequest, StudentUser
from backoffice.users.services import (
    add_further_parent,
    ask_to_join_child,
    deactivate_user,
    make_calendar_link,
    make_claim_code,
)
from backoffice.users.tests.makers import (
    PASSWORD,
    huda,
    make_child,
    make_parent,
    make_student,
    make_user,
    manager,
    omar,
    ziad,
)


@dataclass(frozen=True)
class Person:
    """Whoever asks, with the tokens of a sign-in; nobody has none."""

    name: str
    user: CustomUser | None = None
    access: str = ""
    refresh: str = ""
    # Of the header; a reader at a door is nobody, and has a key in place of a token.
    scheme: str = "JWT"

    @property
    def number(self) -> str:
        """The number to sign in by; nobody tries Mona's, with a wrong password."""
        return str(self.user.phone_number1) if self.user else MONAS_NUMBER


@dataclass(frozen=True)
class World:
    """What there is, by name."""

    people: dict[str, Person]
    mona: CustomUser
    sami: Instructor
    yusuf: Child
    # Nothing was ever asked for Laila, so she can be taken out; Nadia asks to join her.
    laila: Child
    link: ParentLinkRequest
    course: Course
    # Yusuf has a place there as well, and Mona hasn't rated Sami there yet.
    unrated: Course
    # Nobody has a place there yet.
    free: Course
    asked: EnrollmentRequest
    place: Enrollment
    payment: Payment
    refund: RefundRequest
    lecture: Lecture
    exam: Exam
    student: StudentUser
    calendar: str
    claim: str
    unclaimed: CustomUser


MONAS_NUMBER = MONA
YUSUFS_NUMBER = "+201098765432"
FAMILY = {"first_name": "منى سعيد", "last_name": "المنياوي"}
REFERENCE = "IP77102934"
NOTES = "يأتي مع جدته بعد العصر"
STAFFS_NOTES = "متعثر في القراءة"


def make_world() -> World:
    """All of it, through the services wherever they have a rule."""
    mona = make_parent(phone_number1=MONAS_NUMBER, **FAMILY, **_OPEN).user
    suad = make_parent(first_name="سعاد", **_OPEN)
    sami, hany = (make_teacher(first_name=name, **_OPEN) for name in ("سامي", "هاني"))
    yusuf = make_child(mona.parent, name="يوسف المنياوي", phone_number=YUSUFS_NUMBER, notes="حساسية من البندق")
    laila = make_child(mona.parent, name="ليلى المنياوي", gender="girl")
    add_further_parent(yusuf.pk, parent=suad, by=None)
    course = make_course(instructor=sami, price=Decimal("731.00"))
    unrated, free = make_course(instructor=sami), make_course()
    student = make_student(first_name="طارق", **_OPEN)
    unclaimed = make_user(phone_number1="+201155512345")
    _teach_elsewhere(hany, student)
    people = _people(mona=mona, suad=suad.user, sami=sami.user, instructor=hany.user, student=student.user)
    return World(
        people=people, mona=mona, sami=sami, yusuf=yusuf, laila=laila, course=course, unrated=unrated, free=free,
        student=student, unclaimed=unclaimed, claim=make_claim_code(unclaimed.pk, by=None),
        link=ask_to_join_child(unique_code=laila.unique_code, by=make_parent(first_name="نادية", **_OPEN).user),
        calendar=make_calendar_link(by=mona), **_place(course, unrated, yusuf, mona), **_teaching(course, yusuf),
    )  # fmt: skip


def _place(course: Course, unrated: Course, yusuf: Child, mona: CustomUser) -> dict[str, Any]:
    make_enrollment(unrated, child=yusuf)
    discount = Discount(Decimal("75.25"), "ثالث أبناء الأسرة")
    place = make_enrollment(course, child=yusuf, discount=discount, by=manager())
    payment = make_payment(place, amount=Decimal("311.75"), method="instapay", reference_number=REFERENCE)
    (refund,) = request_own_refund(place.pk, amount="45.50", reason="غاب أسبوعين للمرض", by=mona)
    asked = submit_request(course_id=make_course().pk, child=yusuf, notes=NOTES, by=mona)
    rate_instructor(
        instructor_id=course.instructor_id, course_id=course.pk, rating=Decimal("8.75"), feedback="صبور معه", by=mona
    )
    return {"place": place, "payment": payment, "refund": refund, "asked": asked}


def _teaching(course: Course, yusuf: Child) -> dict[str, Any]:
    lecture, exam = running_lecture(course), make_exam(course, title="اختبار النصف", total_marks=37, pass_marks=19)
    LectureAttendance.objects.create(lecture=lecture, child=yusuf, **_marked(course.instructor, notes=STAFFS_NOTES))
    ExamResult.objects.create(exam=exam, child=yusuf, marks=Decimal("33.50"), total_marks=37, notes=STAFFS_NOTES)
    _due(course.instructor, lecture)
    return {"lecture": lecture, "exam": exam}


def _teach_elsewhere(hany: Instructor, student: StudentUser) -> None:
    course = make_course(instructor=hany, for_adults=True)
    make_enrollment(course, student=student)
    lecture = running_lecture(course)
    LectureAttendance.objects.create(lecture=lecture, student=student, **_marked(hany, present=False, rating=None))
    make_exam(course)
    _due(hany, lecture)


def _marked(by: Instructor, **how: Any) -> dict[str, Any]:
    mark = {"present": True, "rating": Decimal("7.25"), "marked_via": "manual"}
    return mark | {"marked_by": by.user, "marked_at": timezone.now()} | how


def _due(instructor: Instructor, lecture: Lecture) -> None:
    hours = {"day": lecture.day, "start_time": lecture.start_time, "end_time": lecture.end_time}
    InstructorAttendance.objects.create(instructor=instructor, kind="lecture", lecture=lecture, **hours)


def _people(**known: CustomUser) -> dict[str, Person]:
    closed = make_parent(first_name="كمال", **_OPEN).user
    others = {
        # An active parent, with no child of ours or of anybody.
        "ziad": make_parent(first_name="زياد", **_OPEN).user,
        "without_role": ziad(),
        "closed": closed,
        "supervisor": make_supervisor(),
        "registrar": omar(),
        "accountant": huda(),
        "manager": manager(),
    }
    people = {"nobody": Person("nobody")}
    for name, user in (known | others).items():
        if not user.has_usable_password():
            user.set_password(PASSWORD)
            user.save(update_fields=["password"])
        pair = tokens.sign_in(user)
        people[name] = Person(name, user, pair.access, pair.refresh)
    people["device"] = Person("device", access=f"{make_device().pk}:{KEY}", scheme="Device")
    deactivate_user(closed.pk, by=None)
    return people


_OPEN = {"password": PASSWORD}
