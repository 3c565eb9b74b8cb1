"""The two staff admins: one sign-in, one sign-out, one place for a password, and a way from each to the other."""

import pytest
from django.urls import reverse

from backoffice.users.models import CustomUser
from backoffice.users.tests.makers import PASSWORD, make_staff, manager, omar

pytestmark = pytest.mark.django_db
SIGN_IN, SITE, OFFICE = "/courses-admin/login/", "/cms/", "/courses-admin/"


def sign_in(client, user, *, next_page=None):
    sent = {"username": str(user.phone_number1), "password": PASSWORD}
    return client.post(SIGN_IN, sent | ({"next": next_page} if next_page else {}))


@pytest.mark.parametrize("address", ["/cms/", "/cms/pages/", "/cms/images/"])
def test_the_sites_admin_asks_at_the_one_door_and_goes_on_where_one_wanted_to(client, address):
    asked = client.get(address)
    assert asked.url == f"{SIGN_IN}?next={address}"
    assert sign_in(client, make_staff("Marketing"), next_page=address).url == address


def test_wagtails_own_door_leads_to_ours(client):
    assert client.get("/cms/login/?next=/cms/pages/").url == f"{SIGN_IN}?next=%2Fcms%2Fpages%2F"
    assert client.post("/cms/login/", {"username": "x", "password": "y"}).status_code == 302
    assert client.get("/cms/login/", follow=True).redirect_chain[-1][0] == f"{SIGN_IN}?next=/cms/"


@pytest.mark.parametrize(
    ("groups", "lands"),
    [
        (("Marketing",), SITE),
        (("Marketing", "Editors"), SITE),
        (("Marketing", "Registrars"), OFFICE),
        (("Managers",), OFFICE),
        (("Registrars",), OFFICE),
        (("Editors",), OFFICE),
    ],
)
def test_who_works_on_the_site_alone_lands_there(client, groups, lands):
    assert sign_in(client, make_staff(*groups)).url == lands


@pytest.mark.parametrize("door", ["wagtailadmin_logout", "admin:logout"])
def test_leaving_one_leaves_both(client, door):
    client.force_login(manager())
    assert client.get(SITE).status_code == client.get(OFFICE).status_code == 200
    client.post(reverse(door))
    assert client.get(SITE).status_code == client.get(OFFICE).status_code == 302


def test_a_wrong_password_is_counted_at_the_one_door(client):
    user = make_staff("Marketing")
    for _ in range(5):
        client.post(SIGN_IN, {"username": str(user.phone_number1), "password": "wrong", "next": SITE})
    assert sign_in(client, user, next_page=SITE).status_code == 429


def test_who_may_not_in_is_told_so_and_sent_round_in_no_circle(client):
    client.force_login(omar())
    answer = client.get(SITE, follow=True)
    assert answer.status_code == 200
    assert len(answer.redirect_chain) == 2
    assert answer.redirect_chain[-1][0] == OFFICE


def test_name_and_password_are_not_changed_in_the_sites_admin(client):
    rana = make_staff("Marketing", first_name="رنا")
    client.force_login(rana)
    shown = client.get("/cms/account/").content.decode()
    assert 'name="theme-theme"' in shown
    for field in ("name_email-first_name", "password-new_password1", "avatar-avatar", "locale-preferred_language"):
        assert field not in shown
    sent = {
        "name_email-first_name": "غيرها",
        "theme-theme": "dark",
        "theme-contrast": "system",
        "theme-density": "default",
        "locale-preferred_language": "en",
        "password-old_password": PASSWORD,
        "password-new_password1": "palms-and-dates-9",
        "password-new_password2": "palms-and-dates-9",
    }
    assert client.post("/cms/account/", sent).status_code == 302
    rana = CustomUser.objects.get(pk=rana.pk)
    assert (rana.first_name, rana.check_password(PASSWORD)) == ("رنا", True)
    assert 'lang="ar" dir="rtl"' in client.get(SITE).content.decode()
    assert client.get("/cms/password_reset/").status_code == 404


@pytest.mark.parametrize(
    ("groups", "shown"), [(("Marketing",), False), (("Marketing", "Registrars"), True), (("Managers",), True)]
)
def test_the_sites_menu_leads_to_the_back_office_who_finds_something_there(client, groups, shown):
    client.force_login(make_staff(*groups))
    page = client.get(SITE).content.decode()
    assert ('"name": "back-office"' in page) is shown or ("إدارة المركز" in page) is shown


def test_the_sites_admin_wears_the_centres_dress_and_asks_nobody_else(client):
    client.force_login(make_staff("Marketing", "Editors"))
    page = client.get(SITE).content.decode()
    assert "css/cms_admin.css" in page
    assert "brand/mark-dark.svg" in page
    assert "brand/favicon.svg" in page
    for foreign in ("gravatar", "wagtail.org", "releases.wagtail"):
        assert foreign not in page
