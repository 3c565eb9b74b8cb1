"""The centre that is scanned: the demo, on the settings of the fuzzed one."""

import http.cookiejar
import re
from collections.abc import Callable, Iterator
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

import pytest

from backoffice.config.demo.accounts import ACCOUNTS
from tests.browser.centre import PASSWORD, Centre, demo_on

SIGN_IN = "/courses-admin/login/"


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    """The web server and the worker; an error in their log fails the run at its end.

    A traceback alone doesn't: Django logs one, as a warning, with what it forbids.
    """
    with demo_on("tests.fuzz.settings", tmp_path_factory.mktemp("scanned"), fault=" ERROR ") as centre:
        yield centre


@pytest.fixture(scope="module")
def cookie_of(centre: Centre) -> Callable[[str], str]:
    """Sign in by the form, as a person of the demo; the session's cookie."""

    def sign_in(key: str) -> str:
        jar = http.cookiejar.CookieJar()
        opener = build_opener(HTTPCookieProcessor(jar))
        page = opener.open(centre.address + SIGN_IN).read().decode()
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert token
        (phone,) = (account.phone for account in ACCOUNTS if account.key == key)
        sent = {"username": phone, "password": PASSWORD, "csrfmiddlewaretoken": token[1]}
        opener.open(centre.address + SIGN_IN, urlencode(sent).encode()).read()
        cookies = {cookie.name: str(cookie.value) for cookie in jar}
        assert "sessionid" in cookies, sorted(cookies)
        return cookies["sessionid"]

    return sign_in
