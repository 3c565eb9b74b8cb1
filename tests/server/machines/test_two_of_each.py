"""Two web machines and two workers are one centre: whoever speaks to one of them has spoken to all."""

import json
import time
from contextlib import ExitStack
from urllib.parse import urlsplit

import pytest
import requests
from django.urls import reverse
from websockets.sync.client import connect

from backoffice.users.password_page import CAME_BY
from backoffice.users.tests.makers import PASSWORD
from tests.server.machines import of_two
from tests.server.machines.parts import Centre, eventually
from tests.server.machines.two_of_each import Everything

pytestmark = [pytest.mark.server, pytest.mark.postgres, pytest.mark.django_db]


@pytest.fixture(scope="module")
def all_of_it(pooled, folder):
    """Started once."""
    with ExitStack() as opened:
        # Static files are collected for DEBUG=0, which takes longer than all of this.
        centre = Centre(folder)
        centre.environment |= pooled.environment | {"DEBUG": "1"}
        everything = Everything(centre, folder, opened)
        everything.start(opened)
        everything.made = json.loads(centre.run("-m", "tests.server.machines.of_two"))
        yield everything


@pytest.fixture
def one(all_of_it):
    return f"http://127.0.0.1:{all_of_it.webs[0].port}"


@pytest.fixture
def two(all_of_it):
    return f"http://127.0.0.1:{all_of_it.webs[1].port}"


@pytest.fixture
def front(all_of_it):
    return f"http://127.0.0.1:{all_of_it.front.port}"


@pytest.fixture
def made(all_of_it):
    return all_of_it.made


def sign_in(web, phone):
    """An app signs in."""
    who = {"phone_number1": phone, "password": PASSWORD}
    return requests.post(f"{web}/auth/jwt/create/", json=who, timeout=30)


def as_app(web, phone):
    answer = sign_in(web, phone)
    assert answer.status_code == 200, answer.text
    return {"Authorization": f"JWT {answer.json()['access']}"}


def signed_in(web, made, **asked):
    """A browser of the manager's, signed in at this web."""
    staff = requests.Session()
    staff.get(f"{web}/courses-admin/login/", timeout=30)
    form = {"username": made["boss"], "password": PASSWORD, "csrfmiddlewaretoken": staff.cookies["csrftoken"], **asked}
    answer = staff.post(f"{web}/courses-admin/login/", data=form, allow_redirects=False, timeout=30)
    assert answer.status_code == 302, answer.text[:500]
    return staff


def test_who_signs_in_at_one_is_signed_in_at_the_other(one, two, made):
    page = reverse("report-file", args=["courses", "csv"])
    assert requests.get(two + page, allow_redirects=False, timeout=30).status_code == 302
    sheet = signed_in(one, made, next=page).get(two + page, timeout=30)
    assert (sheet.status_code, sheet.headers["Content-Type"]) == (200, "text/csv; charset=utf-8")


def test_tries_are_counted_by_both_together(one, two, made):
    """Ten an hour for a person, whatever comes of them; by an hour, for a minute may end in between."""
    counted = as_app(one, made["counted"])
    tries = [f"{web}/auth/users/set_password/" for web in (one, two) * 6]
    statuses = [requests.post(url, json={}, headers=counted, timeout=30).status_code for url in tries]
    assert statuses == [400] * 10 + [429] * 2


def test_a_mark_made_at_one_is_heard_at_the_other(all_of_it, one, made):
    listener = as_app(one, made["supervisor"])
    address = f"ws://127.0.0.1:{all_of_it.webs[1].port}/ws/attendance/"
    token = listener["Authorization"].split()[1]
    with connect(address, subprotocols=["jwt", token], open_timeout=30, compression=None) as socket:
        socket.recv(timeout=30)
        line = {"participant": f"child:{made['yusuf']}", "present": True, "rating": "8.25", "notes": ""}
        marks = f"{one}/api/v1/teaching/lectures/{made['lecture']}/attendance/"
        answer = requests.put(marks, json={"marks": [line]}, headers=listener, timeout=30)
        assert answer.status_code == 200, answer.text
        heard = json.loads(socket.recv(timeout=10))
    assert "8.25" in json.dumps(heard)


def test_two_workers_do_each_task_once_and_a_days_job_once(all_of_it, made):
    def ended():
        said = json.loads(all_of_it.centre.run("-m", "tests.server.machines.of_two", made["export"], made["day"]))
        return said if said["waiting"] == 0 and said["tasks"] == of_two.TASKS and said["export"] == "done" else None

    said = eventually(ended, 60)
    assert said == {"waiting": 0, "tasks": 30, "by": [1, 2], "failed": [], "attempts": [1], "export": "done"}


def test_a_file_of_one_machine_is_read_at_all_others(one, two, made):
    """The export is a worker's, the photograph a third machine's; none of them shares a disk."""
    staff = signed_in(one, made)
    file = reverse("report-export-file", args=[made["export"]])
    # It is of people: the password first, at one of them for both.
    again = {"password": PASSWORD, CAME_BY: "GET", "csrfmiddlewaretoken": staff.cookies["csrftoken"]}
    assert staff.post(one + file, data=again, allow_redirects=False, timeout=30).status_code == 302
    files = [staff.get(web + file, timeout=30) for web in (one, two)]
    assert [answer.status_code for answer in files] == [200, 200]
    assert "text/html" not in files[0].headers["Content-Type"]
    assert files[0].content == files[1].content
    family = as_app(one, made["supervisor"])
    roster = requests.get(f"{one}/api/v1/teaching/lectures/{made['lecture']}/roster/", headers=family, timeout=30)
    photo = urlsplit(next(iter(_photos(roster.json()))))
    for web in (one, two):
        picture = requests.get(f"{web}{photo.path}", timeout=30)
        assert (picture.status_code, picture.content[:2]) == (200, b"\xff\xd8")


def _photos(found):
    """Every photograph's address in an answer."""
    if isinstance(found, dict):
        for key, value in found.items():
            if key == "photo" and value:
                yield value
            else:
                yield from _photos(value)
    elif isinstance(found, list):
        for one in found:
            yield from _photos(one)


def test_one_web_machine_dies_and_no_visitor_notices(all_of_it, one, front, made):
    headers = as_app(one, made["supervisor"])
    statuses = []
    for number in range(60):
        if number == 20:
            all_of_it.webs[0].kill()
        statuses.append(requests.get(f"{front}/api/v1/me/", headers=headers, timeout=30).status_code)
        time.sleep(0.02)
    assert statuses == [200] * 60
    with pytest.raises(requests.ConnectionError):
        requests.get(f"{one}/api/v1/me/", headers=headers, timeout=5)


def test_the_ledger_is_clean_at_the_end(all_of_it):
    all_of_it.centre.run("manage.py", "check_ledger")
