"""Every address of the system, and the twins."""

from django.urls import path

from backoffice.config.urls import handler404 as handler404
from backoffice.config.urls import handler500 as handler500
from backoffice.config.urls import urlpatterns as the_systems

from . import bare, stock

# Below /api/, so that the middleware does for them what it does for the apps' addresses.
urlpatterns = [
    path("api/twins/stock/enrollments/", stock.PlacesView.as_view()),
    path("api/twins/bare/enrollments/", bare.places),
    path("api/twins/bare/courses/", bare.courses),
    *the_systems,
]
