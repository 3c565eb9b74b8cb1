"""Put the centre's front page where Wagtail's welcome page was."""

from django.db import migrations


def make_front_page(apps, schema_editor):
    ContentType = apps.get_model("contenttypes", "ContentType")
    Page = apps.get_model("wagtailcore", "Page")
    Site = apps.get_model("wagtailcore", "Site")
    Locale = apps.get_model("wagtailcore", "Locale")
    HomePage = apps.get_model("cms", "HomePage")
    Page.objects.filter(depth=2, slug="home").delete()
    # The centre has groups of its own (see config/roles.py); Wagtail's would only puzzle who gives rights.
    apps.get_model("auth", "Group").objects.filter(name__in=["Editors", "Moderators"]).delete()
    content_type, _ = ContentType.objects.get_or_create(model="homepage", app_label="cms")
    page = HomePage.objects.create(
        title="واحة الرضوان",
        draft_title="واحة الرضوان",
        slug="home",
        content_type=content_type,
        path="00010001",
        depth=2,
        numchild=0,
        url_path="/home/",
        locale=Locale.objects.get(language_code="ar"),
        intro="<p>مركز واحة الرضوان للدورات بالإسماعيلية: تحفيظ القرآن وتجويده، ونور البيان، والبرمجة، والرسم.</p>",
    )
    Page.objects.filter(depth=1).update(numchild=1)
    Site.objects.update_or_create(
        is_default_site=True,
        defaults={"hostname": "localhost", "port": 80, "root_page_id": page.pk, "site_name": "واحة الرضوان"},
    )


def remove_front_page(apps, schema_editor):
    apps.get_model("cms", "HomePage").objects.filter(slug="home", depth=2).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("cms", "0001_initial"),
        ("wagtailcore", "0098_apitoken"),
    ]

    operations = [migrations.RunPython(make_front_page, remove_front_page)]
