"""Paths of issuing, below /api/v1/<city>/."""

from django.urls import path

from citycoin.money.issuance.doors import api

urlpatterns = [
    path("budgets", api.Budgets.as_view()),
    path("budgets/<number:year>", api.OneBudget.as_view()),
    path("officials", api.Officials.as_view()),
    path("kinds", api.Kinds.as_view()),
    path("programmes", api.Programmes.as_view()),
    path("top-ups", api.TopUps.as_view()),
    path("top-ups/<uuid:top_up_id>", api.OneTopUp.as_view()),
    path("top-ups/<uuid:top_up_id>/extensions", api.Extensions.as_view()),
]
