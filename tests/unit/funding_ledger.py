"""Top-ups of two programmes under any order of events, beside a model of their caps and of their funders' accounts.

The real operations on Django's test database; the chain issues what it is told, skips a recipient, or reverts.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from citycoin.foundation.kernel.errors import CityCoinError
from citycoin.foundation.kernel.money import BUYER, Amount
from citycoin.foundation.kernel.periods import Period
from citycoin.foundation.kernel.text import Name
from citycoin.money.bank.operations.deposits import sort_deposits
from citycoin.money.funding import operations as funding
from citycoin.money.funding import queries as funding_queries
from citycoin.money.funding.domain import shares_in
from citycoin.money.funding.models import FunderAccount
from citycoin.money.issuance.domain.purchases import PURCHASE, PurchaseTerms
from citycoin.money.issuance.models import Issue, Programme, TopUp
from citycoin.money.issuance.operations.issuing import issue_paid, take_apart_reverted
from citycoin.money.issuance.operations.top_ups import lapse_reservations, reserve_top_up
from citycoin.money.issuance.queries import promises
from citycoin.platform.cities.models import City
from citycoin.platform.queues.models import FailedRow
from citycoin.platform.rules.domain import Dated
from citycoin.platform.rules.operations import write_rule
from contracts.domain.gateway import Fees
from contracts.domain.kinds import AccountKind
from contracts.domain.signing import VaultSigner
from contracts.models import Chain, Sender, Submission
from contracts.operations.posting import post_final_logs
from contracts.operations.sending import Means
from tests import bank
from tests.unit.model import ZERO, ChainOfTheTest, a_sender, a_submission, a_token, hash_of, new_address, number
from wallets.models import Key, Lot, Wallet
from wallets.operations.wallets import open_city_accounts, open_wallet

BEGIN = datetime(2026, 5, 3, tzinfo=UTC)
FEES = Fees(most=10**9, priority=1)
FUNDERS = ("state", "city")
# Cap, discount per mille, weights: the first is bounded by its funders, the second by its cap.
PROGRAMMES = ((100_000, 100, {"state": 30, "city": 70}), (900, 333, {"city": 1}))
OPENING = {"state": 100, "city": 300}


class FundedLedger(RuleBasedStateMachine):
    """Two residents, two programmes, two funders."""

    @initialize()
    def found_a_city(self) -> None:
        city, self.now, self.signer = number(), BEGIN, VaultSigner()
        self.city = City.objects.create(slug=f"city-{city}", name_ko="시", name_en="City")
        chain = Chain.objects.create(chain_id=city, first_block_hash=hash_of("first", city), seen_at=self.now)
        self.chain = ChainOfTheTest(a_token(self.city, chain))
        self.account = bank.a_city_account(self.city, now=self.now)
        a_sender(self.city, Sender.Role.ISSUER, chain)
        open_city_accounts(city=self.city, treasury_address=new_address(), sealed=b"", now=self.now)
        self.wallets = [self.open() for _ in range(2)]
        self.post()
        for place, (cap, discount, weights) in enumerate(PROGRAMMES, 1):
            self.open_programme(place, cap, discount, weights)
        self.balance, self.held = Counter[str](), Counter[str]()
        for funder in FUNDERS:
            funding.open_account(city_id=self.city.pk, funder=funder, names=(Name("재원"), Name("Funder")))
            self.credit(funder, OPENING[funder])
        self.paid_by_lots = Counter[str]()
        self.bought: dict[int, str] = {}  # the status that each top-up must have

    def open(self) -> Wallet:
        opened = open_wallet(
            city=self.city, kind=Wallet.Kind.RESIDENT, device=None, signer=self.signer, pin="135790", now=self.now
        )
        said = {"account": opened.key.address, "kind": int(AccountKind.RESIDENT)}
        self.chain.mine(("Registered", said), at=self.now)
        return opened.wallet

    def open_programme(self, place: int, cap: int, discount: int, weights: dict[str, int]) -> None:
        Programme.objects.create(
            city=self.city, number=place, year=2026, name_ko="판매", name_en="Sale", cap=cap,
            submission=a_submission(self.city), open_at=self.now,
        )  # fmt: skip
        terms = PurchaseTerms(
            discount_per_mille=discount, funders=weights, validity=Period(5, "years"),
            purchase_step=1, monthly_cap=10**6, holding_cap=10**6,
        )  # fmt: skip
        write_rule(city_id=self.city.pk, kind=PURCHASE, rule=Dated(date(2026, 1, 1), terms), number=place)

    @rule(funder=st.sampled_from(FUNDERS), won=st.integers(1, 200), again=st.booleans())
    def credit(self, funder: str, won: int, *, again: bool = False) -> None:
        """A deposit to the funder's number, told once or twice."""
        self.send(funding.open_number(city_id=self.city.pk, funder=funder, now=self.now).number, won, again=again)
        self.balance[funder] += won

    def send(self, to: str, won: int, *, again: bool = False) -> None:
        """Somebody sends won to a number, and the bank tells of it, once or twice."""
        entry = bank.credit(self.account, to, won, at=self.now)
        for _ in range(1 + again):
            bank.taken(bank.notice(self.account, [entry], at=self.now), now=self.now)
        sort_deposits(now=self.now)

    @rule(who=st.integers(0, 1), place=st.sampled_from([1, 2, None]), won=st.integers(1, 700))
    def reserve(self, who: int, place: int | None, won: int) -> None:
        """Refused for exactly one of three reasons, or held to the won."""
        expected, answer = self.expected(place, won, self.room()), ""
        try:
            made = reserve_top_up(
                wallet=self.wallets[who],
                client_id=UUID(int=number()),
                amount=Amount(won),
                now=self.now,
                programme=place,
            )
        except CityCoinError as no:
            answer = no.code
        assert answer == expected
        if answer:
            return
        assert sum(made.funders.values()) == won
        self.held.update(shares_in(made.funders))
        self.bought[made.pk] = TopUp.Status.RESERVED

    def room(self) -> dict[int, int]:
        rows = Programme.objects.filter(city=self.city)
        return {each.number: each.cap - each.issued - each.reserved for each in rows}

    def expected(self, place: int | None, won: int, room: dict[int, int]) -> str:
        """The code of the refusal, by the model alone; nothing where it must go well."""
        if place is None:
            return "programme_needed"
        if won > room[place]:
            return "budget_used_up"
        _, discount, weights = PROGRAMMES[place - 1]
        given, whole = won * discount // 1000, sum(weights.values())
        parts = {who: given * weight // whole for who, weight in weights.items()}
        # Of two remainders the larger takes the won that is left over; of two alike, that of the state.
        for who in sorted(weights, key=lambda each: (-(given * weights[each] % whole), each == "city"))[
            : given - sum(parts.values())
        ]:
            parts[who] += 1
        short = any(won_ > self.balance[who] - self.held[who] for who, won_ in parts.items())
        return "funder_account_low" if short else ""

    @rule(place=st.integers(0, 10))
    def pay(self, place: int) -> None:
        """The bank says that one of them is paid; those that lapsed are returned."""
        if not (waiting := [pk for pk, status in self.bought.items() if status in ("reserved", "lapsed")]):
            return
        row = TopUp.objects.get(pk=waiting[place % len(waiting)])
        self.send(row.account.number, row.price)
        self.bought[row.pk] = "paid" if row.status == "reserved" else "returned"

    @rule(minutes=st.integers(1, 15))
    def pass_time(self, minutes: int) -> None:
        """And whatever nobody paid in time lapses."""
        self.now += timedelta(minutes=minutes)
        Chain.objects.filter(pk=self.chain.contract.chain_id).update(seen_at=self.now)
        late = TopUp.objects.filter(pk__in=self.bought, status="reserved", reserved_until__lt=self.now)
        for each in list(late):
            self.bought[each.pk] = "lapsed"
            self.held.subtract(shares_in(each.funders))
        lapse_reservations(now=self.now)

    @rule(ends=st.sampled_from(["comes", "comes twice", "skips one", "reverts", "waits"]))
    def issue(self, ends: str) -> None:
        """What is paid, a programme at a time."""
        FailedRow.objects.all().delete()  # so that one that was skipped is tried again at once
        while issue_paid(contract=self.chain.contract, means=Means(self.signer, FEES, self.now)):
            pass
        for each in TopUp.objects.filter(pk__in=self.bought, status="issuing"):
            self.bought[each.pk] = "issuing"
        for issue in Issue.objects.filter(programme__city=self.city, ended_at=None).order_by("pk"):
            if ends == "reverts":
                Submission.objects.filter(pk=issue.submission_id).update(status=Submission.Status.REVERTED)
            elif ends != "waits":
                self.mine(issue, skip=ends == "skips one", twice=ends == "comes twice")
        take_apart_reverted(contract=self.chain.contract, now=self.now)
        if ends == "reverts":
            self.bought = {pk: "paid" if status == "issuing" else status for pk, status in self.bought.items()}
        self.post()

    def mine(self, issue: Issue, *, skip: bool, twice: bool) -> None:
        logs: list[tuple[str, dict[str, object]]] = []
        lots = {each.issue_index: each for each in Lot.objects.filter(issue_id=issue.issue_id)}
        for place, top_up in enumerate(issue.top_ups.order_by("pk")):
            to = Key.objects.get(wallet=top_up.wallet_id, until=None).address
            said = {"issueId": issue.issue_id, "index": place, "to": to, "amount": top_up.amount}
            if skip and place == 0:
                logs.append(("IssueSkipped", said))
                self.bought[top_up.pk] = "paid"
                continue
            logs.append(("Transfer", {"from": ZERO, "to": to, "value": top_up.amount}))
            logs.append(("Issued", said | {"programme": issue.programme.number}))
            self.bought[top_up.pk] = "issued"
            shares = shares_in(top_up.funders)
            self.held.subtract(shares)
            self.balance.subtract(shares)
            self.paid_by_lots.update({who: won for who, won in lots[place].funders.items() if who != BUYER})
        self.chain.mine(*logs, at=self.now)
        if twice:
            self.post()
            self.chain.copy(logs, at=self.now)

    def post(self) -> None:
        post_final_logs(contract=self.chain.contract, now=self.now)

    @invariant()
    def accounts_are_what_came_in_less_what_became_won_to_the_won(self) -> None:
        for account in FunderAccount.objects.filter(city=self.city):
            assert (account.balance, account.held) == (self.balance[account.funder], self.held[account.funder])
            assert 0 <= account.held <= account.balance

    @invariant()
    def top_ups_stand_where_the_model_has_them(self) -> None:
        assert dict(TopUp.objects.filter(city=self.city).values_list("pk", "status")) == self.bought

    @invariant()
    def funders_paid_what_lots_say_and_reconcile_finds_nothing(self) -> None:
        found = Counter[str]()
        for funders in Lot.objects.filter(wallet__city=self.city, final_at__isnull=False).values_list(
            "funders", flat=True
        ):
            found.update({who: won for who, won in funders.items() if who != BUYER})
        assert +found == +self.paid_by_lots
        contract = self.chain.contract
        assert [*funding_queries.differences(contract), *promises.differences(contract)] == []

    @invariant()
    def no_programme_promises_more_than_its_cap(self) -> None:
        assert all(left >= 0 for left in self.room().values())
