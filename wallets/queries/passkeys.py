"""Which passkeys may say yes to payments of a wallet."""

from __future__ import annotations

from django.db.models import QuerySet

from citycoin.platform.passkeys.domain.sites import Site
from citycoin.platform.passkeys.models import Passkey


def paying_passkeys(wallet_id: int, site: Site) -> QuerySet[Passkey]:
    """Those that the wallet's owner allowed by their PIN, at this site."""
    return Passkey.objects.filter(host=site.host, pays_for__wallet_id=wallet_id).order_by("pk")


def is_paid_by_passkey(wallet_id: int, site: Site) -> bool:
    """Whether there is one."""
    return paying_passkeys(wallet_id, site).exists()
