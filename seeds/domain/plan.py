"""Who tops up and who pays whom how much, at which minute of which day: the same each time for the same city file."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import NAMESPACE_URL, UUID, uuid5

from citycoin.foundation.kernel.clock import KST
from citycoin.foundation.kernel.money import Amount
from merchants.domain.businesses import Category
from seeds.domain.city_file import CityFile, ProgrammeFile

RESIDENTS: Final = 12
DAYS: Final = 3
TOP_UP_HOUR: Final = 8
OPEN_HOURS: Final = range(10, 21)
# Payments come in the first minutes of an hour, so that all of an hour are settled together soon after.
RUSH_MINUTES: Final = 5
FIRST_TOP_UPS: Final = (50_000, 80_000, 100_000, 120_000, 150_000)
LATER_TOP_UPS: Final = (20_000, 30_000, 50_000)
# In hundreds of won, the least and the most that one pays in a shop of this kind.
PRICES: Final = {
    Category.FOOD: (80, 240),
    Category.CAFE: (35, 120),
    Category.MARKET: (50, 210),
    Category.HEALTH: (45, 180),
    Category.LEARNING: (30, 190),
    Category.HOME: (40, 160),
    Category.BEAUTY: (120, 280),
    Category.OTHER: (50, 200),
}


@dataclass(frozen=True, slots=True)
class Act:
    """A resident (1 and up) pays a shop, or tops up where ``shop`` is empty. ``day``: 0 is the first one."""

    id: UUID
    day: int
    minute: int
    resident: int
    won: Amount
    shop: str = ""

    def moment(self, first_day: date) -> datetime:
        """When it happens, in Seoul."""
        return datetime.combine(first_day, time(), KST) + timedelta(days=self.day, minutes=self.minute)


def plan(city_file: CityFile, *, days: int) -> tuple[Act, ...]:
    """The acts of so many days, in their order. Fewer days are the beginning of more."""
    chance = random.Random(f"{city_file.slug}: days of payments")  # noqa: S311 - the same each time, and no secret
    left, may_buy = [0] * RESIDENTS, [_allowance(city_file)] * RESIDENTS
    acts: list[Act] = []
    for day in range(days):
        drafts = [*_top_ups(chance, day, left, may_buy, city_file), *_payments(chance, day, left, city_file)]
        acts += sorted(drafts, key=lambda each: (each.minute, each.resident, each.shop, each.won))
    return tuple(acts)


def bought(city_file: CityFile) -> ProgrammeFile:
    """What people of the demo buy: the first programme of the file, whatever else is on sale beside it."""
    return city_file.programmes[0]


def _allowance(city_file: CityFile) -> int:
    """Half of what anybody may buy in a month and hold, so that they have room for more."""
    rules = [rule.terms for rule in bought(city_file).rules]
    return min(min(each.monthly_cap, each.holding_cap) for each in rules) // 2


def _top_ups(
    chance: random.Random, day: int, left: list[int], may_buy: list[int], city_file: CityFile
) -> Iterator[Act]:
    """Everybody on the first day, and later whoever runs short. Notes what each then has."""
    step = max(rule.terms.purchase_step for rule in bought(city_file).rules)
    for resident in range(RESIDENTS):
        wished = chance.choice(LATER_TOP_UPS if day else FIRST_TOP_UPS)
        minute = TOP_UP_HOUR * 60 + chance.randrange(30)
        won = min(wished, may_buy[resident]) // step * step
        if won == 0 or (day and left[resident] > wished):
            continue
        left[resident] += won
        may_buy[resident] -= won
        yield Act(_id(city_file, "top-up", day, resident), day, minute, resident + 1, Amount(won))


def _payments(chance: random.Random, day: int, left: list[int], city_file: CityFile) -> Iterator[Act]:
    """One to four a resident, as long as they can pay."""
    shops: Sequence[tuple[str, Category]] = [(each.business_number, each.category) for each in city_file.shops]
    for resident in range(RESIDENTS):
        for number in range(chance.randint(1, 4)):
            shop, category = chance.choice(shops)
            won = chance.randint(*PRICES[category]) * 100
            minute = chance.choice(OPEN_HOURS) * 60 + chance.randrange(RUSH_MINUTES)
            if won > left[resident]:
                continue
            left[resident] -= won
            yield Act(_id(city_file, f"payment {number}", day, resident), day, minute, resident + 1, Amount(won), shop)


def _id(city_file: CityFile, what: str, day: int, resident: int) -> UUID:
    return uuid5(NAMESPACE_URL, f"seeds: {city_file.slug}, day {day}, resident {resident}, {what}")
