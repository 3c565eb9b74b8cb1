"""Marks of an exam, for those who have a place in its course."""

from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from backoffice.courses.models import Exam
from backoffice.courses.services import ResultLine, enter_results
from backoffice.shared.errors import DomainError

from ..selectors import exam_list, may_enter_results

if TYPE_CHECKING:
    from backoffice.users.models import CustomUser


@transaction.atomic
def enter_course_results(exam_id: UUID, lines: Sequence[ResultLine], *, by: "CustomUser") -> int:
    """Write or correct the marks of those who hold a seat in the exam's course, or have a result already.

    All or nothing; returns how many are new or changed. Raises DomainError `may_not_enter_results`; FaultyLines with
    each line that is wrong, see `enter_results`.
    """
    exam = Exam.objects.get(pk=exam_id)
    if not may_enter_results(exam, by):
        raise DomainError("may_not_enter_results", _("You may not enter the results of this exam."))
    participants = {line.key: line.participant for line in exam_list(exam)}
    return enter_results(exam_id, lines, participants=participants, by=by)
