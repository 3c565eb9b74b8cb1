"""Addresses of the site that are no pages."""

from django.urls import path

from .accounts.urls import urlpatterns as rooms
from .discovery import robots, sitemap
from .feeds import NewsFeed
from .finding.views import search
from .leads.views import leave_number, thanks

urlpatterns = [
    path("robots.txt", robots),
    path("sitemap.xml", sitemap, name="sitemap"),
]

#: Those that there are once for each language.
translated = [
    path("news.rss", NewsFeed(), name="news-feed"),
    path("search/", search, name="site-search"),
    *rooms,
    path("leads/", leave_number, name="lead"),
    path("leads/thanks/", thanks, name="lead-thanks"),
]
