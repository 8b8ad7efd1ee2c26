"""The bank's balance beside what it is owed for, under any order of deposits, issues, returns, statements and the bank's own doings."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from datetime import date, timedelta

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from citycoin.demo_bank import messages
from citycoin.demo_bank.messages import ADJUSTMENT, CHARGES, CREDIT, DEBIT, INTEREST, Entry
from citycoin.foundation.kernel.clock import KST
from citycoin.money.bank.domain.messages import Answered, Outcome, Result
from citycoin.money.bank.domain.verdicts import Reason
from citycoin.money.bank.models import BankFile, Deposit, TransferOut
from citycoin.money.bank.operations.results import take_result
from citycoin.money.bank.operations.steps import order_return
from citycoin.money.float.queries.sums import float_of, unexplained_lines
from tests import bank
from tests.unit.funding_ledger import FundedLedger
from tests.unit.model import number

OWN = {
    "interest": (CREDIT, INTEREST),
    "fee": (DEBIT, CHARGES),
    "takes": (DEBIT, ADJUSTMENT),
    "gives back": (CREDIT, ADJUSTMENT),
}


class FloatLedger(FundedLedger):
    """A bank that keeps its own books: whatever it books is on the statement of its day."""

    @initialize()
    def found_a_city(self) -> None:
        self.booked: list[Entry] = []
        self.to_answer: deque[TransferOut] = deque()
        super().found_a_city()
        self.stated: date = self.today - timedelta(days=1)  # the last day that was
        self.missing = set[date]()

    @property
    def today(self) -> date:
        return self.now.astimezone(KST).date()

    def send(self, to: str, won: int, *, again: bool = False) -> None:
        super().send(to, won, again=again)
        made = Deposit.objects.filter(account=self.account).latest("pk")
        self.book(won, CREDIT, reference=made.reference, virtual=to)

    def book(self, won: int, direction: str, **facts: str) -> None:
        said = {"reference": f"B{number()}", "virtual": "", "direction": direction, **facts}
        self.booked.append(bank.credit(self.account, said.pop("virtual"), won, at=self.now, **said))

    @rule(won=st.integers(1, 500), goes_back=st.booleans())
    def send_for_nobody(self, won: int, *, goes_back: bool) -> None:
        """It waits for an official, who sends it back or doesn't."""
        self.send("94100199999999", won)
        if goes_back:
            deposit = Deposit.objects.filter(account=self.account).latest("pk")
            order_return(deposit, reason=Reason.BY_OFFICIAL, now=self.now)

    @rule(what=st.sampled_from(sorted(OWN)), won=st.integers(1, 50))
    def the_bank_books_by_itself(self, what: str, won: int) -> None:
        direction, own = OWN[what]
        self.book(won, direction, own=own)

    @rule(answers=st.booleans())
    def the_bank_sends_back(self, *, answers: bool) -> None:
        """What was ordered leaves, and its answer comes now, or later than the day's statement."""
        for transfer in TransferOut.objects.filter(account=self.account, status=TransferOut.Status.ORDERED):
            order = self.account.order_files.create(message_id=f"O{number()}", content=b"", made_at=self.now)
            transfer.order, transfer.status = order, TransferOut.Status.SENT
            transfer.save()
            self.book(transfer.amount, DEBIT, end_to_end=transfer.end_to_end)
            self.to_answer.append(transfer)
        while answers and self.to_answer:
            transfer = self.to_answer.popleft()
            said = (Answered(transfer.end_to_end, Outcome.DONE, ""),)
            result = Result(f"R{number()}", self.now, transfer.order.message_id, said, None, "")
            take_result(transfer.order, result, now=self.now)

    @rule(days=st.integers(1, 2), states=st.sampled_from(["each day", "the last day", "nothing", "twice"]))
    def days_pass(self, days: int, states: str) -> None:
        """And the bank states them: all, or the last of them alone, whose opening tells what the others brought."""
        self.now += timedelta(days=days)
        self.pass_time(1)
        if states == "nothing":
            return
        while self.stated < self.today - timedelta(days=1):
            day = self.today - timedelta(days=1) if states == "the last day" else self.stated + timedelta(days=1)
            for _ in range(2 if states == "twice" else 1):
                self.state(day)
            self.stated = day

    def state(self, day: date) -> None:
        before = [each for each in self.booked if each.booked_at.date() < day]
        entries = [each for each in self.booked if each.booked_at.date() == day]
        said = messages.statement(
            f"S{number()}", self.account.number, day, entries, opening=won(before), now=self.now.astimezone(KST)
        )
        assert bank.taken(said, now=self.now).verdict == BankFile.Verdict.TAKEN
        self.missing |= {self.stated + timedelta(days=each) for each in range(1, (day - self.stated).days)}

    @invariant()
    def the_bank_has_what_it_is_owed_for_and_what_nobody_explains(self) -> None:
        """A day whose statement never came has the bank's own doings unexplained; its deposits and transfers we know anyway."""
        found = float_of(self.city.pk)
        told = [each for each in self.booked if each.booked_at.date() <= self.stated]
        of_nobody = [each for each in told if each.own == ADJUSTMENT]
        lost = [each for each in told if each.own and each.booked_at.date() in self.missing]

        assert found.stated == won(told)
        assert found.difference == won([each for each in told if each in of_nobody or each in lost])
        lines = unexplained_lines(self.city.pk)
        assert sum(each.amount if each.came else -each.amount for each in lines) == won(
            [each for each in of_nobody if each not in lost]
        )


def won(entries: Iterable[Entry]) -> int:
    """What they add to the account."""
    return sum(each.amount if each.direction == CREDIT else -each.amount for each in entries)
