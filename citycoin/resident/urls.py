"""Paths of the resident pages, below /<city>/."""

from django.urls import path

from citycoin.resident import joining, paying, topping_up, web
from merchants.codes import PATH

urlpatterns = [
    path("wallet/", web.home, name="wallet"),
    path("wallet/start", joining.start, name="wallet-start"),
    path("wallet/start/code", joining.code, name="wallet-start-code"),
    path("wallet/key", web.key, name="wallet-key"),
    path("wallet/news", web.news, name="wallet-news"),
    path("wallet/history", web.history, name="history"),
    path("wallet/payments/<uuid:payment_id>", web.payment, name="payment"),
    path("top-up", topping_up.top_up, name="top-up"),
    path("top-up/<uuid:top_up_id>", topping_up.state, name="top-up-state"),
    path("scan", paying.scan, name="scan"),
    path(f"{PATH}/<str:code>", paying.pay, name="pay"),
    path(f"{PATH}/<str:code>/next", paying.next_try, name="pay-next"),
    path(f"{PATH}/<str:code>/anew", paying.anew, name="pay-anew"),
]
