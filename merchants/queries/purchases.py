"""What a wallet has paid, each payment with the shop that it went to; a payee that is no shop has none."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from citycoin.platform.accounts.queries import NotHere
from merchants.models import Shop
from wallets.models import Payment, Status, Wallet


def purchases_of(wallet: Wallet) -> QuerySet[Payment]:
    """Every payment of the wallet, newest first."""
    return wallet.payments.select_related("payee__shop").order_by("-pk")


def purchases_between(wallet: Wallet, first: datetime, following: datetime) -> QuerySet[Payment]:
    """What was authorised from ``first`` until before ``following``, newest first."""
    return purchases_of(wallet).filter(authorised_at__gte=first, authorised_at__lt=following)


def purchase_named(wallet: Wallet, client_id: UUID) -> Payment:
    """The wallet's payment under this id, with the submission of its batch. Raises NotHere."""
    found = purchases_of(wallet).select_related("batch__submission").filter(client_id=client_id).first()
    if found is None:
        raise NotHere
    return found


def last_purchase_at(wallet: Wallet, shop: Shop, *, since: datetime) -> Payment | None:
    """The wallet's last payment to this shop after ``since``, voided ones left out."""
    rows = wallet.payments.filter(payee_id=shop.wallet_id, authorised_at__gt=since).exclude(status=Status.VOIDED)
    return rows.order_by("-pk").first()


def shop_paid(payment: Payment) -> Shop | None:
    """The shop that one of these payments went to."""
    shop: Shop | None = getattr(payment.payee, "shop", None)
    return shop
