"""The whole contract, asked as each role: no 5xx, no answer that isn't in it, nothing accepted that it forbids."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from api.schema.making import kept_schema
from api.schema.promises import METHODS
from backoffice.config.demo.accounts import ACCOUNTS
from tests.browser.centre import Centre

from .asking import SEED, Depth, ask

pytestmark = pytest.mark.fuzz

NUMBERS = {"nobody": ""} | {one.key: one.phone for one in ACCOUNTS}
# `make fuzz` asks so many examples of each operation; `.ci/run`, with CI=true, has minutes for all roles together.
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "4" if os.environ.get("CI") else "60"))
# Whose operations these are; who may not use them is asked for their limits in `make fuzz` only.
WITH_LIMITS = {"parent", "instructor"} if os.environ.get("CI") else set(NUMBERS)
_TOO_OFTEN, _LEAST_SHARE_OF_OTHERS = 429, 0.99

OPERATIONS = {
    f"{method.upper()} {path}"
    for path, methods in kept_schema()["paths"].items()
    for method in methods
    if method in METHODS
}


@pytest.mark.parametrize("role", NUMBERS)
def test_nothing_is_answered_that_isnt_in_the_contract(
    centre: Centre, role: str, tmp_path: Path, tell: Callable[[str], None]
) -> None:
    run = ask(centre, NUMBERS[role], Depth(EXAMPLES, limits=role in WITH_LIMITS), tmp_path / "report.ndjson")
    tell(f"{role}: {run.answers} answers {dict(run.statuses.most_common())}, seed {SEED or 'random'}")
    assert run.code == 0, run.said
    # A run that asked nothing, or was sent away from everything, has shown nothing.
    assert run.operations >= OPERATIONS
    assert run.answers >= len(OPERATIONS) * min(EXAMPLES, 3)
    assert run.statuses[_TOO_OFTEN] <= run.answers * (1 - _LEAST_SHARE_OF_OTHERS)
    assert not {status for status in run.statuses if status >= 500}
    assert run.statuses[200] > 0


def test_each_role_that_signs_in_is_asked_for(centre: Centre) -> None:
    assert {"parent", "student", "instructor", "supervisor", "registrar", "accountant", "manager"} <= NUMBERS.keys()


def test_a_run_that_reaches_nobody_fails(tmp_path: Path) -> None:
    nowhere = Centre("http://127.0.0.1:9", tmp_path)
    run = ask(nowhere, NUMBERS["nobody"], Depth(1, limits=False), tmp_path / "report.ndjson")
    assert (run.code != 0, run.answers) == (True, 0)
