"""A payout's way: asked by its shop, ordered when the treasury has the won, made or bounced by the bank, and given back then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Final, Protocol
from uuid import UUID, uuid4

from django.db.models import Q

from citycoin.foundation import broker
from citycoin.foundation.fault_points import commits
from citycoin.foundation.kernel.errors import Rejected
from citycoin.foundation.kernel.money import Amount
from citycoin.foundation.locks import locked
from citycoin.money.bank.models import TransferOut
from citycoin.money.bank.queries.accounts import account_of
from citycoin.money.payouts.domain.refusals import PayoutAboveAvailable, PayoutAccountMissing, PayoutIdReused
from citycoin.money.payouts.models import PAYOUT_TRANSITIONS, Payout, PayoutAccount
from citycoin.money.payouts.queries.coming import asked_and_not_moved, available_to, last_movement, net_after
from citycoin.money.payouts.queries.payouts import account_in_force, payout_named
from citycoin.money.payouts.queries.waiting import GIVING_BACK
from citycoin.platform.accounts.models import Person
from citycoin.platform.queues.operations import take
from citycoin.platform.queues.queries import due
from contracts.domain.signing import Signer
from contracts.models import Contract
from contracts.queries import SigningContext, signing_context
from wallets.models import ConfirmedBy, Payment, Refusal, Wallet
from wallets.operations import returning
from wallets.operations.authorise import draw_up
from wallets.operations.authorise_sql import Payer
from wallets.operations.authority import CityKey, Order
from wallets.operations.stopping import refuse_while_stopped
from wallets.queries import ledger
from wallets.queries.refusals import refused

Status = Payout.Status
BOUNCES_IN_A_ROW: Final = 3


class Follower(Protocol):
    """Tells a shop's people of a payout that the bank has made, or could not make, in the caller's transaction."""

    def __call__(self, payout: Payout, *, now: datetime) -> None:
        """A payout comes once, ever; it is PAID or BOUNCED."""


_followers: list[Follower] = []


def register_follower(follower: Follower) -> None:
    """Have an app above told of each payout that ends at the bank, when Django is ready."""
    _followers.append(follower)


@dataclass(frozen=True, slots=True)
class Mandate:
    """That whoever may order the shop's payouts is signed in: the door has checked it."""

    confirmed_by: ClassVar = ConfirmedBy.MANDATE

    def check(self, payer: Payer, order: Order, context: SigningContext, now: datetime) -> None:
        """Nothing is left to check."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PayoutRequest:
    """A payout as its shop asks for it, under an id of its own choosing."""

    client_id: UUID
    amount: Amount


def ask(*, wallet: Wallet, asked: PayoutRequest, by: Person, signer: Signer, now: datetime) -> Payout:
    """Hold the shop's won for a payout to its account, once however often it is asked.

    Raises PayoutIdReused, and what is remembered under the id: CityStopped, PayoutAccountMissing, PayoutAboveAvailable,
    SignatureNeeded where the shop has its key itself, and every Rejected of ``draw_up``.
    """
    outcome = _outcome(wallet, asked, by, signer, now)
    if isinstance(outcome, Refusal):
        raise refused(outcome)
    return outcome


@commits("ask_payout")
def _outcome(wallet: Wallet, asked: PayoutRequest, by: Person, signer: Signer, now: datetime) -> Payout | Refusal:
    """A refusal is a row too, so it must not be raised before the commit."""
    mine = locked(Wallet.objects.filter(pk=wallet.pk)).select_related("city").get()
    facts = asked.amount.amount.to_bytes(32, "big")
    if made := payout_named(mine.pk, asked.client_id):
        if made.amount != asked.amount.amount:
            raise PayoutIdReused(id=str(asked.client_id))
        return made
    if before := Refusal.objects.filter(wallet=mine, client_id=asked.client_id).first():
        if bytes(before.facts) != facts:
            raise PayoutIdReused(id=str(asked.client_id))
        return before
    try:
        return _asked(mine, asked, by, signer, now)
    except Rejected as no:
        return Refusal.objects.create(
            wallet=mine,
            client_id=asked.client_id,
            facts=facts,
            code=no.code,
            details=no.details,
            refused_at=now,
        )


def _asked(wallet: Wallet, asked: PayoutRequest, by: Person, signer: Signer, now: datetime) -> Payout:
    refuse_while_stopped(wallet.city_id)
    account = account_in_force(wallet.pk)
    if account is None:
        raise PayoutAccountMissing
    available = available_to(wallet, now=now)
    if asked.amount.amount > available:
        raise PayoutAboveAvailable(available=available, asked=asked.amount.amount)
    through = last_movement(wallet.pk)
    return draw(account, wallet, asked, through=through, by=by, signer=signer, now=now)


def draw(
    account: PayoutAccount,
    wallet: Wallet,
    asked: PayoutRequest,
    *,
    through: int,
    by: Person | None,
    signer: Signer,
    now: datetime,
) -> Payout:
    """Hold the won and write the payout, in the caller's transaction, which holds the wallet's lock.

    It counts the shop's movements up to ``through``, and whatever an earlier payout counted. Raises SignatureNeeded where the shop
    has its key itself, and every Rejected of ``draw_up``.
    """
    context = signing_context(wallet.city.slug)
    treasury = Wallet.objects.get(city_id=wallet.city_id, kind=Wallet.Kind.TREASURY)
    order = Order(
        wallet.city_id, uuid4(), ledger.key_in_force(treasury).address, asked.amount, None, b"", is_payout=True
    )
    payment = draw_up(order=order, authority=CityKey(wallet.pk, context, signer, Mandate()), now=now)
    broker.notify_after_commit("wallets.settle")
    before = Payout.objects.filter(wallet=wallet).order_by("-pk").first()
    through = max(through, before.through if before else 0)
    counted = wallet.posted - asked_and_not_moved(wallet.pk) - net_after(wallet.pk, through)
    made = Payout.objects.create(
        city_id=wallet.city_id,
        wallet=wallet,
        account=account,
        client_id=asked.client_id,
        amount=asked.amount.amount,
        payment=payment,
        through=through,
        carried=counted - asked.amount.amount,
        back_under=uuid4(),
        asked_by=by,
        asked_at=now,
    )
    voided = Payout.objects.filter(wallet=wallet, status=Status.VOIDED, counted_in=None)
    voided.update(counted_in=made)
    return made


def follow_settled(payments: Sequence[Payment], *, now: datetime) -> None:
    """Order the transfers of payouts that the treasury has for good, and end those that are back, where they are settled."""
    settled = [each.pk for each in payments]
    rows = Payout.objects.filter(Q(payment__in=settled) | Q(back__in=settled))
    for payout in locked(rows.order_by("pk")).select_related("account"):
        if payout.back_id is None:
            _order(payout, now)
        else:
            _move(payout, Status.RETURNED)


def _order(payout: Payout, now: datetime) -> None:
    """The city's account in force pays: a city that changes its bank has one at every moment."""
    account, to = account_of(payout.city_id), payout.account
    payout.transfer = TransferOut.objects.create(
        city_id=payout.city_id,
        account=account,
        pays_from=account.number,
        purpose=TransferOut.Purpose.PAYOUT,
        end_to_end=uuid4().hex,
        amount=payout.amount,
        payee_name=to.holder,
        payee_bank=to.bank,
        payee_number=to.number,
        note=account.holder,
        ordered_at=now,
    )
    _move(payout, Status.ORDERED)


def follow_voided(payment: Payment, *, now: datetime) -> None:  # noqa: ARG001 - a follower's form
    """The shop has its won again; one that was on its way back is tried anew, under another id."""
    for payout in locked(Payout.objects.filter(Q(payment=payment) | Q(back=payment))):
        if payout.payment_id == payment.pk:
            _move(payout, Status.VOIDED)
        else:
            payout.back, payout.back_under = None, uuid4()
            payout.save(update_fields=["back", "back_under"])


def take_bank_result(transfer: TransferOut, *, now: datetime) -> None:
    """What the bank says became of the transfer; in the transaction that takes its answer.

    Won that could not be paid are promised back, as a refund's are.
    """
    payout = locked(Payout.objects.filter(transfer=transfer)).get()
    if transfer.status == TransferOut.Status.DONE:
        payout.paid_at = now
        _move(payout, Status.PAID)
    else:
        payment = locked(Payment.objects.filter(pk=payout.payment_id)).get()
        returning.promise(payment=payment, amount=Amount(payout.amount))
        payout.bounced_at = now
        _move(payout, Status.BOUNCED)
        _stop_after_bounces(payout.account_id)
    for follower in _followers:
        follower(payout, now=now)


def _stop_after_bounces(account_id: int) -> None:
    """Nothing goes there by itself any more once so many in a row came back: whoever is told each morning stops reading."""
    last = Payout.objects.filter(account_id=account_id).exclude(
        status__in=[Status.ASKED, Status.ORDERED, Status.VOIDED]
    )
    said = list(last.order_by("-pk").values_list("status", flat=True)[:BOUNCES_IN_A_ROW])
    if len(said) == BOUNCES_IN_A_ROW and set(said) <= {Status.BOUNCED, Status.RETURNED}:
        PayoutAccount.objects.filter(pk=account_id).update(automatic=False)


def give_bounced_back(*, contract: Contract, signer: Signer, now: datetime) -> int:
    """Send the won of bounced payouts from the treasury to their shops; return of how many."""
    context = signing_context(contract.city.slug)
    waiting = due(GIVING_BACK, now).filter(city_id=contract.city_id).order_by("pk").values_list("pk", flat=True)
    return take(GIVING_BACK, list(waiting), lambda part: _give_back(part[0], context, signer, now), now=now)


@commits("give_payout_back")
def _give_back(payout_id: int, context: SigningContext, signer: Signer, now: datetime) -> int:
    """The wallet's lock comes first, as where payments are settled; what was sent twice under one id is one payment."""
    payout = Payout.objects.select_related("payment__payer").get(pk=payout_id)
    promised = returning.Promised(payout.payment, Amount(payout.amount), payout.back_under)
    payment = returning.send(promised=promised, context=context, signer=signer, now=now)
    mine = Payout.objects.filter(pk=payout.pk, status=Status.BOUNCED, back=None, back_under=payout.back_under)
    return mine.update(back=payment) if payment else 0


def _move(payout: Payout, status: Payout.Status) -> None:
    assert status in PAYOUT_TRANSITIONS[payout.status], f"{payout.status} never becomes {status}"
    payout.status = status
    payout.save(update_fields=["status", "transfer", "paid_at", "bounced_at"])
