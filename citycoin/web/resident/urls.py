"""Paths of the resident pages, below /<city>/."""

from django.urls import path

from citycoin.web.resident.doors import claims, installing, joining, notices, paying, topping_up, wallet
from merchants.domain.codes import PATH

urlpatterns = [
    path("manifest.webmanifest", installing.manifest, name="wallet-manifest"),
    path("sw.js", installing.worker, name="wallet-worker"),
    path("wallet/", wallet.home, name="wallet"),
    path("wallet/start", joining.start, name="wallet-start"),
    path("wallet/start/code", joining.code, name="wallet-start-code"),
    path("wallet/me", wallet.me, name="wallet-me"),
    path("wallet/me/name", wallet.own_name, name="own-name"),
    path("wallet/me/passkeys/<number:number>/pays", wallet.passkey_pays, name="passkey-pays"),
    path("wallet/me/small-payments", wallet.small_payments, name="small-payments"),
    path("wallet/key", wallet.key, name="wallet-key"),
    path("wallet/news", wallet.news, name="wallet-news"),
    path("wallet/history", wallet.history, name="history"),
    path("wallet/history/recent", wallet.recent, name="history-recent"),
    path("wallet/history/<str:month>/file", wallet.history_file, name="history-file"),
    path("wallet/history/<str:month>/days", wallet.days_file, name="history-days-file"),
    path("wallet/payments/<uuid:payment_id>", wallet.payment, name="payment"),
    path("wallet/payments/<uuid:payment_id>/claim", claims.claim, name="claim"),
    path("wallet/payments/<uuid:payment_id>/claims/<uuid:claim_id>/withdraw", claims.withdraw, name="claim-withdraw"),
    path("wallet/payments/<uuid:payment_id>/awaited", notices.await_payment, name="payment-awaited"),
    path("wallet/payments/<uuid:payment_id>/heard", notices.heard_of_payment, name="payment-heard"),
    path("notices", notices.inbox, name="notices"),
    path("notices/read", notices.read, name="notices-read"),
    path("notices/texts", notices.texts, name="notice-texts"),
    path("top-up/wanted", topping_up.wanted, name="top-up-wanted"),
    path("top-up", topping_up.top_up, name="top-up"),
    path("top-up/<uuid:top_up_id>", topping_up.state, name="top-up-state"),
    path("top-up/<uuid:top_up_id>/extend", topping_up.extend, name="top-up-extend"),
    path("scan", paying.scan, name="scan"),
    path(f"{PATH}/<str:code>", paying.pay, name="pay"),
    path(f"{PATH}/<str:code>/next", paying.next_try, name="pay-next"),
    path(f"{PATH}/<str:code>/anew", paying.anew, name="pay-anew"),
]
