"""The samples of docs/authentication.md, run in the order in which they stand."""

import json
import re
import shutil
import subprocess
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from backoffice.users import services
from backoffice.users.models import CustomUser
from backoffice.users.tests.makers import PASSWORD

from .conftest import MONA, carry

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
        "child_link_address": "30/hour", "child_link_number": "10/hour", "scans_device": "240/min",
    }  # fmt: skip


DRIVER = """
const kept = new Map();
globalThis.localStorage = {
  getItem: (name) => kept.get(name) ?? null,
  setItem: (name, value) => kept.set(name, value),
  removeItem: (name) => kept.delete(name),
};
const asked = [];
const really = globalThis.fetch;
globalThis.fetch = (address, options) => {
  asked.push(new URL(address).pathname);
  return really(address, options);
};
const { signIn, call, signOut } = await import("./client.mjs");
const tokens = () => JSON.parse(localStorage.getItem("tokens"));
const said = {};

await signIn("0100 123 4567", "wrong").catch((error) => (said.wrong = error.code));
await signIn("0100 123 4567", process.argv[2]);
said.me = (await (await call("/auth/users/me/")).json()).phone_number1;

// The access token runs out while three requests are on their way.
const first = tokens();
localStorage.setItem("tokens", JSON.stringify({ ...first, access: first.access.slice(0, -3) }));
const answers = await Promise.all([1, 2, 3].map(() => call("/auth/users/me/")));
said.afterwards = answers.map((answer) => answer.status);
said.exchanges = asked.filter((path) => path === "/auth/jwt/refresh/").length;
said.isNew = tokens().refresh !== first.refresh;
said.changed = (await call("/auth/users/me/", { method: "PATCH", body: { address: "شارع النخيل" } })).status;

const last = tokens();
await signOut();
said.keptAfterSigningOut = tokens();
localStorage.setItem("tokens", JSON.stringify(last));
said.signedOut = (await call("/auth/users/me/")).status;
console.log(JSON.stringify(said));
"""

NODE = shutil.which("node")


class Door(BaseHTTPRequestHandler):
    """Hands what node asks to the application, in the test's own thread and transaction."""

    def answer(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        token = {"HTTP_AUTHORIZATION": self.headers["Authorization"]} if self.headers["Authorization"] else {}
        kind = self.headers.get("Content-Type", "")
        answer = self.server.app.generic(self.command, self.path, body, content_type=kind, **token)
        self.send_response(answer.status_code)
        self.send_header("Content-Type", answer.get("Content-Type", ""))
        self.end_headers()
        self.wfile.write(answer.content)

    do_GET = do_POST = do_PATCH = answer

    def log_message(self, *_):
        pass


def served(app, command, folder):
    """What the command prints, answered by the application as long as it runs."""
    with HTTPServer(("127.0.0.1", 0), Door) as door:
        door.app, door.timeout = app, 0.1
        sample = re.search(r"```js\n(.*?)```", DOCUMENT, re.S)[1]
        assert "https://centre.example" in sample
        here = f"http://127.0.0.1:{door.server_port}"
        (folder / "client.mjs").write_text(sample.replace("https://centre.example", here), encoding="utf-8")
        (folder / "driver.mjs").write_text(DRIVER, encoding="utf-8")
        with subprocess.Popen(
            command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as running:
            until = time.monotonic() + 120
            while running.poll() is None and time.monotonic() < until:
                door.handle_request()
            running.kill()
            printed, complained = running.communicate()
    assert running.returncode == 0, complained
    return json.loads(printed)


# The quick tests run on a bare machine too; .ci/run installs node, so this is always shown there.
@pytest.mark.skipif(not NODE, reason="the document's JavaScript is run by node, which isn't on this machine")
@pytest.mark.django_db
def test_the_javascript_signs_in_exchanges_once_for_three_requests_and_signs_out(app, mona, tmp_path):
    assert served(app, [NODE, "driver.mjs", PASSWORD], tmp_path) == {
        "wrong": "wrong_number_or_password",
        "me": MONA,
        "afterwards": [200, 200, 200],
        "exchanges": 1,
        "isNew": True,
        "changed": 200,
        "keptAfterSigningOut": None,
        "signedOut": 401,
    }


def test_every_sample_of_the_document_is_one_of_those_that_are_run():
    kinds = re.findall(r"^```(\w*)$", DOCUMENT, re.M)
    assert set(kinds) == {"json", "text", "js", ""}
    assert kinds.count("json") == len(list(samples()))
    assert (kinds.count("text"), kinds.count("js")) == (1, 1)
