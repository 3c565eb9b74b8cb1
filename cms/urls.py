"""Addresses of the site that are no pages."""

from django.urls import path

from .discovery import robots, sitemap
from .feeds import NewsFeed
from .leads.views import leave_number, thanks

urlpatterns = [
    path("robots.txt", robots),
    path("sitemap.xml", sitemap, name="sitemap"),
]

#: Those that there are once for each language.
translated = [
    path("news.rss", NewsFeed(), name="news-feed"),
    path("leads/", leave_number, name="lead"),
    path("leads/thanks/", thanks, name="lead-thanks"),
]
