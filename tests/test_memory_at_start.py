"""What a process of the centre has loaded before anybody asks it for anything: nothing that hardly a page needs."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

#: Each must be imported where it is used: inside a function, or from a module that only such a function imports.
HEAVY = {
    "openpyxl": "backoffice.shared.sheets writes and reads workbooks; its stand-in takes tablib's place",
    "xlsxwriter": "the same",
    "pillow_heif": "Wagtail takes no HEIC (cms.wagtail_apps)",
    "ninja": "Wagtail's API v3, which is not mounted (cms.wagtail_apps)",
    "wagtail.api.v3": "the same",
    "jsonschema": "checks of the contract are a command's business",
    "cryptography": "our tokens are signed with one key (backoffice.config.later)",
    "pydantic": "Wagtail's chooser of pages alone checks with it (backoffice.config.later)",
    "storages": "only where files lie in a bucket (MEDIA_S3_BUCKET)",
    "boto3": "the same",
    "botocore": "the same",
    "typst": "only receipts and reports as PDF are set by it",
    "icalendar": "only a calendar needs it",
    "numpy": "nobody needs it",
    "pandas": "nobody needs it",
    "rich": "only commands and benchmarks draw tables",
    "prometheus_client": "only where METRICS_PORT is set",
    "sentry_sdk": "only where SENTRY_DSN is set",
    "pytest": "only tests",
}
#: Named at the start by others, so `backoffice.config.later` puts something empty in their place.
EMPTY = {"PIL.Image": "PIL.ExifTags", "yaml": "yaml.loader", "charset_normalizer": "charset_normalizer.api"}

PROBE = """
import sys, django
django.setup()
from django.urls import get_resolver
get_resolver()._populate()
import backoffice.payments.resources
print(*sorted(name for name, module in sys.modules.items() if module is not None))
"""


def loaded(code=PROBE):
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "backoffice.config.settings",
        "DJANGO_SECRET_KEY": "x" * 60,
        "DJANGO_ALLOWED_HOSTS": "localhost",
        "DEBUG": "0",
        "METRICS_PORT": "",
        "SENTRY_DSN": "",
    }
    command = [sys.executable, "-c", code]
    answer = subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True)
    return answer.stdout.split()


def test_no_heavy_package_is_loaded_with_all_apps_and_all_addresses():
    names = set(loaded())
    assert "django.contrib.admin.sites" in names
    assert {name: HEAVY[name] for name in names & HEAVY.keys()} == {}
    assert names & set(EMPTY.values()) == set()
    assert "requests.api" not in names


def test_what_waits_is_there_as_soon_as_somebody_looks_into_it():
    code = """
import django
django.setup()
import io
from concurrent.futures import ThreadPoolExecutor
from PIL import Image
import yaml, requests, charset_normalizer
with ThreadPoolExecutor(8) as many:
    sizes = {one.size for one in many.map(lambda _: Image.new("RGB", (3, 2)), range(8))}
out = io.BytesIO()
Image.new("RGB", (3, 2)).save(out, "PNG")
out.seek(0)
from willow.image import Image as Picture
print(sizes == {(3, 2)}, Picture.open(out).get_size() == (3, 2), yaml.safe_load("a: 1") == {"a": 1})
print(requests.codes.ok == 200, requests.Session is not None, charset_normalizer.from_bytes(b"abc").best() is not None)
"""
    assert loaded(code) == ["True"] * 6


def test_what_others_call_at_times_loads_when_it_is_called():
    code = """
import django
django.setup()
import sys
from wagtail.api.querysets import SiteFilterValidator
before = "pydantic" in sys.modules
try:
    SiteFilterValidator()
except Exception as error:
    print(not before, type(error).__module__.startswith("pydantic"), "pydantic" in sys.modules)
print("cryptography" not in sys.modules)
import jwt, cryptography.fernet
print(jwt.decode(jwt.encode({"a": 1}, "k" * 32), "k" * 32, algorithms=["HS256"]) == {"a": 1})
"""
    assert loaded(code) == ["True"] * 5


def test_wagtails_apps_are_ready_but_for_the_api():
    code = """
import django
django.setup()
from django.apps import apps
from wagtail.admin.compare import comparison_class_registry
from wagtail.contrib.redirects.signal_handlers import autocreate_redirects_on_slug_change
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models.reference_index import ReferenceIndex
from wagtail.permissions import policy_registry
from wagtail.signals import page_slug_changed
redirect = apps.get_model("wagtailredirects", "Redirect")
image, document = get_image_model(), get_document_model()
print(*(policy_registry.get_by_type(model) is not None for model in (redirect, image, document)))
print(*(ReferenceIndex.is_indexed(model) for model in (image, document)))
print(autocreate_redirects_on_slug_change in [receiver() for _id, receiver, *_ in page_slug_changed.receivers])
print(image in comparison_class_registry.values_by_fk_related_model)
"""
    assert loaded(code) == ["True"] * 7
