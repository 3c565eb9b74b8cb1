"""One run of schemathesis against the running centre, and what was asked and answered in it."""

import json
import os
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from api.schema.making import KEPT
from tests.browser.centre import PASSWORD, ROOT, Centre

HERE = Path(__file__).parent
# The same questions each time in `.ci/run`; others each time by hand, unless FUZZ_SEED says which.
SEED = os.environ.get("FUZZ_SEED") or ("1" if os.environ.get("CI") else None)


# Examples of the contract, values at random, and chains of operations on the same row; or each limit of each value.
AT_RANDOM, LIMITS = "examples,fuzzing,stateful", "coverage"
EVERYWHERE = "/"


@dataclass
class Run:
    """How it ended, what it said, and the answers by status and by operation."""

    code: int
    said: str
    statuses: Counter[int] = field(default_factory=Counter)
    operations: set[str] = field(default_factory=set)

    @property
    def answers(self) -> int:
        """How many requests were answered."""
        return self.statuses.total()


def ask(centre: Centre, number: str, report: Path, *, phases: str, examples: int = 1, where: str = EVERYWHERE) -> Run:
    """Ask as whose number this is, or as nobody, at all addresses that look so."""
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(HERE / "schemathesis.toml"), "--no-color"]
    command += ["run", str(KEPT), "--url", centre.address, "--max-examples", str(examples)]
    command += ["--phases", phases, "--include-path-regex", where]
    command += ["--report", "ndjson", "--report-ndjson-path", str(report)]
    command += ["--seed", SEED] if SEED else []
    known = {"FUZZ_NUMBER": number, "FUZZ_PASSWORD": PASSWORD, "FUZZ_ADDRESS": centre.address}
    env = os.environ | known | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, env=env, cwd=report.parent, capture_output=True, text=True, check=False)
    run = Run(done.returncode, done.stdout + done.stderr)
    if report.exists():
        _count(report, run)
    return run


def _count(report: Path, run: Run) -> None:
    with report.open() as lines:
        for line in lines:
            recorder = json.loads(line).get("ScenarioFinished", {}).get("recorder", {})
            for case in recorder.get("cases", {}).values():
                value = case.get("value", case)
                run.operations.add(f"{value.get('method')} {value.get('path')}")
            for interaction in recorder.get("interactions", {}).values():
                if response := interaction.get("response"):
                    run.statuses[response["status_code"]] += 1
