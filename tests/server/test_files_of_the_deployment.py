"""The Dockerfile and both compose files are what their tools accept; secrets may come from files."""

import json
import os
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


class Reset(list):
    """What `!reset` takes away from the file before."""


Compose.add_constructor("!reset", lambda loader, node: Reset())


def read(name):
    return yaml.load((ROOT / name).read_text(), Compose)


def check(document, folder):
    file = folder / "compose.json"
    file.write_text(json.dumps(document))
    command = [TOOLS / "check-jsonschema", "--builtin-schema", "vendor.compose-spec", file]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def merged(*names):
    """The files laid over each other as Compose does: maps by their keys, lists behind each other, else the later."""
    whole = {}
    for name in names:
        whole = laid_over(whole, read(name))
    return whole


def laid_over(below, above):
    if isinstance(above, Reset):
        return []
    if isinstance(below, dict) and isinstance(above, dict):
        return below | {key: laid_over(below.get(key), value) for key, value in above.items()}
    if isinstance(below, list) and isinstance(above, list):
        return [*below, *above]
    return above


ALL = ["compose.yml", "compose.secrets.yml", "compose.prod.yml"]
SCALED = "compose.scale.yml"
OURS = ["setup", "django-web-app", "worker"]


@pytest.mark.parametrize("names", [ALL, [ALL[0], ALL[2]], [ALL[0], ALL[2], ALL[1]], [*ALL, "compose.scale.yml"]])
def test_the_files_laid_over_each_other_keep_to_the_schema(names, tmp_path):
    outcome = check(merged(*names), tmp_path)
    assert outcome.returncode == 0, outcome.stdout


@pytest.mark.parametrize("more", [[], ["compose.prod.yml"]])
def test_with_secrets_in_files_no_value_is_left_beside_them(more):
    whole = merged("compose.yml", "compose.secrets.yml", *more)
    assert whole["services"]["db"]["environment"]["POSTGRES_PASSWORD"] == ""
    files = {f"/run/secrets/{name}" for name in whole["secrets"]}
    for name in ["db", *OURS]:
        service = whole["services"][name]
        named = {key: value for key, value in service["environment"].items() if key.endswith("_FILE")}
        assert set(named.values()) == {f"/run/secrets/{secret}" for secret in service["secrets"]} <= files
        # The value beside a file would be the one that somebody looks at, and the wrong one.
        assert not [key for key in named if service["environment"].get(key.removesuffix("_FILE"))]


def test_the_application_reads_what_the_files_hold(tmp_path):
    (tmp_path / "password").write_text("from a file\n")
    (tmp_path / "key").write_text("k" * 60 + "\n")
    ask = "from django.conf import settings as s; print(s.DATABASES['default']['PASSWORD'], s.SECRET_KEY == 'k' * 60)"
    told = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "backoffice.config.settings",
        "DJANGO_ALLOWED_HOSTS": "localhost",
        "DJANGO_SECRET_KEY": "",
        "DATABASE_ENGINE": "postgresql",
        "DATABASE_PASSWORD": "",
        "DATABASE_PASSWORD_FILE": str(tmp_path / "password"),
        "DJANGO_SECRET_KEY_FILE": str(tmp_path / "key"),
    }
    done = subprocess.run([sys.executable, "-c", ask], cwd=ROOT, env=told, capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[0] == "from a file True"


@pytest.mark.parametrize(("file", "service"), [("compose.yml", "db"), ("compose.scale.yml", "pgbouncer")])
def test_without_a_password_and_without_its_file_compose_says_so(file, service):
    asked = read(file)["services"][service]["environment"]["PASSWORD_IS_NAMED"]
    assert asked.startswith("${DATABASE_PASSWORD_FILE:-${DATABASE_PASSWORD:?")


def test_behind_caddy_no_port_is_open_but_its_own():
    services = merged("compose.yml", "compose.prod.yml")["services"]
    assert {name for name, one in services.items() if one.get("ports")} == {"caddy"}
    for name in OURS:
        # What the base file says stays beside it.
        assert services[name]["environment"]["DATABASE_ENGINE"] == "postgresql"
        assert services[name]["environment"]["TRUSTED_PROXIES"] == "1"


def test_each_service_that_stays_is_watched_and_comes_back():
    for name, one in merged("compose.yml", "compose.prod.yml", SCALED)["services"].items():
        if name == "setup":
            assert one["restart"] == "no"
            continue
        assert one["restart"] == "unless-stopped"
        assert one["healthcheck"]["test"]


@pytest.mark.parametrize("name", [*ALL, SCALED])
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


def test_every_container_can_write_nowhere_but_its_volumes_and_is_nobody_special():
    """Also those of others; Caddy alone opens ports that only root might."""
    for name, one in merged("compose.yml", "compose.prod.yml", SCALED)["services"].items():
        assert one["read_only"] is True, name
        assert one["cap_drop"] == ["ALL"], name
        assert one["security_opt"] == ["no-new-privileges:true"], name
        assert one.get("cap_add", []) == (["NET_BIND_SERVICE"] if name == "caddy" else []), name
        assert one.get("user") != "root", name
    others = read("compose.yml")["services"] | read(SCALED)["services"]
    assert {name: one["user"] for name, one in others.items() if "user" in one} == {
        "db": "postgres",
        "redis": "redis",
        "pgbouncer": "postgres",
        "proxy": "nginx",
    }


@pytest.mark.parametrize("told", ["beside it", ""])
def test_the_pooler_takes_its_password_from_where_it_is_told(told, tmp_path):
    """By the line that the container starts with, with what starts the pooler put in its place."""
    pooler = read(SCALED)["services"]["pgbouncer"]
    assert pooler["volumes"] == ["${DATABASE_PASSWORD_FILE:-/dev/null}:/run/database_password:ro"]
    assert pooler["environment"]["DB_PASSWORD"] == "${DATABASE_PASSWORD:-}"
    secret, start = tmp_path / "secret", tmp_path / "start"
    secret.write_text("from a file\n")
    start.write_text('#!/bin/sh\necho "$DB_PASSWORD|$*"\n')
    start.chmod(0o755)
    shell, flags, line, name = pooler["entrypoint"]
    # Compose reads `$$` as a `$` of the container's.
    line = line.replace("$$", "$").replace("/run/database_password", str(secret)).replace("/entrypoint.sh", str(start))
    command = [shell, flags, line, name, *pooler["command"]]
    done = subprocess.run(command, env={"DB_PASSWORD": told}, capture_output=True, text=True, check=True)
    assert done.stdout == f"{told or 'from a file'}|/usr/bin/pgbouncer /etc/pgbouncer/pgbouncer.ini\n"


def test_no_port_is_open_but_8000_and_ours_run_as_the_images_user():
    services = read("compose.yml")["services"]
    assert {name: one["ports"] for name, one in services.items() if "ports" in one} == {"django-web-app": ["8000:8000"]}
    # Ours run as the image's user, whom no file here gives another.
    assert not [name for name in OURS if "user" in services[name] or services[name].get("privileged")]
    users = [line for line in (ROOT / "Dockerfile").read_text().splitlines() if line.startswith("USER ")]
    assert users == ["USER 1000"]


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
    services = read(SCALED)["services"]
    assert {name: one["ports"] for name, one in services.items() if one.get("ports")} == {"proxy": ["8000:8000"]}
    assert services["django-web-app"]["ports"] == []
    for name in ("setup", "django-web-app", "worker"):
        told = services[name]["environment"]
        assert (told["DATABASE_HOST"], told["DATABASE_POOLED"]) == ("pgbouncer", "1")
        assert told["DATABASE_DIRECT_HOST"] == "db"
    proxied = (ROOT / "deploy" / "nginx.scale.conf").read_text()
    assert "server django-web-app:8000 resolve" in proxied
