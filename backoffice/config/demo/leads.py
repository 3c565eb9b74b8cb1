"""The demo's numbers to call: some new, one that asks again, one called, one closed, one that became a family."""

import datetime as dt
from typing import Final

from django.utils import timezone

from backoffice.courses.models import Course
from backoffice.enrollments.models import Lead
from backoffice.enrollments.services import Person, Wish, close_lead, contact_lead, convert_lead, submit_lead

from .people import People

# Hours ago, what the visitor says, and about which course; the last three are worked off below.
LEFT: Final = (
    (51, Wish("أم عبد الرحمن", "01098761234", "ابني في الصف الثالث، هل المستوى الأول يناسبه؟", 8), "برمجة للأطفال"),
    (27, Wish("محمود السيد", "01198761235", "هل توجد مواعيد مسائية بعد السابعة؟"), "أساسيات التجويد"),
    (3, Wish("هبة فتحي", "01298761236", "أريد أن أعرف الأسعار والخصم للإخوة.", 5), None),
    (100, Wish("إسلام رمضان", "01598761237", "", 11), "روبوتات وإلكترونيات"),
    (150, Wish("سعاد محمد", "01098761238", "اتصلوا بعد العصر من فضلكم."), None),
)


def build_leads(people: People, courses: dict[str, Course]) -> None:
    """Leave the numbers, and work some of them off."""
    registrar = people.registrar
    rows = [_leave(ago, wish, courses[name] if name else None) for ago, wish, name in LEFT]
    submit_lead(LEFT[0][1], course=courses["برمجة للأطفال"], source=Lead.Source.COURSE, language="ar")
    contact_lead(rows[3].pk, by=registrar, notes="لم يرد، نعاود الاتصال مساءً")
    close_lead(rows[4].pk, by=registrar, reason="تسكن خارج الإسماعيلية")
    child = people.children[10]
    number = str(child.primary_parent.user.phone_number1)
    known = _leave(75, Wish(child.primary_parent.user.get_short_name(), number, "نريد أن نسجل مرة أخرى"), None)
    convert_lead(known.pk, by=registrar, person=Person(""), participant=child)


def _leave(hours_ago: int, wish: Wish, course: Course | None) -> Lead:
    source = Lead.Source.COURSE if course else Lead.Source.CONTACT
    lead = submit_lead(wish, course=course, source=source, language="ar")
    Lead.objects.filter(pk=lead.pk).update(created_at=timezone.now() - dt.timedelta(hours=hours_ago))
    return lead
