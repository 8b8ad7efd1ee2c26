"""Paths of the console pages, below /<city>/console/."""

from django.urls import path

from citycoin.web.console.doors import (
    approving,
    budget,
    home,
    keys,
    programmes,
    records,
    sessions,
    shops,
    stopping,
    wallets,
)

urlpatterns = [
    path("", home.home, name="console"),
    path("key", keys.key, name="console-key"),
    path("budget", budget.budget, name="console-budget"),
    path("budget/propose", budget.propose, name="console-budget-propose"),
    path("proposals", approving.proposals_page, name="console-proposals"),
    path("proposals/<number:number>", approving.proposal_page, name="console-proposal"),
    path("proposals/<number:number>/state", approving.proposal_state, name="console-proposal-state"),
    path("proposals/<number:number>/approve", approving.approve, name="console-approve"),
    path("proposals/<number:number>/carry", approving.carry, name="console-carry"),
    path("proposals/<number:number>/reject", approving.reject, name="console-reject"),
    path("programmes", programmes.programmes, name="console-programmes"),
    path("programmes/propose", programmes.propose, name="console-programme-propose"),
    path("shops", shops.shops, name="console-shops"),
    path("shops/<number:number>", shops.decide, name="console-shop-decide"),
    path("wallets", wallets.wallets, name="console-wallets"),
    path("wallets/<number:number>", wallets.wallet, name="console-wallet"),
    path("wallets/<number:number>/state", wallets.wallet_state, name="console-wallet-state"),
    path("wallets/<number:number>/freeze", wallets.freeze, name="console-freeze"),
    path("wallets/<number:number>/unfreeze", wallets.unfreeze, name="console-unfreeze"),
    path("stop", stopping.stop, name="console-stop"),
    path("stop/review", stopping.review, name="console-stop-review"),
    path("stop/state", stopping.stop_state, name="console-stop-state"),
    path("sessions", sessions.sessions, name="console-sessions"),
    path("audit", records.acts, name="console-audit"),
    path("incidents", records.incidents, name="console-incidents"),
    path("incidents/<number:number>", records.close, name="console-incident-close"),
    path("incidents/<number:number>/requeue", records.try_again, name="console-incident-requeue"),
]
