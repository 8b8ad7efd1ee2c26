"""What the page of a manager's PIN shows."""

from __future__ import annotations

from dataclasses import dataclass

from citycoin.foundation.kernel import clock
from citycoin.foundation.kernel.errors import CityCoinError
from citycoin.web.shop.contexts.frame import ShopPage
from merchants.models import Staff
from merchants.queries.access import Access
from merchants.queries.refunds import pin_above


@dataclass(frozen=True, slots=True, kw_only=True)
class PinPage(ShopPage):
    """From how many won a refund asks for it, and whether there is one; ``done``: it has just been chosen."""

    above: int
    is_set: bool
    done: bool
    error: CityCoinError | None
    tab: str = "pin"


def pin_page(access: Access, part: Staff, *, done: bool, error: CityCoinError | None) -> PinPage:
    """The page of the manager whose part it is."""
    return PinPage(
        city=access.shop.city,
        access=access,
        shop=access.shop,
        above=pin_above(access.shop, clock.now()),
        is_set=part.pin_fingerprint is not None,
        done=done,
        error=error,
    )
