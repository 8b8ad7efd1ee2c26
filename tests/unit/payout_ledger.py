"""The ledger's machine with shops that give back and are paid out: on demand, by themselves, bounced, voided, in any order.

Beside it, what each payout must be worth: every sale is in exactly one payout, and none in one before its day.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from citycoin.foundation.kernel.clock import KST
from citycoin.foundation.kernel.errors import CityCoinError
from citycoin.foundation.kernel.money import Amount, Won
from citycoin.money.bank.models import TransferOut
from citycoin.money.float.queries.sums import float_of
from citycoin.money.payouts.domain.banking_days import banking_day_after, is_banking_day
from citycoin.money.payouts.domain.naming import NamedAccount
from citycoin.money.payouts.domain.rules import PAYOUT, PayoutTerms
from citycoin.money.payouts.models import Payout, PayoutAccount
from citycoin.money.payouts.operations import accounts, payouts
from citycoin.money.payouts.operations.automatic import order_due
from citycoin.money.payouts.queries.coming import coming
from citycoin.money.payouts.queries.parts import items_of, movements_counted, parts_of
from citycoin.money.payouts.queries.payouts import differences
from citycoin.platform.rules.domain import Dated
from citycoin.platform.rules.operations import write_rule
from contracts.domain.kinds import AccountKind, matrix_of
from contracts.models import Contract
from merchants.operations import refunds
from tests import bank
from tests.unit.model import Person, number, won_by
from tests.unit.refunding import RefundingLedger
from wallets.models import Key, Movement, Payment, Status, Wallet
from wallets.queries import ledger

TERMS = PayoutTerms(bank_days=2, least_won=20)


class PayoutLedger(RefundingLedger):
    """Both shops have an account; one of them is paid out by itself."""

    what_is_promised_back_is_out_of_the_shops_reach = None  # type: ignore[assignment] - a payout may have taken it
    sums_of_shops_days_are_what_was_settled = None  # type: ignore[assignment]

    @initialize()
    def found_a_city(self) -> None:
        super().found_a_city()
        bank.a_city_account(self.city, now=self.now)
        ways = [(AccountKind.RESIDENT, AccountKind.SHOP), (AccountKind.SHOP, AccountKind.RESIDENT)]
        ways += [(AccountKind.SHOP, AccountKind.TREASURY), (AccountKind.TREASURY, AccountKind.SHOP)]
        Contract.objects.filter(pk=self.chain.contract.pk).update(kinds_allowed=matrix_of(ways))
        write_rule(city_id=self.city.pk, kind=PAYOUT, rule=Dated(self.now.astimezone(KST).date(), TERMS), number=0)
        made = self.signer.new_key(scope=self.city.slug)
        treasury = Key.objects.filter(wallet__city=self.city, wallet__kind=Wallet.Kind.TREASURY)
        treasury.update(address=made.address, sealed=made.sealed)
        for shop in self.shops:
            named = NamedAccount.typed(bank="088", number="110222333444", holder="김사장")
            account = accounts.name_account(wallet=shop.wallet, named=named, by=self.keeper, now=self.now)
            accounts.confirm(wallet=shop.wallet, code=account.code, now=self.now)
        accounts.switch_automatic(wallet=self.shops[1].wallet, on=False, now=self.now)
        self.mine_all({})

    @rule(which=st.integers(0, 1), part=st.integers(1, 4), more=st.sampled_from([0, 0, 0, 1]))
    def ask_for_a_payout(self, which: int, part: int, more: int) -> None:
        """Some of what is available, or all, or a won more."""
        wallet = self.shops[which].wallet
        available = self.available_to(self.shops[which])
        won = available + 1 if more else max(1, available * part // 4)
        asked = payouts.PayoutRequest(client_id=UUID(int=number()), amount=Amount(won))

        for _ in range(2):
            code = self.ask_out(wallet, asked)
            assert code == ("payout_above_available" if won > available else "")

        for made in Payout.objects.filter(client_id=asked.client_id):
            self.statuses[made.payment_id] = Status.AUTHORISED

    def ask_out(self, wallet: Wallet, asked: payouts.PayoutRequest) -> str:
        try:
            payouts.ask(wallet=wallet, asked=asked, by=self.keeper, signer=self.signer, now=self.now)
        except CityCoinError as no:
            return no.code
        return ""

    @rule(hours=st.integers(0, 40))
    def a_morning_comes(self, hours: int) -> None:
        """What is due goes by itself, on banking days and once: sales of their day, and no earlier."""
        self.now += timedelta(hours=hours)
        self.pass_time(0)
        shop = self.shops[0]
        account = PayoutAccount.objects.get(wallet=shop.wallet)
        today, comes = self.now.astimezone(KST).date(), account.automatic and account.next_at <= self.now
        expected = self.due(shop) if comes and is_banking_day(today) else 0
        promised = coming(account, now=self.now)
        before = Payout.objects.filter(wallet=shop.wallet).count()

        for _ in range(2):
            order_due(contract=self.chain.contract, signer=self.signer, now=self.now)

        made = list(Payout.objects.filter(wallet=shop.wallet).order_by("pk")[before:])
        assert [each.amount for each in made] == ([expected] if expected >= TERMS.least_won else [])
        for each in made:
            self.statuses[each.payment_id] = Status.AUTHORISED
            assert each.asked_by is None
            if account.next_at.astimezone(KST).date() == today:
                assert (promised.day, promised.won) == (today, each.amount)

    @rule(makes=st.booleans(), mined=st.booleans())
    def the_bank_answers(self, *, makes: bool, mined: bool) -> None:
        """Of each transfer, that it was made or not; what it refused goes back, once the treasury has it."""
        self.mine_all({})
        rows = TransferOut.objects.filter(payout__city=self.city, status=TransferOut.Status.ORDERED)
        for transfer in rows.order_by("pk"):
            transfer.status = TransferOut.Status.DONE if makes else TransferOut.Status.REJECTED
            TransferOut.objects.filter(pk=transfer.pk).update(
                status=transfer.status, ended_at=self.now, order=self.an_order(transfer)
            )
            payouts.take_bank_result(transfer, now=self.now)
            if not makes:
                payout = transfer.payout
                self.refunds.promised[payout.payment_id] = payout.amount
        payouts.give_bounced_back(contract=self.chain.contract, signer=self.signer, now=self.now)
        for payout in Payout.objects.filter(city=self.city).exclude(back=None):
            self.statuses.setdefault(payout.back_id, Status.AUTHORISED)
        if mined:
            self.mine_all({})

    def an_order(self, transfer: TransferOut) -> object:
        """A file in which the transfer was sent."""
        return transfer.account.order_files.create(message_id=f"M{number()}", content=b"", made_at=self.now)

    def send_what_was_promised(self) -> None:
        """What the shop still has: the rest waits for its next sales."""
        reach: dict[int, int] = {}
        due = [each for each in self.refunds.unsent if self.statuses[each[0]] == Status.SETTLED]
        sent = []
        for payment, won in due:
            payee = Payment.objects.get(pk=payment).payee
            left = reach.setdefault(payee.pk, payee.posted - payee.held)
            if won <= left:
                reach[payee.pk] -= won
                sent.append((payment, won))

        assert refunds.send_promised(contract=self.chain.contract, signer=self.signer, now=self.now) == len(sent)

        for each in sent:
            self.refunds.unsent.remove(each)
        rows = Payment.objects.filter(city=self.city).exclude(refund_of=None).exclude(pk__in=self.statuses)
        self.statuses |= dict.fromkeys(rows.values_list("pk", flat=True), Status.AUTHORISED)

    def came(self, payment: Payment) -> None:
        if payment.payee.kind == Wallet.Kind.RESIDENT:
            super().came(payment)

    def available_to(self, shop: Person) -> int:
        return ledger.balance(Wallet.objects.get(pk=shop.wallet.pk), now=self.now).available.amount

    def due(self, shop: Person) -> int:
        """What is available less all that came and whose day is still to come, each asked by itself."""
        today, later = self.now.astimezone(KST).date(), 0
        for came in Movement.objects.filter(target=shop.wallet):
            payday = banking_day_after(came.at.astimezone(KST).date(), count=TERMS.bank_days)
            later += came.amount if payday > today else 0
        return max(self.available_to(shop) - later, 0)

    @invariant()
    def no_lot_gives_more_than_it_has_and_takes_say_to_whom(self) -> None:
        for payment in Payment.objects.filter(city=self.city, refund_of=None, payer__kind="resident"):
            assert sum(each.amount for each in payment.takes.all()) == payment.amount

    @invariant()
    def what_is_promised_back_is_in_no_payout(self) -> None:
        for shop in self.shops:
            wallet, unsent = Wallet.objects.get(pk=shop.wallet.pk), self.unsent_of(shop)
            has = ledger.balance(wallet, now=self.now)
            assert has.available == Won(max(wallet.posted - wallet.held - unsent[Status.SETTLED], 0))

    @invariant()
    def each_payout_is_the_sum_of_its_parts(self) -> None:
        for payout in Payout.objects.filter(city=self.city):
            parts, rows = parts_of(payout), list(movements_counted(payout))
            assert parts.won == payout.amount
            assert parts.carried_out >= 0
            items = items_of(payout, rows)
            moved = parts.sales.won + parts.refunds.won + parts.back.won + parts.other.won
            again = sum(each.amount for each in payout.counts_again.all())
            assert sum(each.won for each in items) == moved - again
            assert all(each.payment.amount == abs(each.won) for each in items)

    @invariant()
    def each_movement_is_in_one_payout_at_most(self) -> None:
        for shop in self.shops:
            counted = [row.pk for each in shop.wallet.payouts.all() for row in movements_counted(each)]
            assert len(counted) == len(set(counted))

    @invariant()
    def the_treasury_has_what_payouts_brought_it(self) -> None:
        assert not list(differences(self.chain.contract))
        moved = Payout.objects.filter(city=self.city, status__in=["ordered", "paid", "bounced"])
        assert Wallet.objects.get(city=self.city, kind="treasury").posted == sum(each.amount for each in moved)

    @invariant()
    def the_bank_is_owed_for_what_was_issued_less_what_it_paid_out(self) -> None:
        """Nothing of these won came by the bank, so that the difference is all that was issued."""
        assert float_of(self.city.pk).difference == Wallet.objects.get(city=self.city, kind="issuance").posted

    @invariant()
    def nobody_is_paid_out_more_than_they_took(self) -> None:
        sales = won_by(Payment.objects.filter(city=self.city, refund_of=None, payer__kind="resident"), "payee")
        out = won_by(Payout.objects.filter(city=self.city).exclude(status__in=["voided", "returned"]), "wallet")
        for shop in self.shops:
            assert out.get(shop.wallet.pk, 0) <= sales.get(shop.wallet.pk, 0)
