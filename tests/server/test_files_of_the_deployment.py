"""The Dockerfile and both compose files are what their tools accept; secrets may come from files."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from django.core.exceptions import ImproperlyConfigured

from backoffice.shared.environment import FileAwareEnv

ROOT = Path(__file__).resolve().parents[2]
TOOLS = Path(sys.executable).parent


class Compose(yaml.SafeLoader):
    """YAML with Compose's own tags for merging."""


for tag in ("!reset", "!override"):
    Compose.add_constructor(tag, lambda loader, node: loader.construct_sequence(node))


def read(name):
    return yaml.load((ROOT / name).read_text(), Compose)


def check(document, folder):
    file = folder / "compose.json"
    file.write_text(json.dumps(document))
    command = [TOOLS / "check-jsonschema", "--builtin-schema", "vendor.compose-spec", file]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("name", ["compose.yml", "compose.prod.yml", "compose.scale.yml"])
def test_a_compose_file_keeps_to_the_schema(name, tmp_path):
    outcome = check(read(name), tmp_path)
    assert outcome.returncode == 0, outcome.stdout


def test_the_schema_finds_a_fault(tmp_path):
    document = read("compose.yml")
    document["services"]["worker"]["restrat"] = "always"
    assert check(document, tmp_path).returncode != 0


def test_the_dockerfile_has_no_fault():
    outcome = subprocess.run([TOOLS / "hadolint", ROOT / "Dockerfile"], capture_output=True, text=True, check=False)
    assert outcome.returncode == 0, outcome.stdout


def test_no_port_is_open_but_8000_and_ours_can_write_nowhere_but_their_volumes():
    services = read("compose.yml")["services"]
    assert {name: one["ports"] for name, one in services.items() if "ports" in one} == {"django-web-app": ["8000:8000"]}
    for name in ("setup", "django-web-app", "worker"):
        assert services[name]["read_only"] is True
        assert services[name]["cap_drop"] == ["ALL"]


def test_a_secret_comes_from_its_file_without_the_line_break(tmp_path, monkeypatch):
    (tmp_path / "secret").write_text("from the file\n")
    monkeypatch.setenv("SOME_SECRET", "beside it")
    monkeypatch.setenv("SOME_SECRET_FILE", str(tmp_path / "secret"))
    assert FileAwareEnv()("SOME_SECRET") == "from the file"


def test_a_missing_secret_file_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("OTHER_SECRET_FILE", str(tmp_path / "nothing"))
    with pytest.raises(ImproperlyConfigured, match=r"OTHER_SECRET_FILE=.*nothing can't be read: No such file"):
        FileAwareEnv()("OTHER_SECRET", default="")


def test_past_one_container_only_the_proxy_has_a_port_and_the_pooler_a_way_around_it():
    services = read("compose.scale.yml")["services"]
    assert {name: one["ports"] for name, one in services.items() if one.get("ports")} == {"proxy": ["8000:8000"]}
    assert services["django-web-app"]["ports"] == []
    for name in ("setup", "django-web-app", "worker"):
        told = services[name]["environment"]
        assert (told["DATABASE_HOST"], told["DATABASE_POOLED"]) == ("pgbouncer", "1")
        assert told["DATABASE_DIRECT_HOST"] == "db"
    proxied = (ROOT / "deploy" / "nginx.scale.conf").read_text()
    assert "server django-web-app:8000 resolve" in proxied
