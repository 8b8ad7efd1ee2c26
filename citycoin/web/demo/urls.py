"""Paths of the demo's bank and codes."""

from django.urls import path

from citycoin.web.demo import doors

urlpatterns = [
    path("codes", doors.Codes.as_view()),
    path("inbox", doors.inbox, name="demo-inbox"),
    path("bank", doors.bank, name="demo-bank"),
    path("practice", doors.practice, name="demo-practice"),
    path("bank/switches", doors.misbehave, name="demo-bank-switch"),
    path("bank/transfers", doors.Transfers.as_view()),
]
