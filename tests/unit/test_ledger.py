"""The ledger keeps its promises: in any order of events, and for each reason that the contract may give."""

from datetime import timedelta

import pytest
from hypothesis import settings as trying
from hypothesis.stateful import run_state_machine_as_test

from citycoin.foundation.kernel.money import Won
from citycoin.foundation.kernel.periods import Period
from citycoin.money.payouts.models import PayoutAccount
from citycoin.platform.incidents.models import Incident
from citycoin.platform.rules.domain import Dated
from citycoin.platform.rules.operations import write_rule
from citycoin.web.resident.contexts.lots import spent_of
from contracts.models import Chain
from merchants.operations.refunds import send_promised
from tests.unit.float_ledger import FloatLedger
from tests.unit.funding_ledger import FundedLedger
from tests.unit.ledger import Ledger
from tests.unit.model import NONCE_USED, new_address
from tests.unit.payout_ledger import PayoutLedger
from tests.unit.refunding import RefundingLedger
from wallets.domain.rules import PAYMENT, REFUND, PaymentTerms
from wallets.models import Batch, Lot, Payment, Status, Wallet
from wallets.queries import ledger as queries

pytestmark = pytest.mark.django_db


def test_ledger_keeps_its_invariants_in_any_order_of_events():
    run_state_machine_as_test(Ledger, settings=trying(max_examples=40, stateful_step_count=20, deadline=None))


def test_refunds_give_at_most_what_was_paid_to_the_lots_it_was_taken_from():
    run_state_machine_as_test(RefundingLedger, settings=trying(max_examples=60, stateful_step_count=10, deadline=None))


def test_funders_accounts_and_programmes_keep_their_sums_in_any_order_of_events():
    run_state_machine_as_test(FundedLedger, settings=trying(max_examples=30, stateful_step_count=15, deadline=None))


def test_each_sale_is_paid_out_once_and_on_its_day_and_each_payout_is_its_sum():
    run_state_machine_as_test(PayoutLedger, settings=trying(max_examples=25, stateful_step_count=12, deadline=None))


def test_three_bounces_in_a_row_stop_what_is_paid_out_by_itself_and_one_that_is_paid_begins_anew():
    founded = PayoutLedger()
    founded.found_a_city()
    account = PayoutAccount.objects.get(wallet=founded.shops[0].wallet)
    goes_by_itself = []

    for makes in (False, False, True, False, False, False):
        founded.ask_for_a_payout(which=0, part=1, more=0)
        founded.the_bank_answers(makes=makes, mined=True)
        account.refresh_from_db()
        goes_by_itself.append(account.automatic)

    assert goes_by_itself == [True, True, True, True, True, False]


def test_the_bank_has_what_it_is_owed_for_in_any_order_of_events():
    run_state_machine_as_test(FloatLedger, settings=trying(max_examples=25, stateful_step_count=15, deadline=None))


def test_payout_that_waits_for_the_chain_closes_no_shop():
    founded = PayoutLedger()
    founded.found_a_city()
    terms = PaymentTerms(authorisation=Period(30, "days"), exposure_won=100)
    write_rule(city_id=founded.city.pk, kind=PAYMENT, rule=Dated(founded.now.date(), terms), number=0)
    Chain.objects.filter(pk=founded.chain.contract.chain_id).update(seen_at=founded.now - timedelta(hours=1))

    founded.ask_for_a_payout(which=0, part=4, more=0)
    founded.pay([(0, 1, 60, 1)], "wait", {})

    waiting = Payment.objects.filter(city=founded.city, status=Status.AUTHORISED)
    assert sorted(waiting.values_list("amount", flat=True)) == [60, 120]


class TestRefusedOnChain:
    """One payment of 100 won in a batch, whose record the contract refuses for a reason of its own."""

    @pytest.fixture
    def ledger(self):
        founded = Ledger()
        founded.found_a_city()
        founded.pay([(0, 0, 100, 1)], "form", {})
        return founded

    def refused(self, ledger: Ledger, reason: int) -> tuple[Payment, Wallet, int]:
        """The payment, its payer, and how many incidents are open, once the refusal is posted."""
        ledger.chain.settle(Batch.objects.get(city=ledger.city), {0: reason}, at=ledger.now)
        ledger.post()
        payer = Wallet.objects.get(pk=ledger.residents[0].wallet.pk)
        return Payment.objects.get(payer=payer), payer, Incident.objects.filter(city=ledger.city).count()

    @pytest.mark.parametrize("reason", range(4, 10))
    def test_payment_refused_on_chain_with_its_nonce_used_up_is_voided(self, ledger, reason):
        payment, payer, incidents = self.refused(ledger, reason)

        assert payment.status == Status.VOIDED
        assert (payer.posted, payer.held, incidents) == (800, 0, 1)
        assert sum(lot.taken for lot in payer.lots.all()) == 0
        spent = spent_of(payment, None)
        assert (spent.used, [each.won for each in spent.back]) == ([], [100])

    @pytest.mark.parametrize("reason", [1, 2, NONCE_USED])
    def test_payment_refused_on_chain_without_using_up_its_nonce_stays_authorised(self, ledger, reason):
        payment, payer, incidents = self.refused(ledger, reason)

        assert payment.status == Status.AUTHORISED
        assert (payer.posted, payer.held, incidents) == (800, 100, 1)

    def test_payment_whose_batch_is_mined_twice_is_settled_without_an_incident(self, ledger):
        batch = Batch.objects.get(city=ledger.city)
        ledger.chain.settle(batch, {}, at=ledger.now)

        payment, payer, incidents = self.refused(ledger, NONCE_USED)

        assert payment.status == Status.SETTLED
        assert (payer.posted, payer.held, incidents) == (700, 0, 0)


class TestRefundToALapsedLot:
    """A payment of all of a lot of 60 won, or of 45 of it, given back when the lot has lapsed."""

    @pytest.fixture
    def ledger(self):
        founded = RefundingLedger()
        founded.found_a_city()
        return founded

    @pytest.mark.parametrize(("paid", "back", "amounts"), [(60, 60, [60]), (60, 20, [40, 20]), (45, 45, [15, 45])])
    def test_refund_to_a_lapsed_lot_gives_more_days_only_to_what_came_back(self, ledger, paid, back, amounts):
        wallet = ledger.residents[0].wallet
        Lot.objects.filter(wallet=wallet).update(expires_at=ledger.now)  # so that the lot of 60 is what they have
        ledger.top_up(0, 60, 1, comes=True)
        ledger.pay([(0, 0, paid, 1)], "mine", {})
        lot = Lot.objects.latest("pk")
        ledger.now += timedelta(days=2)

        ledger.promise_back(Payment.objects.get(takes__lot=lot), back)
        ledger.send_what_was_promised()
        ledger.mine_all({})

        parts = Lot.objects.filter(issue_id=lot.issue_id).order_by("part")
        assert [part.amount for part in parts] == [sum(part.funders.values()) for part in parts] == amounts
        until = REFUND.usual.after_lapse.ends_after(ledger.now)
        assert [part.expires_at for part in parts] == [lot.expires_at, until][-len(amounts) :]
        assert queries.balance(Wallet.objects.get(pk=wallet.pk), now=ledger.now).available == Won(back)
        spent = spent_of(Payment.objects.get(takes__lot=lot), ledger.now)
        assert ([each.won for each in spent.used], [each.won for each in spent.back]) == ([paid], [back])
        # A lot that came back whole has moved to its new day; of another one, the receipt says that some days were added.
        assert [each.renewed for each in spent.back] == [len(amounts) > 1]


def test_a_refund_waits_while_its_shop_lacks_the_won_and_holds_up_no_other():
    ledger = RefundingLedger()
    ledger.found_a_city()
    first, second = Payment.objects.filter(city=ledger.city).order_by("pk")
    for payment in (first, second):
        ledger.promise_back(payment, payment.amount)
    shop = next(each for each in ledger.shops if each.wallet.pk == first.payee_id)
    ledger.chain.balances[shop.address] -= 100
    ledger.chain.mine(("Transfer", {"from": shop.address, "to": new_address(), "value": 100}), at=ledger.now)
    ledger.post()

    sent = send_promised(contract=ledger.chain.contract, signer=ledger.signer, now=ledger.now)

    assert sent == 1
    assert Payment.objects.get(refund_of__isnull=False).refund_of == second
