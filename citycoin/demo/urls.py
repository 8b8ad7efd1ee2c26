"""Paths of the demo's bank and codes."""

from django.urls import path

from citycoin.demo import web

urlpatterns = [
    path("codes", web.Codes.as_view()),
    path("inbox", web.inbox, name="demo-inbox"),
    path("bank", web.bank, name="demo-bank"),
    path("bank/transfers", web.Transfers.as_view()),
]
