"""What others wrote: its licences are accepted, all of it is listed, and nothing is installed but by its hash."""

import json
import re
import subprocess
import sys
from fnmatch import fnmatch
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
# Fonts and minified scripts are never ours; other files of others say whose they are.
NEVER_OURS = {".woff", ".woff2", ".ttf", ".otf"}
SAYS_WHOSE = re.compile(r"@license|licensed under|copyright|\| MIT", re.IGNORECASE)
LONGEST_LINE_OF_OURS = 2_000


@pytest.fixture(scope="module")
def supply():
    loader = SourceFileLoader("supply", str(ROOT / ".ci/supply"))
    module = module_from_spec(spec_from_loader("supply", loader))
    loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("words", "accepted"),
    [
        ("MIT", True),
        ("BSD License", True),
        ("Apache Software License; BSD License", True),
        ("MPL-2.0 AND (Apache-2.0 OR MIT)", True),
        ("Apache-2.0 OR GPL-2.0-only", True),
        ("GPL-3.0-or-later", False),
        ("GNU General Public License v3 (GPLv3)", False),
        ("AGPL-3.0-only", False),
        ("SSPL-1.0", False),
        ("MIT AND GPL-2.0-only", False),
        ("MIT License; GNU General Public License v3 (GPLv3)", False),
        ("LGPL-3.0-only", False),
        ("UNKNOWN", False),
        ("", False),
        ("All rights reserved", False),
    ],
)
def test_only_what_obliges_nobody_to_publish_code_is_accepted(supply, words, accepted):
    assert supply.is_accepted(words) is accepted


def test_a_refused_licence_names_its_package(supply):
    assert list(supply.faults({"django": "AGPL-3.0-only"})) == [
        "django: its licence (AGPL-3.0-only) is not accepted by .ci/licences.toml"
    ]
    # A reason holds for the licence it was written for, and for no other.
    assert len(list(supply.faults({"psycopg": "GPL-3.0-only"}))) == 1
    assert list(supply.faults({"psycopg": "LGPL-3.0-only"})) == []


def test_what_a_wheel_has_inside_is_looked_at_too(supply, monkeypatch):
    monkeypatch.delitem(supply.POLICY["reasons"], "pillow: libimagequant")
    monkeypatch.delitem(supply.POLICY["texts"], "pillow")
    (inside, text) = supply.faults({"pillow": "MIT-CMU"})
    assert inside.startswith("pillow: libimagequant: its licence (GPL-3.0-or-later)")
    assert text.startswith("pillow: ")
    assert "speaks of the GPL" in text


def test_a_reason_that_nothing_needs_is_named(supply, monkeypatch):
    monkeypatch.setitem(supply.POLICY["texts"], "gone", "It was here once.")
    packages = supply.pins(supply.LOCK)
    assert list(supply.stale_reasons(packages)) == [
        ".ci/licences.toml has a reason for gone, which isn't here any more"
    ]


@pytest.mark.slow  # `make lint` asks the same
def test_all_licences_are_accepted_and_both_lists_are_in_date():
    command = [sys.executable, ROOT / ".ci/supply", "--check"]
    outcome = subprocess.run(command, capture_output=True, text=True, check=False)
    assert outcome.returncode == 0, outcome.stderr


@pytest.mark.slow
def test_the_list_of_contents_is_cyclonedx_and_has_every_pin(supply):
    from cyclonedx.schema import OutputFormat, SchemaVersion
    from cyclonedx.validation import make_schemabased_validator

    text = supply.SBOM.read_text()
    validator = make_schemabased_validator(OutputFormat.JSON, SchemaVersion.V1_6)
    assert validator.validate_str(text) is None
    contents = json.loads(text)
    faulty = contents | {"components": [{"type": "novel", "name": "no such type"}], "dependencies": []}
    assert validator.validate_str(json.dumps(faulty)) is not None

    assert "serialNumber" not in contents
    assert "timestamp" not in contents["metadata"]
    packages = {one["name"]: one["version"] for one in contents["components"] if "purl" in one}
    assert packages == supply.pins(supply.LOCK)
    assert all(one["licenses"] for one in contents["components"])
    needed = {one["ref"]: one["dependsOn"] for one in contents["dependencies"]}
    assert f"pkg:pypi/psycopg@{packages['psycopg']}" in needed[contents["metadata"]["component"]["bom-ref"]]
    assert f"pkg:pypi/laces@{packages['laces']}" in needed[f"pkg:pypi/wagtail@{packages['wagtail']}"]


def tracked(*patterns):
    names = subprocess.run(["git", "ls-files", *patterns], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in names.splitlines()]


def is_of_others(path):
    if path.suffix in NEVER_OURS or ".min." in path.name or "vendor" in path.parts:
        return path.suffix not in {".md", ""}
    if path.suffix not in {".js", ".css", ".svg", ".html"}:
        return False
    text = path.read_text(errors="replace")
    minified = path.suffix in {".js", ".css"} and max(map(len, text.splitlines()), default=0) > LONGEST_LINE_OF_OURS
    return minified or bool(path.suffix != ".html" and SAYS_WHOSE.search(text))


def test_what_others_wrote_in_our_folders_is_listed_with_its_licence(supply):
    entries = supply.POLICY["vendored"]
    patterns = [pattern for entry in entries for pattern in entry["files"]]
    found = [path.relative_to(ROOT) for path in tracked() if is_of_others(path) and "tests" not in path.parts]
    assert len(found) >= len(entries)
    assert [str(path) for path in found if not any(fnmatch(path, pattern) for pattern in patterns)] == []
    assert [pattern for pattern in patterns if not any(fnmatch(path, pattern) for path in found)] == []
    missing = [one["name"] for one in entries if one["licence_file"] and not (ROOT / one["licence_file"]).is_file()]
    assert missing == []


def test_pillow_was_built_without_what_would_be_under_the_gpl():
    from PIL import features

    assert not features.check("libimagequant")


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_pin_has_its_hashes(name):
    pins = re.split(r"^(?=[a-z0-9])", (ROOT / name).read_text(), flags=re.MULTILINE)[1:]
    assert len(pins) > 100
    assert [pin.split()[0] for pin in pins if not re.search(r"--hash=sha256:[0-9a-f]{64}", pin)] == []


def test_whatever_installs_asks_for_hashes_and_for_nothing_beside_the_lock():
    files = [*tracked("*.md", "Makefile", "*.yml", "*Dockerfile*"), *(ROOT / ".ci").iterdir()]
    installs = re.compile(r"^[^#\n]*\bpip\"? install\b.*$", re.MULTILINE)
    lines = [(path.name, line) for path in files if path.is_file() for line in installs.findall(path.read_text())]
    assert {name for name, _line in lines} >= {"prepare", "Dockerfile"}
    assert [line for line in lines if "--require-hashes" not in line[1] or "--no-deps" not in line[1]] == []


def test_what_is_left_out_is_in_no_lock():
    left_out = [line for line in (ROOT / ".ci/left-out.txt").read_text().splitlines() if line[:1] not in {"#", ""}]
    assert left_out
    locks = (ROOT / "requirements.txt").read_text() + (ROOT / "requirements-dev.txt").read_text()
    assert [name for name in left_out if re.search(rf"^{name}==", locks, re.MULTILINE)] == []
