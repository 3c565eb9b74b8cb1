"""A page appears and goes at its hour by Cairo's clock, once, and nobody reads it before."""

import datetime as dt

import pytest
from django.utils import timezone
from wagtail.models import Page, PageLogEntry, Revision

from backoffice.shared.dates import CAIRO
from cms.scheduled import publish_due
from workers.sweeps import SWEEPS

from .makers import make_course_page
from .test_editors_rights import editor, form

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _site(home):
    """The site as migrate leaves it."""


@pytest.fixture
def clock(monkeypatch):
    """Set what time it is."""
    return lambda moment: monkeypatch.setattr(timezone, "now", lambda: moment.astimezone(dt.UTC))


def schedule(client, page, **when):
    client.force_login(editor())
    answer = client.post(f"/cms/pages/{page.pk}/edit/", form(page, **when) | {"action-publish": "1"})
    client.logout()
    return answer


# The night before each change of Egypt's clocks, the hours around it, and the day after.
NIGHTS = [
    ("2026-04-23 23:30", "2026-04-23T21:30+00:00"),
    ("2026-04-24 01:30", "2026-04-23T22:30+00:00"),
    ("2026-10-29 22:30", "2026-10-29T19:30+00:00"),
    ("2026-10-30 00:30", "2026-10-29T22:30+00:00"),
]


@pytest.mark.parametrize(("typed", "moment"), NIGHTS)
def test_a_page_appears_at_its_hour_in_cairo(client, clock, typed, moment):
    moment = dt.datetime.fromisoformat(moment)
    clock(moment - dt.timedelta(days=2))
    page = make_course_page(live=False)
    assert schedule(client, page, go_live_at=typed).status_code == 302
    page.refresh_from_db()
    assert page.go_live_at == moment
    client.force_login(editor())
    shown = client.get(f"/cms/pages/{page.pk}/edit/").content.decode()
    assert f'value="{typed}"' in shown
    client.logout()
    for minutes, there in ((-1, 404), (1, 200)):
        clock(moment + dt.timedelta(minutes=minutes))
        publish_due()
        assert client.get(page.url).status_code == there, minutes


@pytest.mark.parametrize("typed", ["2026-04-24 00:30", "2026-10-29 23:30"], ids=["never", "twice"])
def test_an_hour_that_never_comes_or_comes_twice_is_asked_for_again(client, clock, typed):
    clock(dt.datetime(2026, 4, 1, tzinfo=CAIRO))
    page = make_course_page(live=False)
    answer = schedule(client, page, go_live_at=typed)
    assert answer.status_code == 200
    assert "Africa/Cairo" in answer.content.decode()
    assert not Revision.objects.exclude(approved_go_live_at=None).exists()


def test_a_page_goes_when_its_time_is_over(client, clock):
    now = dt.datetime(2026, 7, 1, 12, tzinfo=CAIRO)
    clock(now)
    page = make_course_page()
    schedule(client, page, expire_at="2026-07-01 18:00")
    clock(now + dt.timedelta(hours=5, minutes=59))
    publish_due()
    assert client.get(page.url).status_code == 200
    clock(now + dt.timedelta(hours=6, minutes=1))
    publish_due()
    assert client.get(page.url).status_code == 404


def test_a_second_run_publishes_nothing_again_and_a_missed_one_is_made_up_for(client, clock):
    now = dt.datetime(2026, 7, 1, 12, tzinfo=CAIRO)
    clock(now)
    page = make_course_page(live=False)
    schedule(client, page, go_live_at="2026-07-01 13:00")
    clock(now + dt.timedelta(days=3))
    publish_due()
    page.refresh_from_db()
    first = page.last_published_at
    assert page.live
    clock(now + dt.timedelta(days=4))
    publish_due()
    page.refresh_from_db()
    assert page.last_published_at == first


def test_what_is_broken_off_halfway_is_still_due(client, clock, monkeypatch):
    now = dt.datetime(2026, 7, 1, 12, tzinfo=CAIRO)
    clock(now)
    page = make_course_page(live=False)
    schedule(client, page, go_live_at="2026-07-01 13:00")
    clock(now + dt.timedelta(hours=2))
    with monkeypatch.context() as broken:
        broken.setattr(Page, "save", lambda *_args, **_more: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            publish_due()
    publish_due()
    page.refresh_from_db()
    assert page.live


def test_a_going_that_is_broken_off_halfway_is_done_by_the_next_run_once(client, clock, monkeypatch):
    now = dt.datetime(2026, 7, 1, 12, tzinfo=CAIRO)
    clock(now)
    page = make_course_page()
    schedule(client, page, expire_at="2026-07-01 18:00")
    clock(now + dt.timedelta(hours=7))
    noted = PageLogEntry.objects.filter(page=page, action="wagtail.unpublish.scheduled")
    with monkeypatch.context() as broken:
        # By then the page has been saved.
        broken.setattr(PageLogEntry, "save", lambda *_args, **_more: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            publish_due()
    page.refresh_from_db()
    assert (page.live, page.expired, noted.count()) == (True, False, 0)
    for _again in range(2):
        publish_due()
        page.refresh_from_db()
        assert (page.live, page.expired, noted.count()) == (False, True, 1)


def test_the_worker_does_it_every_minute():
    sweep = next(one for one in SWEEPS if one.function == f"{publish_due.__module__}.{publish_due.__name__}")
    assert sweep.cron == "* * * * *"
