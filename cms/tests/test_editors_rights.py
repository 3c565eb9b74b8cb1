"""Who gets into the site's admin, what an author may not do there, and that nobody meets people or money in it."""

import io

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image
from wagtail.models import GroupPagePermission, Page, UploadedFile, WorkflowPage

from backoffice.config import roles
from backoffice.users.models import CustomUser
from backoffice.users.tests.makers import make_child, make_parent, make_staff, make_student, make_user
from cms.models import CoursePage, SitePicture

from .makers import make_course_page, make_picture

pytestmark = pytest.mark.django_db
INSIDE = ("wagtailadmin_home", "wagtailadmin_explore_root", "wagtailimages:index", "wagtailadmin_reports:site_history",
          "wagtailsearchpromotions:index", "wagtailredirects:index", "wagtailsnippets:index")  # fmt: skip
ADDRESSES = [*INSIDE, "wagtailusers_users:index", "wagtailusers_groups:index", "wagtailadmin_account"]


@pytest.fixture(autouse=True)
def _site(home):
    """The site as migrate leaves it."""


def author():
    return make_staff("Marketing", first_name="رنا")


def editor():
    return make_staff("Marketing", "Editors", first_name="طارق")


def png(colour="#0f7764"):
    out = io.BytesIO()
    Image.new("RGB", (64, 40), colour).save(out, "PNG")
    return SimpleUploadedFile("IMG_2034.png", out.getvalue(), "image/png")


OUTSIDE = {
    "registrar": lambda: make_staff("Registrars"),
    "cashier": lambda: make_staff("Cashiers"),
    "accountant": lambda: make_staff("Accountants"),
    "supervisor": lambda: make_staff("Supervisors"),
    "instructor": lambda: make_staff("Instructors"),
    "editor without marketing": lambda: make_staff("Editors"),
    "staff without a group": make_staff,
    "parent": lambda: make_parent().user,
    "student": lambda: make_student().user,
    "stranger": make_user,
    "nobody": lambda: None,
}


@pytest.mark.parametrize("who", OUTSIDE)
def test_who_is_neither_marketing_nor_a_manager_opens_no_page_of_the_sites_admin(client, who):
    page, user = make_course_page(), OUTSIDE[who]()
    if user:
        client.force_login(user)
    addresses = [reverse(name) for name in ADDRESSES]
    addresses += [reverse("wagtailadmin_pages:edit", args=[page.pk]), reverse("wagtailadmin_explore", args=[page.pk])]
    addresses += [
        "/cms/api/main/pages/",
        "/cms/choose-page/",
        "/cms/images/chooser/",
        "/cms/documents/",
        "/cms/nothing/",
    ]
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code in (302, 404), address
        if answer.status_code == 302:
            assert answer.url.startswith((reverse("admin:login"), "/cms/login/")), address


@pytest.mark.parametrize("who", [author, editor, lambda: make_staff("Managers"),
                                 lambda: make_user(is_staff=True, is_superuser=True)])  # fmt: skip
def test_people_and_groups_are_nobodys_business_in_the_sites_admin(client, who):
    child, parent = make_child(name="ياسين السري"), make_parent()
    user = who()
    client.force_login(user)
    for space, key in (("wagtailusers_users", parent.user.pk), ("wagtailusers_groups", Group.objects.first().pk)):
        for name in ("index", "index_results", "add", "edit", "delete", "history", "usage"):
            arguments = [] if name in ("index", "index_results", "add") else [key]
            for answer in (
                client.get(reverse(f"{space}:{name}", args=arguments)),
                client.post(reverse(f"{space}:{name}", args=arguments), {"first_name": "غريب"}),
            ):
                assert answer.status_code in (302, 404, 405), (space, name)
                assert answer.status_code != 302 or answer.url == "/cms/", (space, name)
    for action in ("delete", "assign_role", "set_active_state"):
        assert client.post(f"/cms/bulk/users/customuser/{action}/?id={parent.user.pk}").status_code in (302, 404)
    assert CustomUser.objects.filter(pk=parent.user.pk, is_active=True).exists()
    for address in ("/cms/", "/cms/reports/site-history/", "/cms/reports/locked/"):
        shown = client.get(address).content.decode()
        assert child.name not in shown
        assert str(parent.user.phone_number1) not in shown


def test_the_history_names_who_worked_on_the_site_and_gives_no_number(client):
    tarek = editor()
    client.force_login(tarek)
    page = make_course_page(live=False)
    client.post(f"/cms/pages/{page.pk}/edit/", form(page) | {"action-publish": "1"})
    client.force_login(author())
    shown = client.get("/cms/reports/site-history/").content.decode()
    assert "طارق" in shown
    assert str(tarek.phone_number1) not in shown


def form(page, **more):
    """What the page's form sends."""
    return {
        "title": page.title,
        "slug": page.slug,
        "course": str(page.course_id),
        "picture": "",
        "summary": page.summary,
        "body-count": "0",
        "seo_title": "",
        "search_description": "",
        "comments-TOTAL_FORMS": "0",
        "comments-INITIAL_FORMS": "0",
        "comments-MIN_NUM_FORMS": "0",
        "comments-MAX_NUM_FORMS": "",
    } | more


def test_an_author_cant_publish_by_crafting_a_post(client):
    page = make_course_page(title="قديم", live=False)
    client.force_login(author())
    edited = client.post(f"/cms/pages/{page.pk}/edit/", form(page, title="جديد") | {"action-publish": "1"})
    assert edited.status_code == 302
    page = CoursePage.objects.get(pk=page.pk)
    assert not page.live
    assert page.latest_revision.as_object().title == "جديد", "the words aren't lost"
    revision = page.latest_revision_id
    for address in (
        reverse("wagtailadmin_pages:unpublish", args=[page.pk]),
        f"/cms/pages/{page.pk}/lock/",
        f"/cms/pages/{page.pk}/unlock/",
        f"/cms/bulk/wagtailcore/page/publish/?id={page.pk}",
    ):
        client.post(address, {"next": "/cms/"})
    page.refresh_from_db()
    assert (page.live, page.locked, page.latest_revision_id) == (False, False, revision)


def test_an_author_cant_take_a_page_down_nor_publish_on_a_later_day(client):
    page = make_course_page()
    client.force_login(author())
    client.post(reverse("wagtailadmin_pages:unpublish", args=[page.pk]))
    client.post(reverse("wagtailadmin_pages:delete", args=[page.pk]))
    client.post(f"/cms/bulk/wagtailcore/page/unpublish/?id={page.pk}", {"next": "/cms/"})
    later = {"go_live_at": "2031-01-01 10:00", "action-publish": "1"}
    client.post(f"/cms/pages/{page.pk}/edit/", form(page) | later)
    page.refresh_from_db()
    assert page.live
    assert not page.revisions.exclude(approved_go_live_at=None).exists()


def test_what_shows_at_once_is_an_editors(client):
    picture = make_picture()
    addresses = [reverse("wagtailredirects:add"), reverse("wagtailsearchpromotions:add"),
                 reverse("wagtailimages:edit", args=[picture.pk]), "/cms/settings/cms/centresettings/"]  # fmt: skip
    client.force_login(author())
    assert {client.get(address).status_code for address in addresses} == {302}
    client.force_login(editor())
    assert all(client.get(address, follow=True).request["PATH_INFO"] != "/cms/" for address in addresses)


def test_an_author_mends_the_picture_they_brought_themselves(client):
    rana = author()
    picture = make_picture()
    type(picture).objects.filter(pk=picture.pk).update(uploaded_by_user=rana)
    client.force_login(rana)
    assert client.get(reverse("wagtailimages:edit", args=[picture.pk])).status_code == 200


@pytest.mark.parametrize("words", ["", "   ", "IMG_2034.png", "صورة.JPG"])
def test_a_picture_without_words_for_who_cant_see_it_doesnt_come_in(client, words):
    client.force_login(author())
    asked = client.post(reverse("wagtailimages:add_multiple"), {"title": "لوحة", "files[]": png()})
    assert asked.json()["success"]
    assert 'name="uploaded-image-' in asked.json()["form"]
    assert not SitePicture.objects.exists(), "it waits for its words"
    waiting = UploadedFile.objects.get()
    prefix = f"uploaded-image-{waiting.pk}"
    address = reverse("wagtailimages:create_multiple_from_uploaded_image", args=[waiting.pk])
    headers = {"HTTP_X_REQUESTED_WITH": "XMLHttpRequest"}
    sent = {f"{prefix}-title": "لوحة", f"{prefix}-description": words, f"{prefix}-tags": ""}
    refused = client.post(address, sent, **headers).json()
    assert not refused["success"]
    assert "error" in refused["form"]
    for name in ("wagtailimages:add", "wagtailimages_chooser:create"):
        prefixed = "image-chooser-upload-" if "chooser" in name else ""
        more = {f"{prefixed}title": "لوحة", f"{prefixed}description": words, f"{prefixed}file": png()}
        assert client.post(reverse(name), more).status_code == 200
    assert not SitePicture.objects.exists()
    taken = client.post(address, sent | {f"{prefix}-description": "طفلة ترسم نخلة"}, **headers).json()
    assert taken["success"]
    assert SitePicture.objects.get().description == "طفلة ترسم نخلة"


def test_the_groups_of_an_old_site_are_put_right():
    marketing, root = Group.objects.get(name="Marketing"), Page.objects.get(depth=1)
    publish = Permission.objects.get(content_type__app_label="wagtailcore", codename="publish_page")
    GroupPagePermission.objects.create(group=marketing, page=root, permission=publish)
    WorkflowPage.objects.all().delete()
    roles.sync_groups(apps.get_app_config("config"), using="default", verbosity=0)
    roles.sync_groups(apps.get_app_config("config"), using="default", verbosity=0)
    held = GroupPagePermission.objects.filter(group=marketing).values_list("permission__codename", flat=True)
    assert set(held) == {"add_page", "change_page"}
    link = WorkflowPage.objects.get()
    tasks = [task.specific for task in link.workflow.tasks]
    assert [sorted(group.name for group in task.groups.all()) for task in tasks] == [["Editors", "Managers"]]
