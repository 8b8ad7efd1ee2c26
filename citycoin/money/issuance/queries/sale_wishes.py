"""Reads of who wants to be told when won are on sale again."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db.models import Exists, F, OuterRef, QuerySet

from citycoin.foundation.bilingual import Words
from citycoin.foundation.kernel import clock
from citycoin.money.issuance.models import SaleWish
from citycoin.money.issuance.queries.programmes import programmes_on_sale
from citycoin.platform.queues.queries import Queue, register
from wallets.models import Wallet
from wallets.queries.stops import cities_stopped

# A programme has room again once a hundredth of its cap is free: what a single reservation gives back as it lapses is gone
# before all who waited have read of it.
ROOM_IS_ONE_IN: Final = 100


def waits_for_sale(wallet: Wallet) -> bool:
    """Whether its owner has asked to be told."""
    return SaleWish.objects.filter(wallet=wallet, told_at=None).exists()


def wishes_to_answer() -> QuerySet[SaleWish]:
    """Those whose city sells again, with room."""
    free = F("cap") - F("issued") - F("reserved")
    room = programmes_on_sale(clock.now()).annotate(room=free * ROOM_IS_ONE_IN).filter(room__gte=F("cap"), cap__gt=0)
    selling = Exists(room.filter(city=OuterRef("wallet__city")))
    return SaleWish.objects.filter(selling, told_at=None).exclude(wallet__city__in=cities_stopped())


TELLING_OF_SALES: Final = register(
    Queue(
        name="sale_wishes",
        step="issuance.tell_of_sales",
        words=Words("알릴 판매 소식", "people to tell of a sale"),
        late=timedelta(days=366),  # of a wish, which may wait for the next year's budget
        rows=wishes_to_answer,
        since="asked_at",
        city="wallet__city",
    )
)
