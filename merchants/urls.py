"""Paths of payments and shops, below /api/v1/<city>/."""

from django.urls import path

from merchants.doors import api

urlpatterns = [
    path("payments", api.Payments.as_view()),
    path("payments/<uuid:payment_id>", api.OnePayment.as_view()),
    path("payments/<uuid:payment_id>/close", api.ClosedPayment.as_view()),
    path("payments/<uuid:payment_id>/passkey", api.PaymentPasskey.as_view()),
    path("payments/<uuid:payment_id>/claims", api.Claims.as_view()),
    path("payments/<uuid:payment_id>/claims/<uuid:claim_id>/withdraw", api.WithdrawnClaim.as_view()),
    path("codes", api.Codes.as_view()),
    path("shops", api.Shops.as_view()),
    path("requests", api.Requests.as_view()),
    path("requests/<uuid:request_id>", api.OneRequest.as_view()),
]
