"""People ask to be told when won are on sale again, and are told once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from citycoin.foundation.fault_points import commits
from citycoin.foundation.locks import locked
from citycoin.money.issuance.models import SaleWish
from citycoin.money.issuance.queries.sale_wishes import TELLING_OF_SALES
from citycoin.platform.notices.domain.kinds import Kind
from citycoin.platform.notices.operations import News, tell
from citycoin.platform.queues.operations import take
from citycoin.platform.queues.queries import due
from wallets.models import Wallet

TOLD_AT_ONCE: Final = 500


@commits("ask_to_be_told")
def ask_to_be_told(*, wallet: Wallet, now: datetime) -> None:
    """The wallet's owner is told when won are on sale again; asked twice, once."""
    SaleWish.objects.get_or_create(wallet=wallet, told_at=None, defaults={"asked_at": now})


def tell_of_sales(*, now: datetime) -> int:
    """Tell those whose city sells again, who asked first first; return how many."""
    waiting = list(due(TELLING_OF_SALES, now).order_by("pk").values_list("pk", flat=True)[:TOLD_AT_ONCE])
    return take(TELLING_OF_SALES, waiting, lambda part: _tell(part, now), now=now, at_once=TOLD_AT_ONCE)


@commits("tell_of_sale")
def _tell(numbers: Sequence[int], now: datetime) -> int:
    rows = list(locked(SaleWish.objects.filter(pk__in=numbers, told_at=None)).select_related("wallet"))
    tell(
        *(
            News(
                person_id=each.wallet.owner_id,
                city_id=each.wallet.city_id,
                kind=Kind.SALE_OPEN,
                subject=str(each.pk),
                facts={},
            )
            for each in rows
            if each.wallet.owner_id is not None
        ),
        now=now,
    )
    return SaleWish.objects.filter(pk__in=[each.pk for each in rows]).update(told_at=now)
