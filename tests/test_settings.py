"""The start says what is missing, and with DEBUG=0 nothing insecure survives."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
KEY = "k" * 60
ASK = """
import django.conf as c, json
s = c.settings
print(json.dumps([s.DEBUG, s.SECURE_SSL_REDIRECT, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.ALLOWED_HOSTS]))
"""
ASK_ITSELF = """
import django, json
django.setup()
from django.contrib.auth.hashers import make_password
from django.test import Client
there = Client(raise_request_exception=False, headers={"host": "centre.example"}).get("/health/live", secure=True)
print(json.dumps([make_password("x").split("$")[0], there.headers["Strict-Transport-Security"]]))
"""


def start(tmp_path, ask=ASK, **environment):
    """Load the real settings in a fresh process, away from any .env of this checkout."""
    (tmp_path / "backoffice").symlink_to(ROOT / "backoffice")
    module = "backoffice.config.settings"
    clean = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "DJANGO_SETTINGS_MODULE": module}
    nothing = {"DEBUG": "0", "DJANGO_SECRET_KEY": "", "DJANGO_ALLOWED_HOSTS": "centre.example"}
    return subprocess.run(
        [sys.executable, "-c", ask], env=clean | nothing | environment, capture_output=True, text=True, check=False
    )


def test_an_empty_key_stops_the_start_with_what_to_do(tmp_path):
    outcome = start(tmp_path)
    assert outcome.returncode != 0
    assert "DJANGO_SECRET_KEY is empty" in outcome.stderr
    assert "token_urlsafe" in outcome.stderr


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"DJANGO_SECRET_KEY": "short"}, "shorter than 50"),
        ({"DJANGO_SECRET_KEY": KEY, "DJANGO_ALLOWED_HOSTS": ""}, "DJANGO_ALLOWED_HOSTS is empty"),
        ({"DJANGO_SECRET_KEY": KEY, "DJANGO_ALLOWED_HOSTS": "*"}, "name the hosts"),
        ({"DJANGO_SECRET_KEY": KEY, "DATABASE_ENGINE": "oracle"}, "use postgresql or sqlite3"),
    ],
)
def test_an_insecure_start_is_refused_with_a_sentence(tmp_path, environment, sentence):
    outcome = start(tmp_path, **environment)
    assert outcome.returncode != 0
    assert sentence in outcome.stderr


def test_without_debug_everything_goes_over_https(tmp_path):
    outcome = start(tmp_path, DJANGO_SECRET_KEY=KEY)
    assert outcome.returncode == 0, outcome.stderr
    assert outcome.stdout.strip() == '[false, true, true, true, ["centre.example"]]'


def test_passwords_are_kept_by_argon2_and_browsers_told_to_stay_with_tls(tmp_path):
    outcome = start(tmp_path, ASK_ITSELF, DJANGO_SECRET_KEY=KEY)
    assert outcome.returncode == 0, outcome.stderr
    assert outcome.stdout.splitlines()[-1] == '["argon2", "max-age=31536000; includeSubDomains; preload"]'
