"""What the page of one payout shows: its way to the bank, and the sum that it is made of, with every payment in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from citycoin.foundation.bilingual import Words
from citycoin.money.payouts.queries import parts
from citycoin.money.payouts.queries.parts import Item, Parts
from citycoin.money.payouts.queries.payouts import payout_named
from citycoin.platform.accounts.queries import NotHere
from citycoin.platform.pages.domain.lists import Pager, Shape
from citycoin.web.shop.contexts.frame import ShopPage
from citycoin.web.shop.contexts.payouts import Line, line_of
from merchants.queries.access import Access
from merchants.queries.sales import payer_shown, receipt_number
from wallets.models import Movement

ITEMS: Final = Shape(choices={}, rows_a_page=50)
Reason = Movement.Reason
REFUND: Final = Words("취소", "Refund")
CAME_BACK: Final = Words("되돌아온 입금", "A payout that came back")
OTHER: Final = Words("시청이 확인하는 돈", "Won that the city looks into")


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemShown:
    """A payment, a refund or won that came back; ``payment`` opens its page, where it has one; ``number`` is its receipt's."""

    at: datetime
    icon: str
    title: str | Words
    won: int
    number: str
    payment: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PayoutPage(ShopPage):
    """One payout, when the bank made it, its sum by kind and the items of the page that is open."""

    line: Line
    paid_at: datetime | None
    parts: Parts
    items: Sequence[ItemShown]
    pager: Pager
    tab: str = "payouts"


def payout_page(access: Access, client_id: UUID, query: Mapping[str, str]) -> PayoutPage:
    """The shop's payout under this id. Raises NotHere."""
    payout = payout_named(access.shop.wallet_id, client_id)
    if payout is None:
        raise NotHere
    rows = parts.movements_counted(payout)
    pager = ITEMS.asked(query).pager(rows.count())
    return PayoutPage(
        city=access.shop.city,
        access=access,
        shop=access.shop,
        line=line_of(payout),
        paid_at=payout.paid_at,
        parts=parts.parts_of(payout),
        items=[_shown(each) for each in parts.items_of(payout, list(rows[pager.rows]))],
        pager=pager,
    )


def _shown(item: Item) -> ItemShown:
    """A refund opens the payment that it is of."""
    moved = item.payment
    sale = moved.refund_of if moved and item.movement.reason == Reason.REFUND else moved
    icon, title = _kind(item)
    opens = sale if item.movement.reason in {Reason.PAYMENT, Reason.REFUND} else None
    return ItemShown(
        at=item.movement.at,
        icon=icon,
        title=title,
        won=item.won,
        number=receipt_number(opens) if opens else "",
        payment=opens.client_id if opens else None,
    )


def _kind(item: Item) -> tuple[str, str | Words]:
    if item.movement.reason == Reason.PAYMENT and item.payment:
        return "check", payer_shown(item.payment)
    if item.movement.reason == Reason.REFUND:
        return "undo", REFUND
    return ("undo", CAME_BACK) if item.movement.reason == Reason.BOUNCE else ("warn", OTHER)
