"""Days of payments: the plan, carried out by the operations that everybody uses, and settled hour by hour."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from itertools import groupby
from uuid import NAMESPACE_URL, UUID, uuid5

from citycoin.foundation.kernel import clock
from citycoin.foundation.kernel.clock import KST
from citycoin.foundation.kernel.money import Amount
from citycoin.money.bank.domain.customers import CustomerTransfer
from citycoin.money.issuance.models import TopUp
from citycoin.money.issuance.operations.top_ups import reserve_top_up
from citycoin.platform.accounts.queries import name_of
from contracts.queries import signing_context
from merchants.models import Shop
from merchants.operations.payments import pay
from seeds.domain.plan import DAYS, Act, bought, plan
from seeds.operations.demo import NAMES, DemoNotes, wallets_of
from seeds.operations.driving import ChainDriver
from seeds.operations.founding import Founded
from wallets.models import Payment, Status, Wallet
from wallets.operations.authority import CityKey, Order
from wallets.operations.proofs import PinProof
from wallets.queries.ledger import key_in_force

FIRST_TOP_UP = Amount(100_000)


@dataclass(frozen=True, slots=True)
class Stage:
    """A city with the people and shops that its plan names."""

    city: Founded
    residents: dict[int, tuple[Wallet, str]]  # number → wallet and PIN
    shops: dict[str, str]  # business number → address


@dataclass(frozen=True, slots=True)
class Scene:
    """An act where it happens."""

    act: Act
    stage: Stage


def live_through(cities: Sequence[Founded], said: DemoNotes, driver: ChainDriver) -> int:
    """Carry out what of the cities' plans is not done yet; return how many acts. Raises TimeoutError.

    On a chain that begins in the past each at its minute, until yesterday; else what the first day holds, now.
    """
    today = clock.now().astimezone(KST).date()
    past_days = min((today - driver.now().astimezone(KST).date()).days, DAYS) if driver.in_the_past else 0
    scenes = [scene for city in cities for scene in _not_done(_stage(city, said), days=max(past_days, 1))]
    first_day = today - timedelta(days=past_days) if past_days else None
    for together in _in_order(scenes, by_the_hour=past_days > 0):
        transfers = [paid for scene in together if (paid := _play(scene, first_day, driver))]
        if transfers:
            driver.pay_in(transfers)
        driver.until(partial(_ended, [scene.act.id for scene in together]), what="the demo's payments")
    return len(scenes)


def top_up_api_residents(city: Founded, driver: ChainDriver) -> None:
    """A first top-up for each resident of the API, paid at the demo bank, and the wait until it is issued."""
    wallets = Wallet.objects.filter(city=city.contract.city, kind=Wallet.Kind.RESIDENT, owner=None).order_by("pk")[:2]
    ids = [uuid5(NAMESPACE_URL, f"first top-up {wallet.pk}") for wallet in wallets]
    transfers = [_top_up(city, wallet, (each, FIRST_TOP_UP), driver) for wallet, each in zip(wallets, ids, strict=True)]
    if transfers:
        driver.pay_in(transfers)
    driver.until(partial(_ended, ids), what="the demo's top-ups")


def _stage(city: Founded, said: DemoNotes) -> Stage:
    shops = Shop.objects.filter(city=city.contract.city).select_related("wallet")
    return Stage(
        city,
        wallets_of(city.contract.city, said),
        {each.business_number: key_in_force(each.wallet).address for each in shops},
    )


def _not_done(stage: Stage, *, days: int) -> list[Scene]:
    acts = plan(stage.city.file, days=days)
    ids = [each.id for each in acts]
    # One that is reserved alone was cut off before its transfer, and is sent once by its id.
    top_ups = TopUp.objects.filter(client_id__in=ids).exclude(status=TopUp.Status.RESERVED)
    done = {*top_ups.values_list("client_id", flat=True)}
    done |= {*Payment.objects.filter(client_id__in=ids).values_list("client_id", flat=True)}
    return [Scene(each, stage) for each in acts if each.id not in done and each.resident in stage.residents]


def _in_order(scenes: Sequence[Scene], *, by_the_hour: bool) -> Iterator[list[Scene]]:
    """What is done before the next wait: an hour, or, where there is one moment only, all top-ups and all payments."""

    def when(scene: Scene) -> tuple[int, int]:
        return (scene.act.day, scene.act.minute // 60) if by_the_hour else (0, int(scene.act.shop != ""))

    in_time = sorted(scenes, key=lambda each: (when(each), each.act.minute))
    return (list(together) for _, together in groupby(in_time, key=when))


def _play(scene: Scene, first_day: date | None, driver: ChainDriver) -> CustomerTransfer | None:
    """A payment is made; a top-up is reserved, and what its buyer has to send is returned."""
    act, (wallet, pin) = scene.act, scene.stage.residents[scene.act.resident]
    if first_day:
        driver.move_to(act.moment(first_day))
    if not act.shop:
        return _top_up(scene.stage.city, wallet, (act.id, act.won), driver)
    context = signing_context(scene.stage.city.file.slug)
    facts = hashlib.sha256(f"{act.id} {act.won.amount}".encode()).digest()
    pay(
        order=Order(context.city_id, act.id, scene.stage.shops[act.shop], act.won, None, facts),
        authority=CityKey(wallet.pk, context, driver.signer, PinProof(pin)),
        now=driver.now(),
    )
    return None


def _top_up(city: Founded, wallet: Wallet, asked: tuple[UUID, Amount], driver: ChainDriver) -> CustomerTransfer:
    """Reserved; its buyer sends the price, booked at the moment that is played."""
    (client_id, amount), now = asked, driver.now()
    programme = bought(city.file).number
    top_up = reserve_top_up(wallet=wallet, client_id=client_id, amount=amount, now=now, programme=programme)
    return CustomerTransfer(
        id=str(client_id),
        name=(wallet.owner and name_of(wallet.owner)) or NAMES[0],
        to=top_up.account.number,
        amount=Amount(top_up.price),
        booked_at=now if driver.in_the_past else None,
    )


def _ended(ids: Sequence[UUID]) -> bool:
    """Whether each of these is issued, or settled."""
    top_ups = TopUp.objects.filter(client_id__in=ids).exclude(status=TopUp.Status.ISSUED)
    payments = Payment.objects.filter(client_id__in=ids, status=Status.AUTHORISED)
    return not top_ups.exists() and not payments.exists()
