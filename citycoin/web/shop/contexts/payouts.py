"""What the page of a shop's payouts shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from citycoin.foundation.bilingual import Words
from citycoin.foundation.kernel import clock
from citycoin.foundation.kernel.errors import CityCoinError
from citycoin.money.bank.models import TransferOut
from citycoin.money.payouts.domain.banks import BANKS
from citycoin.money.payouts.domain.naming import in_part
from citycoin.money.payouts.domain.rules import PAYOUT, PayoutTerms
from citycoin.money.payouts.models import Payout, PayoutAccount
from citycoin.money.payouts.queries.coming import Coming, available_to, coming
from citycoin.money.payouts.queries.payouts import account_in_force, account_to_check, payouts_of, won_on_their_way
from citycoin.platform.rules.queries import terms_in_force
from citycoin.web.shop.contexts.frame import ShopPage
from merchants.queries.access import Access

SHOWN: Final = 30
Status = Payout.Status


@dataclass(frozen=True, slots=True)
class Stage:
    """Where a payout stands, in a shopkeeper's words: a badge's look, its icon and its word."""

    look: str
    icon: str
    words: Words


SOON: Final = Stage("warning", "clock", Words("예정", "To come"))
AT_THE_BANK: Final = Stage("warning", "clock", Words("처리 중", "At the bank"))
PAID: Final = Stage("good", "check", Words("입금 완료", "Paid"))
FAILED: Final = Stage("bad", "cross", Words("실패", "Failed"))
STAGES: Final = {
    Status.ASKED: SOON,
    Status.VOIDED: FAILED,
    Status.ORDERED: AT_THE_BANK,
    Status.PAID: PAID,
    Status.BURNED: PAID,
    Status.BOUNCED: FAILED,
    Status.RETURNED: FAILED,
}
assert STAGES.keys() == set(Status), "every status has a stage"
WHY_VOIDED: Final = Words(
    "체인에서 확정되지 않아 돈이 가게 지갑에 그대로 있어요.",
    "It was not settled, so the money is still in the shop's wallet.",
)
COMING_BACK: Final = Words(
    "돈이 가게 지갑으로 돌아오는 중이에요.", "The money is on its way back to the shop's wallet."
)
IS_BACK: Final = Words("돈은 가게 지갑으로 돌아왔어요.", "The money is back in the shop's wallet.")
NO_REASON: Final = Words("은행이 까닭을 알리지 않았어요.", "The bank gives no reason.")
# Codes of ISO's list (ExternalStatusReason1Code) that a bank gives for an account.
REASONS: Final = {
    "AC01": Words("계좌 번호가 맞지 않아요.", "There is no such account number."),
    "AC04": Words("해지된 계좌예요.", "The account is closed."),
    "AC06": Words("입금이 막힌 계좌예요.", "The account is blocked."),
    "AG01": Words("이 계좌로는 이체할 수 없어요.", "Nothing can be transferred to this account."),
    "BE01": Words("예금주 이름이 계좌와 달라요.", "The holder's name is not the account's."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A payout as the shop reads it; ``why``: of one that failed. ``by_itself``: nobody asked for it."""

    id: UUID
    won: int
    asked_at: datetime
    account: str
    stage: Stage
    by_itself: bool
    why: Sequence[Words]


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """An account: its bank, its number in part, whose it is."""

    bank: Words
    number: str
    holder: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PayoutsPage(ShopPage):
    """What can be paid out now, where to, an account that waits for its code or was refused by its bank, and the payouts so far.

    ``typed`` is what was sent by a form that was refused; ``id`` is that of the next payout,
    another after each refusal; ``underway``: won on their way to the bank. ``automatic``: whether payouts go by themselves, as
    ``terms`` say; ``coming`` is the next of them, None where nothing is due.
    """

    available: int
    underway: int
    automatic: bool
    coming: Coming | None
    terms: PayoutTerms
    to: Destination | None
    checking: Destination | None
    refused: Destination | None
    why_refused: Words | None
    lines: Sequence[Line]
    banks: Mapping[str, Words]
    typed: Mapping[str, str]
    id: UUID
    error: CityCoinError | None
    tab: str = "payouts"


def payouts_page(access: Access, *, typed: Mapping[str, str], error: CityCoinError | None) -> PayoutsPage:
    """The page of the shop's managers."""
    wallet, now = access.shop.wallet, clock.now()
    account, named = account_in_force(wallet.pk), account_to_check(wallet.pk)
    failed = named is not None and named.status == PayoutAccount.Status.FAILED
    return PayoutsPage(
        city=access.shop.city,
        access=access,
        shop=access.shop,
        available=available_to(wallet, now=now),
        underway=won_on_their_way(wallet.pk),
        automatic=bool(account and account.automatic),
        coming=coming(account, now=now) if account else None,
        terms=terms_in_force(access.shop.city_id, PAYOUT, now),
        to=_destination(account) if account else None,
        checking=_destination(named) if named and not failed else None,
        refused=_destination(named) if named and failed else None,
        why_refused=_reason(named.check_transfer) if named and failed else None,
        lines=[line_of(each) for each in payouts_of(wallet.pk)[:SHOWN]],
        banks=BANKS,
        typed=typed,
        id=uuid4(),
        error=error,
    )


def _destination(account: PayoutAccount) -> Destination:
    return Destination(bank=BANKS[account.bank], number=in_part(account.number), holder=account.holder)


def line_of(payout: Payout) -> Line:
    """As its shop reads it; its account and transfer are loaded."""
    status = Status(payout.status)
    return Line(
        id=payout.client_id,
        won=payout.amount,
        asked_at=payout.asked_at,
        account=in_part(payout.account.number),
        stage=STAGES[status],
        by_itself=payout.asked_by_id is None,
        why=_why(payout, status),
    )


def _why(payout: Payout, status: Payout.Status) -> list[Words]:
    if status == Status.VOIDED:
        return [WHY_VOIDED]
    if status in {Status.BOUNCED, Status.RETURNED} and payout.transfer:
        return [_reason(payout.transfer), IS_BACK if status == Status.RETURNED else COMING_BACK]
    return []


def _reason(transfer: TransferOut) -> Words:
    return REASONS.get(transfer.reason, NO_REASON)
