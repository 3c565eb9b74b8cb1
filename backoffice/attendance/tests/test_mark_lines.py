"""Marks handed in by participant: all or nothing, each fault at its line."""

from decimal import Decimal

import pytest

from backoffice.attendance.models import LectureAttendance
from backoffice.attendance.services import Mark, MarkLine, mark_participants
from backoffice.shared.errors import DomainError, FaultyLines
from backoffice.shared.models import AuditEntry
from backoffice.users.participants import ParticipantKey
from backoffice.users.tests.makers import make_child, make_student, ziad

from .test_marking import lecture, sami  # noqa: F401  fixtures

pytestmark = pytest.mark.django_db

PRESENT, ABSENT = Mark(present=True, rating=Decimal("8.50")), Mark(present=False)


@pytest.fixture
def yusuf(lecture):  # noqa: F811
    """A child on the list."""
    child = make_child(name="يوسف")
    LectureAttendance.objects.create(lecture=lecture, child=child)
    return child


def faults(refused):
    return {place: fault.code for place, fault in refused.value.faults.items()}


def test_children_and_students_are_marked_by_their_names_for_programs(lecture, sami, yusuf):  # noqa: F811
    student = make_student()
    LectureAttendance.objects.create(lecture=lecture, student=student)
    lines = [MarkLine(f"child:{yusuf.pk}", PRESENT), MarkLine(f"student:{student.pk}", ABSENT)]
    assert mark_participants(lecture.pk, lines, by=sami.user) == 2
    marked = {row.participant_key: row.present for row in LectureAttendance.objects.filter(lecture=lecture)}
    assert marked == {ParticipantKey(yusuf.pk, None): True, ParticipantKey(None, student.pk): False}
    assert mark_participants(lecture.pk, lines, by=sami.user) == 0
    entries = AuditEntry.objects.filter(model="attendance.lectureattendance")
    assert sorted(entry.object_name for entry in entries) == sorted([f"يوسف · {lecture}", f"{student} · {lecture}"])


def test_all_faults_come_together_and_nothing_is_written(lecture, sami, yusuf):  # noqa: F811
    stranger = make_child()
    lines = [
        MarkLine(f"child:{yusuf.pk}", PRESENT),
        MarkLine(f"child:{yusuf.pk}", ABSENT),
        MarkLine(f"child:{stranger.pk}", ABSENT),
        MarkLine(f"student:{yusuf.pk}", ABSENT),
        MarkLine("يوسف", ABSENT),
    ]
    with pytest.raises(FaultyLines) as refused:
        mark_participants(lecture.pk, lines, by=sami.user)
    assert faults(refused) == {
        1: "named_twice",
        2: "not_on_the_list",
        3: "not_on_the_list",
        4: "participant_unreadable",
    }
    assert not LectureAttendance.objects.marked().exists()


@pytest.mark.parametrize(
    ("mark", "code"),
    [
        (Mark(present=True), "rating_missing"),
        (Mark(present=False, rating=Decimal(5)), "rating_without_presence"),
        (Mark(present=True, rating=Decimal("8.555")), "rating_out_of_range"),
        (Mark(present=True, rating=Decimal("NaN")), "rating_out_of_range"),
    ],
)
def test_what_a_mark_lacks_stands_at_its_line(lecture, sami, yusuf, mark, code):  # noqa: F811
    with pytest.raises(FaultyLines) as refused:
        mark_participants(lecture.pk, [MarkLine(f"child:{yusuf.pk}", mark)], by=sami.user)
    assert faults(refused) == {0: code}


def test_a_whole_list_takes_as_many_queries_as_one_line(lecture, sami, yusuf, django_assert_max_num_queries):  # noqa: F811
    children = [make_child() for _ in range(50)]
    LectureAttendance.objects.bulk_create(LectureAttendance(lecture=lecture, child=child) for child in children)
    with django_assert_max_num_queries(12):
        lines = [MarkLine(f"child:{child.pk}", PRESENT) for child in children]
        assert mark_participants(lecture.pk, lines, by=sami.user) == 50


def test_a_stranger_may_not(lecture, yusuf):  # noqa: F811
    with pytest.raises(DomainError) as refused:
        mark_participants(lecture.pk, [MarkLine(f"child:{yusuf.pk}", PRESENT)], by=ziad())
    assert refused.value.code == "may_not_mark"


ID = "6f8f1f0e-0000-4000-8000-000000000001"


@pytest.mark.parametrize(
    "text",
    ["", "child", "child:", f"parent:{ID}", f"child:{{{ID}}}", f"child:{ID.replace('-', '')}", f"child:urn:uuid:{ID}"],
)
def test_one_participant_has_one_name(text):
    with pytest.raises(DomainError) as refused:
        ParticipantKey.read(text)
    assert refused.value.code == "participant_unreadable"
    assert str(ParticipantKey.read(f"child:{ID}")) == f"child:{ID}"
