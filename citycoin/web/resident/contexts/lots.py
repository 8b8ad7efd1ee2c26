"""Whose won a wallet spends first, and of which won a payment was: by name and last day, as its owner reads it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from citycoin.foundation.bilingual import Words
from citycoin.foundation.kernel.clock import KST
from citycoin.foundation.kernel.money import BUYER, LAST_FUNDER, Won
from citycoin.money.funding.queries import funder_names
from citycoin.money.issuance.queries.programmes import programmes_of
from wallets.models import Payment, Status, Wallet
from wallets.queries import ledger
from wallets.queries.ledger import LotUsed

# Of money that lapses sooner than this, home says how many days are left.
SOON: Final = timedelta(days=60)
MOST_BANDS: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """Won that lapse on one day: the programme's name, the last day, and the days left where they are few."""

    name: str
    left: int
    last_day: date
    days_left: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Won of a payment that were of one name and last day. ``benefit``: how many of them their owner didn't pay for."""

    name: str
    last_day: date
    won: int
    benefit: int
    renewed: bool = False  # they had lapsed before they came back, so they came with some days more


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """Of which won a payment was, and into which of them some came back: what is spent first is first.

    ``used`` sums to the payment, or is empty where the chain refused it; ``back`` sums to what has come back. Of the
    benefit, ``helped`` says how much came from others than the city.
    """

    used: Sequence[Part]
    back: Sequence[Part]
    helped: Sequence[tuple[Words, int]]

    @property
    def benefit(self) -> int:
        """Won of the payment that its payer hadn't paid for themselves."""
        return sum(each.benefit for each in self.used)


def bands_of(wallet: Wallet, now: datetime) -> list[Band]:
    """The wallet's won by the day on which they lapse, the first ones first; the late ones beyond a few as one."""
    names = _names(wallet.city_id)
    lots = ledger.lots_by_date(wallet.pk, now)
    today = now.astimezone(KST).date()
    bands = [
        Band(
            name=_name(names, each.programme),
            left=each.left.amount,
            last_day=(last := _last_day(each.expires_at)),
            days_left=(last - today).days if each.expires_at - now < SOON else None,
        )
        for each in lots[:MOST_BANDS]
    ]
    rest = lots[MOST_BANDS:]
    if rest:
        later = Words("그 뒤의 돈", "Later ones")
        left = sum(each.left.amount for each in rest)
        bands.append(Band(name=str(later), left=left, last_day=_last_day(rest[-1].expires_at), days_left=None))
    return bands


def spent_of(payment: Payment, returned_at: datetime | None) -> Spent:
    """The payment's won; ``returned_at`` is when the last of its refunds came back. A voided one came back whole."""
    names, lots = _names(payment.city_id), ledger.lots_used(payment)
    used = _merged(_part(names, each, each.taken) for each in lots)
    if payment.status == Status.VOIDED:
        return Spent(used=[], back=used, helped=[])
    back = [
        _part(names, each, each.returned, renewed=returned_at is not None and each.expires_at <= returned_at)
        for each in lots
        if each.returned.amount
    ]
    return Spent(used=used, back=_merged(back), helped=_helped(lots, funder_names(payment.city_id)))


def _helped(lots: Iterable[LotUsed], names: Mapping[str, Words]) -> list[tuple[Words, int]]:
    """Who paid a part of the benefit beside the city, by the names of the city's funders."""
    found: defaultdict[str, int] = defaultdict(int)
    for each in lots:
        for who, won in each.funders_of(each.taken).items():
            found[who] += won.amount
    others = [who for who in [*names, *sorted(found.keys() - names.keys())] if who not in (BUYER, LAST_FUNDER)]
    return [(names.get(who, Words(who, who)), found[who]) for who in others if found[who]]


def _part(names: Mapping[int, str], lot: LotUsed, won: Won, *, renewed: bool = False) -> Part:
    paid = lot.funders_of(won).get(BUYER, Won(0))
    return Part(
        name=_name(names, lot.programme),
        last_day=_last_day(lot.expires_at),
        won=won.amount,
        benefit=won.amount - paid.amount,
        renewed=renewed,
    )


def _merged(parts: Iterable[Part]) -> list[Part]:
    """Several lots of one name and day are one line; lines come in the order in which they were spent."""
    found: dict[tuple[str, date, bool], Part] = {}
    for each in parts:
        line = each.name, each.last_day, each.renewed
        before = found.get(line)
        found[line] = (
            replace(before, won=before.won + each.won, benefit=before.benefit + each.benefit) if before else each
        )
    return list(found.values())


def _names(city_id: int) -> dict[int, str]:
    """What the city's programmes are called, by their numbers."""
    return {each.number: str(Words(each.name_ko, each.name_en)) for each in programmes_of(city_id)}


def _name(names: Mapping[int, str], programme: int) -> str:
    return names.get(programme, str(Words("충전한 돈", "Topped up")))


def _last_day(end: datetime) -> date:
    """The last day of Seoul on which money that lapses at ``end`` may be spent."""
    return (end - timedelta(seconds=1)).astimezone(KST).date()
