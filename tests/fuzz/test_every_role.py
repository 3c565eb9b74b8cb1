"""The whole contract, asked as each role: no 5xx, no answer that isn't in it, nothing accepted that it forbids."""

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from api.schema.making import kept_schema
from api.schema.promises import METHODS
from backoffice.config.demo.accounts import ACCOUNTS
from tests.browser.centre import Centre

from .asking import AT_RANDOM, EVERYWHERE, LIMITS, SEED, Run, ask

pytestmark = pytest.mark.fuzz

NUMBERS = {"nobody": ""} | {one.key: one.phone for one in ACCOUNTS}
# `make fuzz` asks so many examples of each operation; `.ci/run`, with CI=true, has minutes for all roles together.
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "4" if os.environ.get("CI") else "60"))
# Each limit of each value, as whose operations these are; `make fuzz` asks everyone for the limits of everything.
TEACHING = "/teaching/"
ROLES_OF_LIMITS = [("parent", f"^(?!.*{TEACHING})"), ("instructor", TEACHING)]
if not os.environ.get("CI"):
    ROLES_OF_LIMITS = [(role, EVERYWHERE) for role in NUMBERS]
_TOO_OFTEN, _LEAST_SHARE_OF_OTHERS = 429, 0.99

OPERATIONS = {
    f"{method.upper()} {path}"
    for path, methods in kept_schema()["paths"].items()
    for method in methods
    if method in METHODS
}


def expect_right_answers(run: Run, wanted: set[str], role: str, tell: Callable[[str], None]) -> None:
    """No check failed, and the run has shown something: one that asked nothing, or was sent away, has not."""
    tell(f"{role}: {run.answers} answers {dict(run.statuses.most_common())}, seed {SEED or 'random'}")
    assert run.code == 0, run.said
    assert run.operations >= wanted
    assert run.answers >= len(wanted) * min(EXAMPLES, 3)
    assert run.statuses[_TOO_OFTEN] <= run.answers * (1 - _LEAST_SHARE_OF_OTHERS)
    assert not {status for status in run.statuses if status >= 500}
    assert run.statuses[200] > 0


@pytest.mark.parametrize("role", NUMBERS)
def test_nothing_is_answered_that_isnt_in_the_contract(
    centre: Centre, role: str, tmp_path: Path, tell: Callable[[str], None]
) -> None:
    run = ask(centre, NUMBERS[role], tmp_path / "report.ndjson", phases=AT_RANDOM, examples=EXAMPLES)
    expect_right_answers(run, OPERATIONS, role, tell)


@pytest.mark.parametrize(("role", "where"), ROLES_OF_LIMITS)
def test_each_limit_of_each_value_is_where_the_contract_has_it(
    centre: Centre, role: str, where: str, tmp_path: Path, tell: Callable[[str], None]
) -> None:
    run = ask(centre, NUMBERS[role], tmp_path / "report.ndjson", phases=LIMITS, where=where)
    wanted = {name for name in OPERATIONS if re.search(where, name.partition(" ")[2])}
    expect_right_answers(run, wanted, f"{role}, limits", tell)


def test_each_role_that_signs_in_is_asked_for() -> None:
    assert {"parent", "student", "instructor", "supervisor", "registrar", "accountant", "manager"} <= NUMBERS.keys()


def test_a_run_that_reaches_nobody_fails(tmp_path: Path) -> None:
    nowhere = Centre("http://127.0.0.1:9", tmp_path)
    run = ask(nowhere, NUMBERS["nobody"], tmp_path / "report.ndjson", phases=AT_RANDOM, where="/seasons/")
    assert (run.code != 0, run.answers) == (True, 0)
