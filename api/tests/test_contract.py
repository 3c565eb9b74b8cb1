"""The contract: clean, in step with the code, and broken only with a word in the changelog."""

import copy
import json
from pathlib import Path

import jsonschema
import pytest
from django.core.management import CommandError, call_command

from api.management.commands import document_api
from api.schema.changelog import CHANGELOG, not_written_down
from api.schema.document import as_markdown
from api.schema.making import kept_schema
from api.schema.promises import METHODS, breaks, demands, promises

from .described import _strict, schema

OPERATIONS = [
    (path, method, operation)
    for path, methods in kept_schema()["paths"].items()
    for method, operation in methods.items()
    if method in METHODS
]
NAMED = [f"{method} {path}" for path, method, _ in OPERATIONS]


def test_the_schema_is_made_without_a_warning_and_is_valid(tmp_path):
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(tmp_path / "schema.yml"))


def test_what_is_kept_is_in_step_with_the_code():
    assert kept_schema() == schema(), "run manage.py document_api"


def test_the_document_is_in_step_with_the_code():
    assert document_api.DOCUMENT.read_text(encoding="utf-8") == as_markdown(schema()), "run manage.py document_api"


def test_only_our_addresses_are_in_it():
    assert all(path.startswith(("/api/v1/", "/auth/")) for path in schema()["paths"])


def test_names_of_operations_stand_once():
    names = [operation["operationId"] for _, _, operation in OPERATIONS]
    assert len(names) == len(set(names))
    assert all(name.isidentifier() and name[0].islower() and "_" not in name for name in names)


@pytest.mark.parametrize(("path", "method", "operation"), OPERATIONS, ids=NAMED)
def test_each_operation_is_described(path, method, operation):
    assert operation["summary"]
    assert operation["tags"][0] in {tag["name"] for tag in schema()["tags"]}
    assert "503" in operation["responses"]
    if operation.get("security"):
        by_key = [{"Device": []}]
        assert operation["security"] == (by_key if "/devices/" in path else [{"JWT": []}, {"Bearer": []}])
        assert "401" in operation["responses"]
    if "requestBody" in operation:
        assert {"400", "413", "415"} <= operation["responses"].keys()


@pytest.mark.parametrize(("path", "method", "operation"), OPERATIONS, ids=NAMED)
def test_each_example_has_the_shape_that_it_is_an_example_of(path, method, operation):
    contents = [operation.get("requestBody", {}).get("content", {})]
    contents += [answer.get("content", {}) for answer in operation["responses"].values()]
    for content in (one.get("application/json") for one in contents):
        for example in (content or {}).get("examples", {}).values():
            jsonschema.validate(example["value"], _strict(content["schema"]))


@pytest.mark.parametrize(("path", "method", "operation"), OPERATIONS, ids=NAMED)
def test_what_answers_has_an_example(path, method, operation):
    for answer in operation["responses"].values():
        content = answer.get("content", {}).get("application/json")
        if content:
            assert content.get("examples")


class TestBreaking:
    """Each change below is made to a copy of the contract."""

    @pytest.fixture
    def new(self):
        return copy.deepcopy(schema())

    def season(self, new):
        return new["components"]["schemas"]["Season"]

    def test_nothing_is_broken_by_nothing(self, new):
        assert breaks(schema(), new) == []

    def test_what_is_added_breaks_nothing(self, new):
        new["paths"]["/api/v1/x/"] = copy.deepcopy(new["paths"]["/auth/jwt/create/"])
        self.season(new)["properties"]["more"] = {"type": "string"}
        self.season(new)["required"].append("more")
        new["components"]["schemas"]["LoginRequest"]["properties"]["device"] = {"type": "string"}
        assert breaks(schema(), new) == []

    def test_an_address_that_goes(self, new):
        del new["paths"]["/api/v1/seasons/{id}/"]
        assert "GET /api/v1/seasons/{id}/" in breaks(schema(), new)

    def test_a_method_that_goes(self, new):
        del new["paths"]["/auth/users/me/"]["put"]
        assert "PUT /auth/users/me/" in breaks(schema(), new)

    def test_a_field_that_goes(self, new):
        del self.season(new)["properties"]["name"]
        lost = breaks(schema(), new)
        assert "GET /api/v1/seasons/{id}/ answers 200 name: string" in lost
        assert "GET /api/v1/seasons/ answers 200 results[] name: string" in lost

    def test_a_field_of_another_type(self, new):
        self.season(new)["properties"]["id"] = {"type": "integer"}
        assert "GET /api/v1/seasons/{id}/ answers 200 id: string (uuid)" in breaks(schema(), new)

    def test_a_field_that_may_be_left_out_from_now_on(self, new):
        self.season(new)["required"].remove("name")
        assert "GET /api/v1/seasons/{id}/ answers 200 name is always there" in breaks(schema(), new)

    def test_a_field_that_may_be_null_from_now_on(self, new):
        self.season(new)["properties"]["name"]["nullable"] = True
        assert "GET /api/v1/seasons/{id}/ answers 200 name is never null" in breaks(schema(), new)

    def test_a_value_that_goes(self, new):
        self.season(new)["properties"]["type"]["enum"].remove("eid")
        assert "GET /api/v1/seasons/{id}/ answers 200 type may be eid" in breaks(schema(), new)

    def test_a_code_that_goes(self, new):
        del new["paths"]["/auth/users/claim/"]["post"]["x-codes"]
        assert breaks(schema(), new) == ["POST /auth/users/claim/ has code claim_refused with 400"]

    def test_a_shared_code_that_goes(self, new):
        new["components"]["responses"]["NotFound"]["x-codes"].remove("no_such_page")
        assert "GET /api/v1/seasons/ has code no_such_page" in breaks(schema(), new)

    def test_a_field_that_must_be_sent_from_now_on(self, new):
        new["components"]["schemas"]["LoginRequest"]["required"].append("device")
        new["components"]["schemas"]["LoginRequest"]["properties"]["device"] = {"type": "string"}
        assert breaks(schema(), new) == ["POST /auth/jwt/create/ needs device"]

    def test_a_field_that_isnt_taken_any_more(self, new):
        del new["components"]["schemas"]["RegistrationRequest"]["properties"]["address"]
        assert breaks(schema(), new) == ["POST /auth/users/ takes application/json address: string"]

    def test_a_parameter_that_goes(self, new):
        new["paths"]["/api/v1/seasons/"]["get"]["parameters"].pop()
        assert breaks(schema(), new) == ["GET /api/v1/seasons/ takes query page_size: integer"]

    def test_a_method_of_the_clients_that_is_called_otherwise(self, new):
        new["paths"]["/api/v1/seasons/"]["get"]["operationId"] = "seasons"
        assert breaks(schema(), new) == ["GET /api/v1/seasons/ is called listSeasons"]

    def test_promises_and_demands_are_lines(self):
        assert len(list(promises(schema()))) > 100
        assert "POST /auth/jwt/create/ needs password" in set(demands(schema()))


class TestChangelog:
    LINE = "GET /api/v1/seasons/{id}/"

    def test_a_line_in_the_top_section_is_enough(self):
        text = f"# Changes\n\n## Unreleased\n\n- `{self.LINE}` goes: nobody asked.\n\n## 1\n\n- x\n"
        assert not_written_down([self.LINE], text) == []

    def test_an_older_section_doesnt_count(self):
        text = f"# Changes\n\n## Unreleased\n\n- x\n\n## 1\n\n- `{self.LINE}` goes.\n"
        assert not_written_down([self.LINE], text) == [self.LINE]

    def test_the_command_writes_nothing_until_it_stands_there(self, tmp_path, monkeypatch):
        kept, document, changelog = (tmp_path / name for name in ("openapi.json", "api.md", "CHANGELOG.md"))
        old = copy.deepcopy(schema())
        old["paths"]["/api/v1/gone/"] = {"get": old["paths"]["/api/v1/seasons/{id}/"]["get"]}
        kept.write_text(json.dumps(old))
        changelog.write_text("# Changes\n\n## Unreleased\n\n- nothing\n")
        monkeypatch.setattr(document_api, "KEPT", kept)
        monkeypatch.setattr(document_api, "kept_schema", lambda: old)
        monkeypatch.setattr(document_api, "DOCUMENT", document)
        monkeypatch.setattr(document_api, "CHANGELOG", changelog)
        with pytest.raises(CommandError, match="GET /api/v1/gone/") as refused:
            call_command("document_api")
        assert json.loads(kept.read_text()) == old
        assert not document.exists()
        lines = str(refused.value).split(":\n", 1)[1]
        changelog.write_text(f"# Changes\n\n## Unreleased\n\n{lines}\n")
        call_command("document_api", stdout=(tmp_path / "said").open("w"))
        assert json.loads(kept.read_text()) == schema()
        assert document.exists()

    def test_the_changelog_has_a_top_section(self):
        assert "\n## Unreleased\n" in CHANGELOG.read_text(encoding="utf-8")


class TestServing:
    def test_the_schema_is_what_is_kept(self, client):
        answer = client.get("/api/schema/")
        assert (answer.status_code, answer.json()) == (200, kept_schema())

    def test_the_page_takes_nothing_from_elsewhere(self, client):
        answer = client.get("/api/docs/")
        assert answer.status_code == 200
        text = answer.content.decode()
        assert "http://" not in text
        assert "https://" not in text
        assert "script-src 'self';" in answer["Content-Security-Policy"]

    def test_codes_are_told_to_people_too(self):
        assert "Codes: `claim_refused` (400)." in as_markdown(schema())

    def test_the_pages_script_is_ours_to_serve(self):
        from django.contrib.staticfiles import finders

        assert finders.find("drf_spectacular_sidecar/redoc/bundles/redoc.standalone.js")

    def test_a_process_that_answers_doesnt_load_what_makes_the_schema(self):
        import os
        import subprocess
        import sys

        code = (
            "import django, sys; django.setup()\n"
            "from django.test import Client\n"
            "from django.urls import get_resolver\n"
            "get_resolver().url_patterns\n"
            "assert Client().get('/api/schema/').status_code == 200\n"
            "print(sorted({'drf_spectacular.openapi', 'drf_spectacular.plumbing', 'jsonschema'} & set(sys.modules)))"
        )
        done = subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            cwd=Path(__file__).parents[2],
            env=os.environ | {"DJANGO_SETTINGS_MODULE": "backoffice.config.settings_test"},
        )
        assert done.stdout.strip() == "[]"
