"""The samples of docs/authentication.md, run in the order in which they stand."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from backoffice.users import services
from backoffice.users.models import CustomUser

from .conftest import carry

DOCUMENT = (Path(__file__).parents[2] / "docs" / "authentication.md").read_text(encoding="utf-8")
SECTION = re.compile(r"^## [^\n]*?`([A-Z]+)[^\n]*?(/auth/[^`]*)`\n(.*?)(?=^## |\Z)", re.M | re.S)
SAMPLE = re.compile(r"```json\n(.*?)```", re.S)
ANSWER = re.compile(r"Answer `(\d{3})`")


def samples():
    for method, path, text in SECTION.findall(DOCUMENT):
        used = "PATCH" if "PATCH" in text.split("```json")[0] else method
        for body, status in zip(SAMPLE.findall(text), ANSWER.findall(text), strict=True):
            yield used, path, body, int(status)


def test_every_endpoint_is_written_down():
    assert [(method, path) for method, path, *_ in samples()] == [
        ("POST", "/auth/users/"),
        ("POST", "/auth/jwt/create/"),
        ("POST", "/auth/jwt/refresh/"),
        ("POST", "/auth/jwt/verify/"),
        ("PATCH", "/auth/users/me/"),
        ("POST", "/auth/users/set_password/"),
        ("POST", "/auth/users/claim/"),
        ("POST", "/auth/jwt/logout/"),
        ("DELETE", "/auth/users/me/"),
    ]


@pytest.mark.django_db
def test_each_sample_gets_the_answer_that_is_written_beside_it(app):
    tokens = {"access": "", "refresh": ""}

    def sign_in(password):
        answer = app.post("/auth/jwt/create/", {"phone_number1": "01001234567", "password": password})
        tokens.update(answer.json())
        carry(app, tokens["access"])

    for method, path, body, status in samples():
        if path.endswith("claim/"):
            body = body.replace("<code>", services.make_claim_code(CustomUser.objects.get().pk, by=None))
        for name, token in tokens.items():
            body = body.replace(f"<{name}>", token)
        if method == "DELETE":
            sign_in("palms-of-giza-99")
        answer = app.generic(method, path, json.dumps(json.loads(body)), content_type="application/json")
        assert answer.status_code == status, (method, path, answer.content.decode())
        if answer.content and "access" in answer.json():
            tokens.update(answer.json())
            carry(app, tokens["access"])
        if path.endswith("claim/"):
            sign_in("palms-of-giza-99")
    assert not CustomUser.objects.get().is_active


@pytest.mark.django_db
def test_the_profile_in_the_document_has_the_fields_that_we_send(app, mona):
    from .conftest import sign_in

    sign_in(app)
    written = json.loads(re.search(r"```text\n(.*?)```", DOCUMENT, re.S)[1])
    assert list(written) == sorted(app.get("/auth/users/me/").json(), key=list(written).index)


@pytest.mark.parametrize(
    "code", ["wrong_number_or_password", "claim_refused", "own_access", "token_not_valid", "locked"]
)
def test_the_codes_that_are_promised_are_in_our_source(code):
    source = Path(__file__).parents[2]
    files = [
        *source.glob("api/*.py"),
        *source.glob("api/accounts/*.py"),
        *source.glob("backoffice/users/services/*.py"),
    ]
    assert any(f'"{code}"' in file.read_text(encoding="utf-8") for file in files)
    assert code in DOCUMENT


def test_the_limits_that_are_written_are_those_of_the_settings(settings):
    rates = settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"]
    assert rates == {
        "login_address": "60/min", "login_number": "10/min", "register_address": "20/hour", "register_number": "5/hour",
        "password_address": "30/hour", "password_number": "10/hour",
        "child_link_address": "30/hour", "child_link_number": "10/hour",
    }  # fmt: skip


if NODE := shutil.which("node"):

    def test_the_javascript_can_be_read_by_an_engine(tmp_path):
        (tmp_path / "client.mjs").write_text(re.search(r"```js\n(.*?)```", DOCUMENT, re.S)[1], encoding="utf-8")
        assert subprocess.run([NODE, "--check", tmp_path / "client.mjs"], check=False).returncode == 0
