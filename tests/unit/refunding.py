"""The ledger's machine with shops that give back what they took, some of it to lots that have lapsed meanwhile."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from django.db.models import Sum
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from citycoin.foundation.kernel.errors import CityCoinError
from citycoin.foundation.kernel.money import Amount, Won
from citycoin.platform.accounts.models import Person as Keeper
from merchants.models import DailySum, Refund, Shop
from merchants.operations import refunds
from merchants.operations.refunds import RefundRequest
from merchants.queries.daily_sums import differences
from tests.unit.ledger import Ledger
from tests.unit.model import ModelLot, Person, number, won_by
from wallets.domain.rules import REFUND
from wallets.models import Lot, Payment, Status, Take, Wallet
from wallets.queries import ledger


@dataclass(slots=True)
class TakeOfLot:
    """What a payment took of one lot, and still has of it."""

    lot: int
    left: int


@dataclass(slots=True)
class Refunds:
    """What the model knows of refunds."""

    promised: dict[int, int] = field(default_factory=dict)  # won by payment
    unsent: list[tuple[int, int]] = field(default_factory=list)  # (payment, won), oldest first
    taken: dict[int, list[TakeOfLot]] = field(default_factory=dict)  # by payment, in the order in which they go back
    answers: list[tuple[Shop, RefundRequest, str]] = field(default_factory=list)
    renewed: list[tuple[Person, int]] = field(default_factory=list)  # lots of their own, not yet seen in the books


class RefundingLedger(Ledger):
    """The ledger's machine with shops that give back; what has its say in the other one is left out here."""

    be_refused = ask_again = issue_what_the_books_did_not_promise = None  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.refunds = Refunds()

    @initialize()
    def found_a_city(self) -> None:
        super().found_a_city()
        self.keeper = Keeper.objects.create(username=f"keeper-{number()}", joined_at=self.now)
        for shop in self.shops:
            Shop.objects.create(
                city=self.city,
                wallet=shop.wallet,
                name_ko="가게",
                name_en="Shop",
                business_number=f"{number():010}",
                code=number(),
                opened_at=self.now,
            )
        self.pay([(0, 0, 120, 1), (1, 1, 80, 1)], "mine", {})

    @rule(
        which=st.integers(0, 3),
        part=st.sampled_from([0, 1, 2, 3]),
        more=st.sampled_from([0, 0, 0, 1]),
        days=st.sampled_from([0, 0, 1, 4]),
        then=st.sampled_from(["wait", "send", "come", "come"]),
    )
    def refund(self, which: int, part: int, more: int, days: int, then: str) -> None:
        """Promise some of what is left of one of the newest payments, or all, or a won more, some days later.

        It waits, or is sent if its payment is final, or all that is under way is mined until it is there.
        """
        self.pass_time(days)
        sales = Payment.objects.filter(city=self.city, refund_of=None, payer__kind=Wallet.Kind.RESIDENT)
        payments = list(sales.order_by("-pk")[: which + 1])
        left = payments[-1].amount - self.refunds.promised.get(payments[-1].pk, 0)
        self.promise_back(payments[-1], max(1, left - left * part // 4) if not more else left + 1)
        if then == "come":
            self.mine_all({})
        if then != "wait":
            self.send_what_was_promised()
        if then == "come":
            self.mine_all({})

    def promise_back(self, payment: Payment, won: int) -> None:
        left = payment.amount - self.refunds.promised.get(payment.pk, 0)
        asked = RefundRequest(UUID(int=number()), payment.client_id, Amount(won), Refund.Reason.ASKED)
        shop = Shop.objects.get(wallet=payment.payee)

        code = self.ask_back(shop, asked)

        self.refunds.answers.append((shop, asked, code))
        if self.statuses[payment.pk] == Status.VOIDED:
            assert code == "refund_of_voided"
        elif won > left:
            assert code == "refund_above_payment"
        else:
            assert code == ""
            self.refunds.promised[payment.pk] = self.refunds.promised.get(payment.pk, 0) + won
            self.refunds.unsent.append((payment.pk, won))

    @rule()
    def ask_for_refunds_again(self) -> None:
        """The same is answered the same; another amount under the same id is no answer at all."""
        for shop, asked, code in self.refunds.answers[-4:]:
            assert self.ask_back(shop, asked) == code
            assert self.ask_back(shop, replace(asked, amount=asked.amount + Won(1))) == "refund_id_reused"

    def send_what_was_promised(self) -> None:
        """Only what is final can be given back."""
        due = [each for each in self.refunds.unsent if self.statuses[each[0]] == Status.SETTLED]

        assert refunds.send_promised(contract=self.chain.contract, signer=self.signer, now=self.now) == len(due)

        self.refunds.unsent = [each for each in self.refunds.unsent if each not in due]
        sent = Payment.objects.filter(city=self.city).exclude(refund_of=None).exclude(pk__in=self.statuses)
        assert sorted(sent.values_list("refund_of", "amount")) == sorted(due)
        self.statuses |= dict.fromkeys(sent.values_list("pk", flat=True), Status.AUTHORISED)

    def came(self, payment: Payment) -> None:
        """Of a refund: what the payment took last goes back first; a lapsed lot's won get days of their own."""
        if payment.refund_of_id is None:
            return
        person = next(each for each in self.residents if each.wallet.pk == payment.payee_id)
        missing = payment.amount
        for each in self.refunds.taken[payment.refund_of_id]:
            won = min(each.left, missing)
            each.left -= won
            missing -= won
            if won:
                self.comes_back(person, each.lot, won)
        assert not missing

    def comes_back(self, person: Person, lot: int, won: int) -> None:
        model, until = self.lots[lot], REFUND.usual.after_lapse.ends_after(self.now)
        if model.expires_at > self.now:
            model.left += won
        elif model.amount == won:
            model.left, model.expires_at = won, until
        else:
            model.amount -= won
            self.refunds.renewed.append((person, won))

    def post(self) -> None:
        """And learn which rows the lots are that got days of their own."""
        super().post()
        rows = Lot.objects.filter(wallet__city=self.city, part__gt=0).exclude(pk__in=self.lots).order_by("pk")
        assert [(row.wallet_id, row.amount) for row in rows] == [
            (person.wallet.pk, won) for person, won in self.refunds.renewed
        ]
        for row, (person, won) in zip(rows, self.refunds.renewed, strict=True):
            self.lots[row.pk] = ModelLot(won, REFUND.usual.after_lapse.ends_after(self.now), final=True)
            person.lots.append(row.pk)
        self.refunds.renewed.clear()

    def take(self, person: Person, payment: int) -> None:
        """And note what it took of which lot, the last first."""
        super().take(person, payment)
        takes = Take.objects.filter(payment=payment).order_by("-lot__expires_at", "-lot")
        self.refunds.taken[payment] = [TakeOfLot(take.lot_id, take.amount) for take in takes]

    def ask_back(self, shop: Shop, asked: RefundRequest) -> str:
        try:
            refunds.promise(shop=shop, asked=asked, by=self.keeper, now=self.now)
        except CityCoinError as no:
            return no.code
        return ""

    @invariant()
    def refunds_of_a_payment_never_pass_it(self) -> None:
        for payment in Payment.objects.filter(city=self.city):
            assert payment.refunded == self.refunds.promised.get(payment.pk, 0) <= payment.amount

    @invariant()
    def what_is_promised_back_is_out_of_the_shops_reach(self) -> None:
        for shop in self.shops:
            wallet, unsent = Wallet.objects.get(pk=shop.wallet.pk), self.unsent_of(shop)
            has = ledger.balance(wallet, now=self.now)
            assert has.available == Won(wallet.posted - wallet.held - unsent[Status.SETTLED])
            coming = won_by(Payment.objects.filter(payee=wallet, status=Status.AUTHORISED), "payee")
            assert has.on_its_way == Won(coming.get(wallet.pk, 0) - unsent[Status.AUTHORISED])

    @invariant()
    def a_residents_won_are_their_lots_less_what_they_paid_and_with_what_came_back(self) -> None:
        settled = Payment.objects.filter(city=self.city, status=Status.SETTLED)
        paid, back = won_by(settled, "payer"), won_by(settled.exclude(refund_of=None), "payee")
        lots = won_by(Lot.objects.filter(wallet__city=self.city, final_at__isnull=False), "wallet")
        for person in self.residents:
            pk = person.wallet.pk
            assert Wallet.objects.get(pk=pk).posted == lots.get(pk, 0) - paid.get(pk, 0) + back.get(pk, 0)

    @invariant()
    def sums_of_shops_days_are_what_was_settled(self) -> None:
        assert not list(differences(self.chain.contract))
        kept = DailySum.objects.filter(city=self.city).aggregate(won=Sum("won"), refunded=Sum("refunded"))
        settled = Payment.objects.filter(city=self.city, status=Status.SETTLED)
        for name, rows in (("won", settled.filter(refund_of=None)), ("refunded", settled.exclude(refund_of=None))):
            assert (kept[name] or 0) == sum(each.amount for each in rows)

    def unsent_of(self, shop: Person) -> dict[Any, int]:
        """What the shop has promised and not sent, by how its payment stands."""
        found = dict.fromkeys(Status, 0)
        payments = Payment.objects.filter(payee=shop.wallet).in_bulk()
        for payment, won in self.refunds.unsent:
            if payment in payments:
                found[self.statuses[payment]] += won
        return found
