import re
from decimal import Decimal

import pytest
from django.contrib.auth.models import Permission
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone, translation

from backoffice.courses.tests.makers import make_course, make_lecture
from backoffice.enrollments.tests.makers import make_enrollment, make_request
from backoffice.payments.models import CashSession
from backoffice.payments.tests.makers import make_payment, open_session
from backoffice.users.models import CustomUser
from backoffice.users.tests.makers import huda, karima, make_instructor, make_staff, omar
from reports.dashboard import staff_home
from reports.dashboard.card import Shown
from reports.dashboard.today import CARDS

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


def home_of(user: CustomUser) -> dict:
    request = RequestFactory().get("/courses-admin/")
    request.user = user
    return staff_home(request, {})


def cards_of(user: CustomUser) -> dict[str, Shown]:
    return {str(card.title): card for card in home_of(user)["cards"]}


def test_the_cashier_sees_how_many_paid_and_the_own_session_but_no_sum():
    make_payment(amount=Decimal("120.50"))
    make_payment(amount=Decimal("1000.00"), enrollment=make_enrollment(make_course(price=Decimal("1500.00"))))
    cashier = karima()
    assert cards_of(cashier)["My cash session"].figure == "Closed"
    open_session(cashier)
    cards = cards_of(cashier)
    assert cards["Paid today"].figure == "2"
    assert cards["My cash session"].figure == "Open"
    assert "Requests to answer" not in cards
    assert "Cash in hand" not in cards


def test_the_accountant_sees_the_money_of_today_and_what_lies_in_the_drawers():
    make_payment(amount=Decimal("120.50"))
    make_payment(amount=Decimal("1000.00"), enrollment=make_enrollment(make_course(price=Decimal("1500.00"))))
    cards = cards_of(huda())
    assert (cards["Paid today"].figure, cards["Paid today"].note) == ("1,120.50 EGP", "2 payments")
    lie = sum(session.opening_float for session in CashSession.objects.open())
    assert cards["Cash in hand"].figure == f"{lie:,.2f} EGP"


def test_a_drawer_is_counted_before_any_sum_is_shown():
    make_payment(amount=Decimal("120.50"))
    boss = make_staff("Managers")
    open_session(boss)
    home = home_of(boss)
    assert not re.findall(r"[0-9]+\.[0-9]{2} EGP", " ".join(card.figure for card in home["cards"]))
    assert cards_of(boss)["Cash in hand"].figure == "•••"
    assert home["drawings"] == []
    assert {str(card.title) for band in home["seasons"] for card in band.cards} <= {"Fill rate"}


def test_a_colleagues_open_session_is_not_the_own():
    open_session()
    assert cards_of(karima())["My cash session"].figure == "Closed"


def test_the_registrar_sees_requests_to_answer_with_the_oldest_first():
    first, second = make_request(), make_request()
    make_enrollment()
    home = home_of(omar())
    assert cards_of(omar())["Requests to answer"].figure == "2"
    assert cards_of(omar())["Requests to answer"].waits
    assert list(home["requests"]) == [first, second]


def test_a_supervisor_sees_no_money():
    titles = set(cards_of(make_staff("Supervisors")))
    assert titles == {"Requests to answer", "Lectures today", "Staff missing now"}


def test_an_instructor_sees_only_the_own_lectures():
    sami = make_instructor(is_staff=True)
    sami.user.groups.set(make_staff("Instructors").groups.all())
    mine = make_lecture(make_course(instructor=sami), day=timezone.localdate())
    make_lecture(make_course(), day=timezone.localdate())
    home = home_of(sami.user)
    assert list(home["lectures"]) == [mine]
    assert cards_of(sami.user)["Lectures today"].figure == "1"
    assert home["requests"] is None


def test_who_marks_is_led_to_the_lectures_list_and_others_to_the_lecture(client):
    lecture = make_lecture(make_course(), day=timezone.localdate())
    pages = [reverse(page, args=[lecture.pk]) for page in ("attendance-marking", "admin:courses_lecture_change")]
    for who, led_to in ((make_staff("Supervisors"), pages[0]), (omar(), pages[1])):
        client.force_login(who)
        page = client.get(reverse("admin:index")).content.decode()
        assert [address for address in pages if f'href="{address}"' in page] == [led_to]


def test_marketing_sees_no_people_and_no_money():
    home = home_of(make_staff("Marketing"))
    assert (home["cards"], home["lectures"], home["requests"]) == ([], None, None)


def test_every_card_asks_for_a_permission_that_exists():
    known = Permission.objects.values_list("content_type__app_label", "codename")
    assert {card.permission for card in CARDS} <= {f"{app}.{name}" for app, name in known}


def test_the_page_opens_for_each_group(client):
    make_lecture(make_course(instructor=make_instructor()), day=timezone.localdate())
    make_request()
    groups = ["Managers", "Registrars", "Cashiers", "Accountants", "Supervisors", "Instructors", "Marketing", "Editors"]
    for user in [*(make_staff(group) for group in groups), make_staff(is_superuser=True)]:
        client.force_login(user, backend="backoffice.users.backends.PhoneBackend")
        assert client.get("/courses-admin/").status_code == 200
