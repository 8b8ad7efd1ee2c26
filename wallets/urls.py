"""Paths of wallets, below /api/v1/<city>/."""

from django.urls import path

from wallets.doors import api

urlpatterns = [
    path("", api.CityView.as_view()),
    path("wallets", api.Wallets.as_view()),
    path("wallets/me", api.MyWallet.as_view()),
    path("wallets/me/payments", api.MyPayments.as_view()),
    path("quotes", api.Quotes.as_view()),
]
