"""Addresses of parents' children."""

from django.urls import path

from . import views

urlpatterns = [
    path("children/", views.ChildrenView.as_view()),
    path("children/<uuid:id>/", views.ChildView.as_view()),
    path("child-links/", views.ChildLinksView.as_view()),
    path("child-links/<uuid:id>/approve/", views.ApproveLinkView.as_view()),
    path("child-links/<uuid:id>/reject/", views.RejectLinkView.as_view()),
]
