"""A row that can't be advanced, in each queue of the worker: everybody else is served, and it is set aside as an incident.

All are poisoned at once while no worker runs: by a trigger that refuses the write which would advance the row, or by bytes that
can't be packed, sent or asked for. A queue that registers has to have its poison here.
"""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

import pytest
from django.db import connection, models, transaction

from citycoin.foundation.kernel import clock
from citycoin.foundation.kernel.money import Amount, Won
from citycoin.money.bank.models import Deposit, OrderFile, TransferOut
from citycoin.money.bank.operations.orders import make_orders
from citycoin.money.bank.queries.accounts import account_of
from citycoin.money.issuance.models import Decision, Issue, SaleWish, TopUp
from citycoin.money.issuance.operations import sale_wishes
from citycoin.money.payouts.models import Payout, PayoutAccount, Redemption
from citycoin.platform.accounts.models import Official, Person
from citycoin.platform.accounts.operations.people import open_official, person_of_phone
from citycoin.platform.cities.models import City
from citycoin.platform.events.models import Event
from citycoin.platform.exports.domain.formats import FORMATS
from citycoin.platform.exports.models import FileJob
from citycoin.platform.exports.operations import ask_for_file
from citycoin.platform.exports.queries import CONSOLE, Wanted, recipe_named
from citycoin.platform.incidents.models import Incident
from citycoin.platform.notices.domain.kinds import Kind
from citycoin.platform.notices.models import Notice
from citycoin.platform.notices.operations import News, tell
from citycoin.platform.queues.models import FailedRow
from citycoin.platform.queues.operations import requeue
from citycoin.platform.queues.queries import queues
from contracts.doors import wiring
from contracts.models import ChainLog, Contract, Sender, Submission
from contracts.operations.sending import Call, lock_sender
from contracts.queries import token_of
from merchants.models import AwaitedEnd, Refund, RefundClaim, Shop
from merchants.operations import claims, ends, refunds
from tests.bank import credit, notice, taken, told_deposit
from tests.faults import scenes
from tests.faults.healthy import bad_lines, lines_of
from tests.outside import CityApi, Resident, eventually
from tests.payouts import NOT_THERE, account_at_bank, paid_out
from tests.running import RunningSystem
from wallets.models import Batch, Freeze, Key, Lot, Payment, Stop, Wallet
from wallets.operations import freezing, stopping

SET_ASIDE_WITHIN_SECONDS: Final = 120
FUNCTION = """
CREATE OR REPLACE FUNCTION poisoned() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'poisoned' USING ERRCODE = 'check_violation'; END $$
"""


def refuse(model: type[models.Model], when: str, *, write: str = "UPDATE") -> Callable[[], None]:
    """The database refuses this write of the table where ``when`` holds; returns what ends that."""
    table, name = model._meta.db_table, f"poison_{secrets.token_hex(4)}"
    postgres = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        if postgres:
            cursor.execute(FUNCTION)
            cursor.execute(
                f"CREATE TRIGGER {name} BEFORE {write} ON {table} FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION poisoned()"
            )
        else:
            cursor.execute(
                f"CREATE TRIGGER {name} BEFORE {write} ON {table} WHEN {when} "
                "BEGIN SELECT RAISE(ABORT, 'CHECK constraint failed: poisoned'); END"
            )

    def end() -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TRIGGER {name} ON {table}" if postgres else f"DROP TRIGGER {name}")

    return end


@dataclass
class Poison:
    """A row that can't be advanced, how the poison is taken away, and that somebody else in the same queue is served."""

    row: int
    mend: Callable[[], object]
    served: Callable[[], object] = field(default=lambda: True)
    later: Callable[[], object] = field(default=lambda: True)  # what becomes of it when it is tried again


@dataclass
class Town:
    """Two cities with people in them, before anything is poisoned."""

    gimpo: CityApi
    people: list[Resident]
    official: Official
    neighbour: Official
    second_neighbour: Official
    paid: list[str]  # payments that are settled
    shop: Wallet  # that took them

    @property
    def city(self) -> City:
        return self.official.city

    def wallet(self, place: int) -> Wallet:
        return Wallet.objects.get(keys__address=self.people[place].address.lower())


def changed(row: models.Model, **poison: Any) -> Callable[[], None]:
    """Write these values into the row by hand; returns what writes back what was there."""
    rows = type(row)._default_manager.filter(pk=row.pk)
    before = rows.values(*poison).get()
    rows.update(**poison)
    return lambda: rows.update(**before)  # type: ignore[return-value]


def by_hand(town: Town, role: Sender.Role) -> Submission:
    """A transaction of 0 won from a sending key to itself, signed and not yet sent."""
    with transaction.atomic():
        sender = lock_sender(town.city.pk, role, means=wiring.means())
        return sender.submit(Call("by hand", sender.row.address, b"", 21_000), intent=uuid.uuid4())


def is_final(submission: Submission) -> bool:
    return Submission.objects.get(pk=submission.pk).status == Submission.Status.FINAL


def registering(town: Town) -> Poison:
    opened = [
        town.gimpo.ok("POST", "wallets", {"code": town.gimpo.new_code(), "pin": "135790"})["address"].lower()
        for _ in range(2)
    ]
    key = Key.objects.get(address=opened[0])
    end = refuse(Key, f"OLD.id = {key.pk} AND NEW.registration_id IS NOT NULL")
    other = Wallet.objects.filter(keys__address=opened[1], registered_at__isnull=False)
    return Poison(key.pk, end, other.exists)


def bought(town: Town, buyer: Resident, *, paid: bool) -> TopUp:
    """A top-up of theirs; where it is ``paid``, the bank has said so."""
    asked = {"id": str(uuid.uuid4()), "amount": 1_000}
    made = town.gimpo.ok("POST", "top-ups", asked, token=buyer.token)
    if paid:
        town.gimpo.send(made)
    return TopUp.objects.get(client_id=asked["id"])


def issuing(town: Town) -> Poison:
    mine, other = bought(town, town.people[4], paid=True), bought(town, town.people[1], paid=True)
    end = refuse(TopUp, f"OLD.id = {mine.pk} AND NEW.status = 'issuing'")
    done = TopUp.objects.filter(status="issued")
    return Poison(mine.pk, end, done.filter(pk=other.pk).exists, done.filter(pk=mine.pk).exists)


def deposits(town: Town) -> Poison:
    account, now = account_of(town.city.pk), clock.now()
    entries = [credit(account, "", 5, at=now) for _ in range(2)]
    taken(notice(account, entries, at=now), now=now)
    mine, other = (Deposit.objects.get(reference=each.reference) for each in entries)
    end = refuse(Deposit, f"OLD.id = {mine.pk} AND NEW.status <> 'received'")
    decided = Deposit.objects.filter(status="suspense")
    return Poison(mine.pk, end, decided.filter(pk=other.pk).exists, decided.filter(pk=mine.pk).exists)


def a_return(town: Town) -> TransferOut:
    """Of a won that was sent for a top-up, decided about and not ordered yet."""
    virtual = bought(town, town.people[5], paid=False).account
    found = told_deposit(virtual.account, virtual.number, 1)
    return TransferOut.objects.get(deposit=found)


def bank_orders(town: Town) -> Poison:
    returns = []
    for _ in range(2):
        returns.append(a_return(town))
        make_orders(now=clock.now())
    mine, other = (TransferOut.objects.get(pk=each.pk) for each in returns)
    end = refuse(OrderFile, f"OLD.id = {mine.order_id} AND NEW.delivered_at IS NOT NULL")
    done = TransferOut.objects.filter(status="done")
    return Poison(mine.order_id, end, done.filter(pk=other.pk).exists, done.filter(pk=mine.pk).exists)


def transfers_out(town: Town) -> Poison:
    mine, other = a_return(town), a_return(town)
    end = refuse(TransferOut, f"OLD.id = {mine.pk} AND NEW.status = 'sent'")
    done = TransferOut.objects.filter(status="done")
    return Poison(mine.pk, end, done.filter(pk=other.pk).exists, done.filter(pk=mine.pk).exists)


def lapsing(town: Town) -> Poison:
    mine, other = bought(town, town.people[5], paid=False), bought(town, town.people[1], paid=False)
    TopUp.objects.filter(pk__in=[mine.pk, other.pk]).update(reserved_until=clock.now() - timedelta(seconds=1))
    end = refuse(TopUp, f"OLD.id = {mine.pk} AND NEW.status = 'lapsed'")
    return Poison(mine.pk, end, TopUp.objects.filter(pk=other.pk, status="lapsed").exists)


def batching(town: Town) -> Poison:
    shop = town.gimpo.shops()[0]
    ids = [town.people[place].pay(shop, 10)["id"] for place in (2, 3)]
    mine = Payment.objects.get(client_id=ids[0])
    settled = scenes.of_ids(ids).filter(status="settled")
    return Poison(
        mine.pk,
        changed(mine, signature=b"torn"),
        settled.exclude(pk=mine.pk).exists,
        settled.filter(pk=mine.pk).exists,
    )


def relaying(town: Town) -> Poison:
    event = Event.objects.filter(relayed_at=None, city=town.city).latest("pk")
    others = Event.objects.filter(pk__lt=event.pk, relayed_at=None)
    return Poison(event.pk, refuse(Event, f"OLD.id = {event.pk}"), lambda: not others.exists())


def zero_address(town: Town) -> Poison:
    """The contract refuses a whole registration for this key of it."""
    opened = town.gimpo.ok("POST", "wallets", {"code": town.gimpo.new_code(), "pin": "135790"})
    key = Key.objects.get(address=opened["address"].lower())
    end = changed(key, address="0x" + "00" * 20)
    return Poison(key.pk, end, later=Wallet.objects.filter(pk=key.wallet_id, registered_at__isnull=False).exists)


def malformed(town: Town) -> Poison:
    """A payment whose record is longer than its scheme says: the contract can't read a batch with it, and takes none."""
    mine = Payment.objects.get(client_id=town.people[1].pay(town.gimpo.shops()[0], 10)["id"])
    settled = Payment.objects.filter(pk=mine.pk, status="settled")
    return Poison(mine.pk, changed(mine.key, public_key=bytes(64)), later=settled.exists)


def stranger(town: Town) -> tuple[Resident, Wallet, Callable[[], object]]:
    """In the books the chain knows this wallet; in truth it knows another key. And what ends that."""
    opened = town.gimpo.ok("POST", "wallets", {"code": town.gimpo.new_code(), "pin": "135790"})
    buyer = Resident(town.gimpo, opened["token"], opened["address"], pin="135790")
    key = Key.objects.get(address=buyer.address.lower())
    known = town.wallet(1).keys.get(until=None)
    undo = [
        changed(key, address="0x" + secrets.token_hex(20), registration=known.registration),
        changed(key.wallet, registered_at=clock.now()),
    ]
    return buyer, key.wallet, lambda: [each() for each in undo]


def unknown_recipient(town: Town) -> Poison:
    """The contract skips what is issued to them."""
    buyer, _, end = stranger(town)
    mine = bought(town, buyer, paid=True)
    return Poison(mine.pk, end, later=TopUp.objects.filter(pk=mine.pk, status="issued").exists)


def unknown_account(town: Town) -> Poison:
    """The contract reverts the flag of this wallet."""
    _, wallet, end = stranger(town)
    mine = frozen(town, wallet)
    return Poison(mine.pk, end, later=Freeze.objects.filter(pk=mine.pk, status="frozen").exists)


def reregistering(town: Town) -> Poison:
    """A key whose registration reverted, by hand: it can't be taken back."""
    wallet = town.wallet(0)
    key = wallet.keys.get(until=None)
    assert key.registration is not None
    undo = [changed(wallet, registered_at=None), changed(key.registration, status="reverted")]
    end = refuse(Key, f"OLD.id = {key.pk}")
    return Poison(key.pk, lambda: [each() for each in (end, *undo)])


def frozen(town: Town, wallet: Wallet) -> Freeze:
    """As an official does it, in the books."""
    freezing.freeze(city_id=town.city.pk, wallet_id=wallet.pk, official=town.official, reason="시험", now=clock.now())
    return Freeze.objects.get(wallet=wallet)


def freezing_(town: Town) -> Poison:
    rows = [frozen(town, town.wallet(place)) for place in (4, 5)]
    end = refuse(Freeze, f"OLD.id = {rows[0].pk}")
    return Poison(rows[0].pk, end, Freeze.objects.filter(pk=rows[1].pk, status="frozen").exists)


def stopping_(town: Town) -> Poison:
    stop = stopping.stop(official=town.neighbour, reason="시험", now=clock.now())
    guardian = scenes.sender_of("sejong", Sender.Role.GUARDIAN)
    end = refuse(Submission, f"NEW.sender_id = {guardian.pk}", write="INSERT")

    def mend() -> None:
        end()
        stopping.let_go_on(official=town.second_neighbour, review="시험", now=clock.now())

    return Poison(stop.pk, mend, later=Stop.objects.filter(pk=stop.pk, ended_at__isnull=False).exists)


def copying(town: Town) -> Poison:
    token = token_of(town.neighbour.city_id)
    end = refuse(Contract, f"OLD.id = {token.pk} AND NEW.next_block > OLD.next_block")
    return Poison(token.pk, end)


def sending(town: Town) -> Poison:
    mine = by_hand(town, Sender.Role.GUARDIAN)
    return Poison(mine.pk, changed(mine, raw=b"\x02torn"))


def following(town: Town) -> Poison:
    mine, other = by_hand(town, Sender.Role.CLERK), by_hand(town, Sender.Role.CLERK)
    mend = changed(mine, status="sent", sent_at=clock.now() - timedelta(minutes=1), tx_hash="0xno hash")

    def put_back() -> None:
        status = Submission.objects.get(pk=mine.pk).status
        mend()
        Submission.objects.filter(pk=mine.pk).update(status=status, sent_at=clock.now())

    return Poison(mine.pk, put_back, lambda: is_final(other))


def refunding(town: Town) -> Poison:
    rows = []
    for payment_id in town.paid:
        payment = Payment.objects.get(client_id=payment_id)
        asked = refunds.RefundRequest(uuid.uuid4(), payment.client_id, Won(1), Refund.Reason.ASKED)
        shop = Shop.objects.get(wallet=payment.payee)
        rows.append(refunds.promise(shop=shop, asked=asked, by=town.official.person, now=clock.now()))
    end = refuse(Refund, f"OLD.id = {rows[0].pk}")
    return Poison(rows[0].pk, end, Refund.objects.filter(pk=rows[1].pk, sent__isnull=False).exists)


def halving(town: Town) -> Poison:
    batch = Payment.objects.get(client_id=town.paid[0]).batch
    assert batch is not None
    undo = [
        changed(batch, posted_at=None, formed_at=clock.now() - timedelta(minutes=1)),
        changed(batch.submission, status="reverted"),
    ]
    end = refuse(Batch, f"OLD.id = {batch.pk}")
    return Poison(batch.pk, lambda: [each() for each in (end, *undo)])


def taking_apart(town: Town) -> Poison:
    issue = Issue.objects.filter(programme__city=town.city, ended_at__isnull=False).latest("pk")
    undo = [changed(issue, ended_at=None), changed(issue.submission, status="reverted")]
    end = refuse(Issue, f"OLD.id = {issue.pk}")
    return Poison(issue.pk, lambda: [each() for each in (end, *undo)])


def undoing_redemptions(town: Town) -> Poison:
    made = Redemption.objects.filter(city=town.city, ended_at__isnull=False).latest("pk")
    undo = [changed(made, ended_at=None), changed(made.submission, status="reverted")]
    end = refuse(Redemption, f"OLD.id = {made.pk}")
    return Poison(made.pk, lambda: [each() for each in (end, *undo)])


def redeeming(town: Town) -> Poison:
    account_at_bank(town.shop, town.official.person)
    mine, other = (paid_out(town.shop, town.official.person, 2) for _ in range(2))
    end = refuse(Payout, f"OLD.id = {mine.pk} AND NEW.redemption_id IS NOT NULL")
    burned = Payout.objects.filter(status="burned")
    return Poison(mine.pk, end, burned.filter(pk=other.pk).exists, burned.filter(pk=mine.pk).exists)


def giving_back(town: Town) -> Poison:
    account_at_bank(town.shop, town.official.person, number=NOT_THERE)
    mine, other = (paid_out(town.shop, town.official.person, 3) for _ in range(2))
    end = refuse(Payout, f"OLD.id = {mine.pk} AND NEW.back_id IS NOT NULL")
    returned = Payout.objects.filter(status="returned")
    return Poison(mine.pk, end, returned.filter(pk=other.pk).exists, returned.filter(pk=mine.pk).exists)


def ordering_payouts(town: Town) -> Poison:
    """Two shops whose morning has come; neither has sold anything, so that only their day is over with it."""
    wallets = Wallet.objects.filter(city=town.city, kind=Wallet.Kind.SHOP).exclude(pk=town.shop.pk)
    mine, other = (account_at_bank(each, town.official.person) for each in wallets.order_by("-pk")[:2])
    end = refuse(PayoutAccount, f"OLD.id = {mine.pk} AND NEW.next_at > OLD.next_at")
    began = clock.now()
    PayoutAccount.objects.filter(pk__in=[mine.pk, other.pk]).update(next_at=began)
    over = PayoutAccount.objects.filter(next_at__gt=began)
    return Poison(mine.pk, end, over.filter(pk=other.pk).exists, over.filter(pk=mine.pk).exists)


def deciding(town: Town) -> Poison:
    decision = Decision.objects.create(
        city=town.city,
        kind=Decision.Kind.KINDS,
        facts={},
        digest="0x" + secrets.token_hex(32),
        calldata=b"junk",
        received_at=clock.now() - timedelta(minutes=1),
    )
    return Poison(decision.pk, refuse(Decision, f"OLD.id = {decision.pk}"))


def making_files(town: Town) -> Poison:
    mine, other = (
        ask_for_file(
            client_id=uuid.uuid4(),
            recipe=recipe_named("shops", CONSOLE),
            wanted=Wanted(town.official.person, town.city, {"query": ""}, clock.now()),
            format_=FORMATS[kind],
        )
        for kind in ("csv", "xlsx")
    )
    done = FileJob.objects.filter(state=FileJob.State.DONE)
    end = refuse(FileJob, f"OLD.id = {mine.pk} AND NEW.state = 'done'")
    return Poison(mine.pk, end, done.filter(pk=other.pk).exists, done.filter(pk=mine.pk).exists)


def a_neighbour(wallet: Wallet) -> Person:
    """Somebody owns the wallet from now on."""
    owner = person_of_phone(phone=f"010{secrets.randbelow(10**8):08}", now=clock.now())
    Wallet.objects.filter(pk=wallet.pk).update(owner=owner)
    return owner


def texting(town: Town) -> Poison:
    people = [a_neighbour(town.wallet(place)) for place in (0, 1)]
    for each in people:
        news = News(person_id=each.pk, city_id=town.city.pk, kind=Kind.WALLET_FROZEN, subject="poison", facts={})
        tell(news, now=clock.now())
    mine, other = (Notice.objects.get(person=each) for each in people)
    end = refuse(Notice, f"OLD.id = {mine.pk} AND NEW.text_due_at IS NULL")
    texted = Notice.objects.filter(texted_at__isnull=False)
    return Poison(mine.pk, end, texted.filter(pk=other.pk).exists, texted.filter(pk=mine.pk).exists)


def ends_(town: Town) -> Poison:
    shop, wallets = Shop.objects.filter(city=town.city)[0], [town.wallet(place) for place in (2, 3)]
    rows = []
    for wallet, paid in zip(wallets, town.paid, strict=True):
        a_neighbour(wallet)
        ends.await_end(wallet=wallet, shop=shop, client_id=uuid.UUID(paid), amount=Amount(20), now=clock.now())
        rows.append(AwaitedEnd.objects.get(wallet=wallet))
    end = refuse(AwaitedEnd, f"OLD.id = {rows[0].pk}")
    over = AwaitedEnd.objects.filter(over_at__isnull=False)
    return Poison(rows[0].pk, end, over.filter(pk=rows[1].pk).exists, over.filter(pk=rows[0].pk).exists)


def claims_(town: Town) -> Poison:
    rows = []
    for place, paid in zip((2, 3), town.paid, strict=True):
        asked = claims.ClaimRequest(uuid.uuid4(), uuid.UUID(paid), Amount(1), RefundClaim.Reason.OTHER)
        rows.append(claims.claim(wallet=town.wallet(place), asked=asked, now=clock.now()))
    over = RefundClaim.objects.filter(pk__in=[each.pk for each in rows])
    over.update(answer_by=clock.now())
    end = refuse(RefundClaim, f"OLD.id = {rows[0].pk}")
    return Poison(rows[0].pk, end, over.filter(pk=rows[1].pk, status="unanswered").exists)


def warning(town: Town) -> Poison:
    mine, other = (Lot.objects.filter(wallet=town.wallet(place)).latest("pk") for place in (2, 3))
    soon = {"expires_at": clock.now() + timedelta(days=5), "warn_at": clock.now() - timedelta(seconds=1)}
    Lot.objects.filter(pk__in=[mine.pk, other.pk]).update(**soon)
    end = refuse(Lot, f"OLD.id = {mine.pk} AND NEW.warn_at {_differs()} OLD.warn_at")
    return Poison(mine.pk, end, Lot.objects.filter(pk=other.pk).exclude(warn_at__lte=clock.now()).exists)


def _differs() -> str:
    """What says in SQL that two values differ, none among them."""
    return "IS DISTINCT FROM" if connection.vendor == "postgresql" else "IS NOT"


def sale_wishes_(town: Town) -> Poison:
    wallets = [town.wallet(place) for place in (2, 3)]
    for wallet in wallets:
        sale_wishes.ask_to_be_told(wallet=wallet, now=clock.now())
    mine, other = (SaleWish.objects.get(wallet=wallet) for wallet in wallets)
    end = refuse(SaleWish, f"OLD.id = {mine.pk}")
    return Poison(mine.pk, end, SaleWish.objects.filter(pk=other.pk, told_at__isnull=False).exists)


POISONS: Final[dict[str, tuple[Callable[[Town], Poison], ...]]] = {
    "bank_orders": (bank_orders,),  # before the transfers that are to stay in no order
    "deposits": (deposits,),
    "transfers_out": (transfers_out,),
    "registering": (registering, zero_address),
    "issuing": (issuing, unknown_recipient),
    "reregistering": (reregistering,),
    "lapsing": (lapsing,),
    "batching": (batching, malformed),
    "relaying": (relaying,),
    "freezing": (freezing_, unknown_account),
    "stopping": (stopping_,),
    "copying": (copying,),
    "sending": (sending,),
    "following": (following,),
    "refunding": (refunding,),
    "halving": (halving,),
    "taking_apart": (taking_apart,),
    "undoing_redemptions": (undoing_redemptions,),
    "ordering_payouts": (ordering_payouts,),
    "redeeming": (redeeming,),
    "giving_back": (giving_back,),
    "deciding": (deciding,),
    "files": (making_files,),
    "texting": (texting,),
    "ends": (ends_,),
    "claims": (claims_,),
    "warning": (warning,),
    "sale_wishes": (sale_wishes_,),
}


@pytest.fixture(scope="module")
def town(gimpo: CityApi) -> Town:
    people = scenes.residents(gimpo, [1_000] * 7)
    paid = [people[place].pay(gimpo.shops()[0], 20)["id"] for place in (2, 3)]
    scenes.all_settled(paid)
    shop = Wallet.objects.get(keys__address=gimpo.shops()[0])

    def official(city: str, name: str) -> Official:
        where = City.objects.get(slug=city)
        return open_official(city=where, username=name, password="-", totp_secret="JBSWY3DPEHPK3PXP", now=clock.now())

    officials = [official("gimpo", "queue1"), official("sejong", "queue2"), official("sejong", "queue3")]
    account_at_bank(shop, officials[0].person)
    burned = paid_out(shop, officials[0].person, 1)
    eventually(lambda: Payout.objects.get(pk=burned.pk).status == "burned", what="a burn")
    return Town(gimpo, people, *officials, paid, shop)


@pytest.fixture
def posted_late(town: Town) -> tuple[Callable[[], Payment], Callable[[], int], Callable[[], None]]:
    """A payment whose batch can't be posted, in one of its own; the first log of that batch; and what ends it."""
    mine = town.people[6].pay(town.gimpo.shops()[0], 10)["id"]
    end = refuse(Payment, f"OLD.id = {Payment.objects.get(client_id=mine).pk} AND NEW.status = 'settled'")
    submission = scenes.signed(mine)

    def first_log() -> int:
        logs = ChainLog.objects.filter(tx_hash=submission.tx_hash).order_by("log_index")
        found: int = logs.values_list("pk", flat=True).first() or 0
        return found

    return lambda: Payment.objects.get(client_id=mine), first_log, end


def test_row_that_cannot_be_advanced_in_each_queue_is_set_aside_and_everybody_else_is_served(
    system: RunningSystem, town: Town, posted_late
):
    """I4, I14, C8: with the reason as an incident; when the cause is gone, each goes on where it was."""
    assert {*POISONS, "posting"} == {queue.name for queue in queues()}
    payment, log, end_of_posting = posted_late
    with ExitStack() as undo:
        undo.callback(system.start, "worker")
        system.stop("worker")
        poisons = {name: [poison(town) for poison in of_queue] for name, of_queue in POISONS.items()}
    rows = {(name, poison.row) for name, of_queue in poisons.items() for poison in of_queue}

    def set_aside() -> set[tuple[str, int]]:
        return set(FailedRow.objects.filter(again_at=None).values_list("queue", "row"))

    eventually(
        lambda: set_aside() == {*rows, ("posting", log())},
        what="every poisoned row set aside",
        within_seconds=SET_ASIDE_WITHIN_SECONDS,
    )
    all_poisons = [poison for of_queue in poisons.values() for poison in of_queue]
    for poison in all_poisons:
        eventually(poison.served, what=f"everybody beside row {poison.row}")
    assert payment().status == "authorised"
    assert "steps" not in bad_lines(system)
    lines = {line["name"]: str(line["en"]) for line in lines_of(system)}
    for name in ("batching", "settlement"):  # the payment with torn bytes, and the one that the contract can't read
        assert "2 set aside" in lines[name]
    incidents = Incident.objects.filter(row_set_aside__isnull=False, closed_at=None)
    assert {each.city.slug for each in incidents if each.city} == {"gimpo", "sejong"}
    assert {(each.details["queue"], each.details["row"]) for each in incidents} == set_aside()

    end_of_posting()
    for poison in all_poisons:
        poison.mend()
    first, *others = incidents.values_list("pk", flat=True)
    system.manage("requeue", str(first), check=True)
    for incident in others:
        requeue(incident_id=incident, official=None, now=clock.now())

    eventually(lambda: payment().status == "settled", what="the payment posted late")
    for poison in all_poisons:
        eventually(poison.later, what=f"row {poison.row}, tried again")
    eventually(lambda: not FailedRow.objects.exists(), what="nothing that failed")
