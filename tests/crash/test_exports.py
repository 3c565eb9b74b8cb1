"""A worker that is killed anywhere in an export: the next begins anew, and there is one file and one entry."""

import pytest

from backoffice.shared.models import AuditEntry
from backoffice.users.tests.makers import huda
from reports.models import Export
from reports.tests.exports import asked, make_owing, now
from tests.crash.harness import COMMIT, KILLED

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def test_killed_at_every_step_it_is_made_by_the_next_worker(runner, monkeypatch):
    make_owing()
    export = asked(monkeypatch, huda())
    steps, totals = [], set()
    for number in range(1, 100):
        # It isn't given up here, however often its worker dies.
        Export.objects.filter(pk=export.pk).update(attempts=0)
        life = runner.run("make_export", kill_at=number, export=export.pk)
        assert life.exit_code == KILLED, life
        steps.append(life.word("dies_before"))
        totals.add(now(export).rows_total)
        if now(export).status == "done":
            break
        assert not AuditEntry.objects.filter(action="export").exists()
    assert COMMIT in steps
    assert len(steps) > 15
    # Some died while rows came: how many there are was written down.
    assert totals == {None, 3}
    assert (now(export).status, now(export).rows_done) == ("done", 3)
    # Whoever is given it once more finds it done, and of all the tries one file is left.
    assert runner.run("make_export", export=export.pk).word("acknowledged") == "done 1"
    assert AuditEntry.objects.filter(action="export").count() == 1
