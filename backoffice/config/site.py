"""What the public site is made of: Wagtail's apps."""

from typing import Final

SITE_APPS: Final = (
    "wagtail.contrib.forms",
    "cms.wagtail_apps.Redirects",
    "wagtail.contrib.search_promotions",
    "wagtail.contrib.settings",
    "wagtail.contrib.simple_translation",
    "wagtail.embeds",
    "wagtail.sites",
    "cms.wagtail_apps.Users",
    "cms.wagtail_apps.Snippets",
    "cms.wagtail_apps.Documents",
    "cms.wagtail_apps.Images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
)
