from pathlib import Path

import pytest
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import AnonymousUser, Permission
from django.contrib.staticfiles import finders
from django.test import RequestFactory

from backoffice.config.unfold import MENU, PALM, SAND, UNFOLD
from backoffice.users.tests.makers import huda, make_staff

ITEMS = [item for group in MENU for item in group["items"]]


def request_of(user):
    request = RequestFactory().get("/courses-admin/")
    request.user = user
    return request


def titles_for(user) -> set[str]:
    groups = admin.site.get_sidebar_list(request_of(user))
    return {str(item["link"]) for group in groups for item in group["items"] if item["has_permission"]}


def contrast(one: str, other: str) -> float:
    def light(colour: str) -> float:
        parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    darker, lighter = sorted((light(one), light(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: str(item["icon"]))
def test_every_item_leads_somewhere(item):
    assert str(item["link"]).startswith("/")


@pytest.mark.django_db
def test_every_list_asks_for_a_permission_that_exists():
    asked = []

    class Anybody(AnonymousUser):
        def has_perm(self, permission, obj=None):
            asked.append(permission)
            return True

    for item in ITEMS:
        if "permission" in item:
            item["permission"](request_of(Anybody()))
    known = Permission.objects.values_list("content_type__app_label", "codename")
    assert asked
    assert set(asked) <= {f"{app}.{name}" for app, name in known}


@pytest.mark.django_db
def test_the_accountant_sees_money_and_no_rooms():
    links = titles_for(huda())
    assert {"/courses-admin/payments/payment/", "/courses-admin/payments/refundrequest/"} <= links
    assert "/courses-admin/courses/room/" not in links
    assert "/cms/" not in links


@pytest.mark.django_db
def test_marketing_sees_the_public_site_alone():
    assert titles_for(make_staff("Marketing")) == {"/courses-admin/", "/cms/"}
    assert titles_for(make_staff("Marketing", "Editors")) == {"/courses-admin/", "/cms/"}


@pytest.mark.parametrize("name", ["brand/mark.svg", "brand/mark-dark.svg", "brand/favicon.svg", "brand/login.svg"])
def test_the_brand_is_there(name):
    assert finders.find(name)


def test_our_stylesheet_is_found_before_unfolds():
    found = Path(finders.find("unfold/css/styles.css"))
    assert found.is_relative_to(settings.STATICFILES_DIRS[0])


def test_no_style_asks_another_host():
    for sheet in Path(settings.STATICFILES_DIRS[0]).glob("css/*.css"):
        assert "//" not in sheet.read_text().replace("sourceMappingURL", "")


@pytest.mark.parametrize(
    ("text", "ground"),
    [
        ("#ffffff", PALM["600"]),
        (PALM["600"], "#ffffff"),
        (PALM["600"], SAND["100"]),
        (PALM["500"], SAND["900"]),
        (SAND["500"], "#ffffff"),
        (SAND["500"], SAND["100"]),
        (SAND["600"], SAND["50"]),
        (SAND["400"], SAND["800"]),
    ],
)
def test_colours_can_be_read(text, ground):
    assert contrast(text, ground) >= 4.5


def test_unfold_takes_the_palette():
    assert UNFOLD["COLORS"] == {"base": SAND, "primary": PALM}
