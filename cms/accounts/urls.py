"""The site's own rooms, once for each language."""

from django.urls import path
from django.views.generic import RedirectView

from .asking import AddChild, Ask
from .doors import NewPassword, SignIn, SignUp, sign_out
from .places import CancelRequest, MyPlaces, WasAsked

urlpatterns = [
    path("account/", MyPlaces.as_view(), name="account"),
    path("account/sign-in/", SignIn.as_view(), name="sign-in"),
    path("account/sign-up/", SignUp.as_view(), name="sign-up"),
    path("account/password/", NewPassword.as_view(), name="new-password"),
    path("account/sign-out/", sign_out, name="sign-out"),
    path("account/requests/<uuid:request_id>/", WasAsked.as_view(), name="asked"),
    path("account/requests/<uuid:request_id>/cancel/", CancelRequest.as_view(), name="cancel-request"),
    path("ask/<uuid:course>/", Ask.as_view(), name="ask"),
    path("ask/<uuid:course>/child/", AddChild.as_view(), name="ask-child"),
    # Wagtail's own sign-in for pages that only some may read counts no tries.
    path("_util/login/", RedirectView.as_view(pattern_name="sign-in", query_string=True)),
]
