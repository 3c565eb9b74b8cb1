"""A worker that dies over a list of children: the next one finishes it, and the end is the same."""

from itertools import count

import pytest

from backoffice.courses.tests.makers import make_course
from backoffice.enrollments.models import EnrollmentRequest
from backoffice.payments.imports.children_list import COLUMNS
from backoffice.shared.models import AuditEntry, ImportBatch
from backoffice.shared.tests.import_makers import make_sheet
from tests.crash.harness import KILLED, faults, kills
from tests.crash.runner import ANSWER

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
HEADERS = [names[0] for names in COLUMNS.values()]
# Five good lines, a repeat and a faulty one, in chunks of three.
LINES, CHUNK = 7, 3
# Each kill has families and a course of its own, which takes a while: every fifth step; the others come below.
STRIDE = 5
_numbers = count(1)


@pytest.fixture
def hand_in(runner, tmp_path):
    """A list for a course of its own, with families of its own; the batch's key."""

    def hand_in():
        number = next(_numbers)
        course = make_course(name=f"قائمة {number}", capacity=3)
        lines = [
            {
                "parent": "منى أحمد",
                "phone": f"010{number:05d}{line % 2:03d}",
                "child": f"طفل {line}",
                "gender": "ولد",
                "course": course.name,
                "paid": 100,
                "method": "كاش",
            }
            for line in range(LINES)
        ]
        lines[4] = dict(lines[1])
        lines[6]["course"] = "لا نعرفها"
        path = tmp_path / f"{number}.xlsx"
        path.write_bytes(make_sheet(HEADERS, [[line.get(key, "") for key in COLUMNS] for line in lines]).read())
        return course, runner.run("receive", sheet=path).word("acknowledged")

    return hand_in


def imported(course, batch):
    """What there is of a list: its requests with their families, its numbers, and its rows in the trail."""
    requests = EnrollmentRequest.objects.filter(course=course).select_related("child__primary_parent__user")
    batch = ImportBatch.objects.get(pk=batch)
    made = {(r.child.name, r.status, r.paid_before, str(r.child.primary_parent.user)) for r in requests}
    families = {request.child.primary_parent_id for request in requests}
    counted = (batch.status, batch.new, batch.changed, batch.repeated, batch.faulty, batch.report.get("made"))
    trail = AuditEntry.objects.filter(object_id__in=[str(request.pk) for request in requests]).count()
    assert len(made) == len(requests)
    return made, len(families), counted, trail


def test_a_preview_that_was_killed_is_read_again(runner, hand_in):
    course, batch = hand_in()
    for step in kills(runner, "preview", batch=batch, chunk=CHUNK):
        assert imported(course, batch)[0] == set()
        status = ImportBatch.objects.get(pk=batch).status
        assert status == ("previewed" if step == ANSWER else "uploaded")
    assert imported(course, batch)[2] == ("previewed", 5, 0, 1, 1, {"children": 5, "parents": 2, "requests": 5})


def test_an_import_that_was_killed_anywhere_is_finished_by_the_next_worker(runner, hand_in):
    course, batch = hand_in()
    runner.run("preview", batch=batch, chunk=CHUNK)
    runner.run("import_list", batch=batch, chunk=CHUNK)
    unharmed = imported(course, batch)
    assert (unharmed[1], unharmed[2][:5]) == (2, ("committed", 5, 0, 1, 1))
    seen = set()
    for number in count(1, STRIDE):
        course, batch = hand_in()
        runner.run("preview", batch=batch, chunk=CHUNK)
        life = runner.run("import_list", kill_at=number, batch=batch, chunk=CHUNK)
        assert life.exit_code == KILLED
        made, _families, (status, *numbers, _made), _trail = imported(course, batch)
        seen.add((len(made), status, sum(numbers)))
        runner.run("import_list", batch=batch, chunk=CHUNK)
        assert imported(course, batch) == unharmed, number
        if life.word("dies_before") == ANSWER:
            break
    assert faults() == []
    # Whole chunks, counted in the transaction that wrote them.
    assert {(0, "committing", 0), (3, "committing", 3), (5, "committing", 6)} <= seen
    assert seen <= {
        (0, "previewed", 7),
        (0, "committing", 0),
        (3, "committing", 3),
        (5, "committing", 6),
        (5, "committing", 7),
        (5, "committed", 7),
    }


def test_an_import_that_dies_again_and_again_gets_to_its_end(runner, hand_in):
    course, batch = hand_in()
    runner.run("preview", batch=batch, chunk=CHUNK)
    deaths = list(kills(runner, "import_list", batch=batch, chunk=CHUNK))
    assert len(deaths) > 20
    made, families, counted, _trail = imported(course, batch)
    assert (len(made), families, counted[:5]) == (5, 2, ("committed", 5, 0, 1, 1))
