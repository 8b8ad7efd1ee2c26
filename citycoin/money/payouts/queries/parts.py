"""What a payout is made of: it sums to its amount, to the won."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Count, Q, QuerySet, Sum

from citycoin.money.payouts.models import Payout
from citycoin.money.payouts.queries.coming import movements_of
from wallets.models import Movement, Payment

Reason = Movement.Reason
MOVED_BY_PAYMENTS: Final = (Reason.PAYMENT, Reason.REFUND, Reason.BOUNCE)


@dataclass(frozen=True, slots=True)
class Part:
    """So many movements of one kind, and the won that they bring: below zero where they left the wallet."""

    count: int
    won: int


@dataclass(frozen=True, slots=True)
class Parts:
    """A payout's sum: what was left by the one before it, what came and went since, and what it leaves."""

    carried_in: int
    sales: Part
    refunds: Part
    back: Part  # of payouts that failed
    other: Part  # of which no row of ours says why it moved
    carried_out: int

    @property
    def won(self) -> int:
        """The payout's amount."""
        moved = sum(each.won for each in (self.sales, self.refunds, self.back, self.other))
        return self.carried_in + moved - self.carried_out


@dataclass(frozen=True, slots=True)
class Item:
    """A movement that a payout counts, and the payment that moved: a sale's, a refund's, or one that brought won back."""

    movement: Movement
    won: int  # below zero where it left the wallet
    payment: Payment | None


def _before(payout: Payout) -> Payout | None:
    return Payout.objects.filter(wallet_id=payout.wallet_id, pk__lt=payout.pk).order_by("-pk").first()


def _counted(payout: Payout, before: Payout | None) -> QuerySet[Movement]:
    rows = movements_of(payout.wallet_id).filter(pk__gt=before.through if before else 0, pk__lte=payout.through)
    return rows.exclude(reason=Reason.PAYOUT)


def parts_of(payout: Payout) -> Parts:
    """The sum, by kind."""
    before = _before(payout)
    rows = _counted(payout, before)
    voided = payout.counts_again.aggregate(count=Count("pk"), won=Sum("amount", default=0))
    bounced = _part(rows.filter(reason=Reason.BOUNCE), payout.wallet_id)
    return Parts(
        carried_in=before.carried if before else 0,
        sales=_part(rows.filter(reason=Reason.PAYMENT), payout.wallet_id),
        refunds=_part(rows.filter(reason=Reason.REFUND), payout.wallet_id),
        back=Part(bounced.count + voided["count"], bounced.won + voided["won"]),
        other=_part(rows.exclude(reason__in=MOVED_BY_PAYMENTS), payout.wallet_id),
        carried_out=payout.carried,
    )


def _part(rows: QuerySet[Movement], wallet_id: int) -> Part:
    said = rows.aggregate(
        count=Count("pk"),
        came=Sum("amount", filter=Q(target=wallet_id), default=0),
        left=Sum("amount", filter=Q(source=wallet_id), default=0),
    )
    return Part(said["count"], said["came"] - said["left"])


def movements_counted(payout: Payout) -> QuerySet[Movement]:
    """The movements of the sum, newest first."""
    return _counted(payout, _before(payout)).order_by("-pk")


def items_of(payout: Payout, movements: Sequence[Movement]) -> list[Item]:
    """These movements with their payments, in their order."""
    wallet_id = payout.wallet_id
    named = {each.pk: _name(each) for each in movements}
    payments = _payments([each for each in named.values() if each])
    return [
        Item(
            each, each.amount if each.target_id == wallet_id else -each.amount, payments.get(named[each.pk] or ("", 0))
        )
        for each in movements
    ]


def _name(movement: Movement) -> tuple[str, int] | None:
    """The payer's address and nonce, by which the effect names the payment that moved; None where none did."""
    if movement.reason not in MOVED_BY_PAYMENTS:
        return None
    _contract, address, nonce = movement.effect.split("/")
    return address, int(nonce)


def _payments(names: Sequence[tuple[str, int]]) -> dict[tuple[str, int], Payment]:
    wanted = Payment.objects.filter(
        key__address__in={address for address, _ in names}, nonce__in={nonce for _, nonce in names}
    )
    rows = wanted.select_related("key", "payer__owner", "refund_of__payer__owner")
    return {(each.key.address, each.nonce): each for each in rows}
