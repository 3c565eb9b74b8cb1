"""Addresses of families' requests, places and money."""

from django.urls import path

from . import money, places, refunds, requests

urlpatterns = [
    path("enrollment-requests/", requests.RequestsView.as_view()),
    path("enrollment-requests/<uuid:id>/", requests.RequestView.as_view()),
    path("enrollment-requests/<uuid:id>/cancel/", requests.CancelRequestView.as_view()),
    path("enrollments/", places.PlacesView.as_view()),
    path("enrollments/<uuid:id>/", places.PlaceView.as_view()),
    path("payments/", money.PaymentsView.as_view()),
    path("payments/<uuid:id>/", money.PaymentView.as_view()),
    path("payments/<uuid:id>/receipt/", money.ReceiptView.as_view()),
    path("refund-requests/", refunds.RefundsView.as_view()),
    path("refund-requests/<uuid:id>/", refunds.RefundView.as_view()),
    path("refund-requests/<uuid:id>/cancel/", refunds.CancelRefundView.as_view()),
]
