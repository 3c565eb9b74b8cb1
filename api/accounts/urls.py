"""The account endpoints, only these; whatever else is asked below /auth/ is a 404 in JSON, slash or not."""

from django.urls import path, re_path

from . import views

urlpatterns = [
    path("users/", views.RegistrationView.as_view()),
    path("users/me/", views.MeView.as_view()),
    path("users/set_password/", views.SetPasswordView.as_view()),
    path("users/claim/", views.ClaimView.as_view()),
    path("jwt/create/", views.LoginView.as_view()),
    path("jwt/refresh/", views.RefreshView.as_view()),
    path("jwt/verify/", views.VerifyView.as_view()),
    path("jwt/logout/", views.LogoutView.as_view()),
    re_path(r"", views.NothingHere.as_view()),
]
