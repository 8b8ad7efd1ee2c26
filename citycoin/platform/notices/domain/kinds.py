"""Every kind of notice: what it says, of which facts, under which topic, and whether its text message may come at night.

A row holds facts and no sentence: what it says is made when it is read, in the reader's language.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

from citycoin.foundation.bilingual import Words, names_in
from citycoin.foundation.calendar_words import day_words
from citycoin.foundation.sums import exact_won


class FactsWrong(ValueError):
    """A notice was written with other facts than its kind speaks of: a fault of ours."""


class Topic(StrEnum):
    """What a person chooses text messages by."""

    PAYMENTS = "payments"
    REFUNDS = "refunds"
    TOP_UPS = "top_ups"
    LAPSING = "lapsing"
    SALES = "sales"
    SHOP = "shop"
    SECURITY = "security"


@dataclass(frozen=True, slots=True)
class TopicWords:
    """What a topic is called, what comes under it, and whether it is texted to who has chosen nothing."""

    name: Words
    says: Words
    texted: bool


TOPICS: Final[Mapping[Topic, TopicWords]] = {
    Topic.PAYMENTS: TopicWords(
        Words("결제 결과", "Payments"),
        Words(
            "결제하다 화면을 닫았을 때의 결과와, 확정되지 않아 돌아온 결제",
            "How a payment ended whose page you closed, and payments that came back",
        ),
        texted=True,
    ),
    Topic.REFUNDS: TopicWords(
        Words("돌려받은 돈", "Refunds"),
        Words("가게가 돌려준 돈과 취소 요청의 답", "What a shop gave back, and answers to what you asked for"),
        texted=False,
    ),
    Topic.TOP_UPS: TopicWords(
        Words("충전", "Top-ups"),
        Words(
            "들어온 충전, 시간이 지나거나 멈춘 충전, 돌려드린 입금",
            "Top-ups that are in, ran out of time, are held up or were sent back",
        ),
        texted=False,
    ),
    Topic.LAPSING: TopicWords(
        Words("곧 사라질 돈", "Money that lapses"),
        Words("쓸 수 있는 마지막 날의 30일, 7일, 하루 전", "30 days, 7 days and a day before its last day"),
        texted=True,
    ),
    Topic.SALES: TopicWords(
        Words("다시 열린 충전", "Top-ups on sale again"),
        Words("알려 달라고 한 충전이 다시 열릴 때", "When a sale opens that you asked to be told of"),
        texted=True,
    ),
    Topic.SHOP: TopicWords(
        Words("내 가게", "My shop"),
        Words("손님의 취소 요청과 돌려주지 못한 돈", "What customers ask back, and refunds that did not go through"),
        texted=True,
    ),
    Topic.SECURITY: TopicWords(
        Words("보안", "Security"),
        Words(
            "지갑 정지와 해제, 새 패스키, 여러 번 틀린 비밀번호",
            "A frozen or freed wallet, a new passkey, a PIN that was locked",
        ),
        texted=True,
    ),
}
assert TOPICS.keys() == set(Topic), "every topic has words"


class Kind(StrEnum):
    """What happened."""

    PAYMENT_PAID = "payment_paid"
    PAYMENT_NOT_MADE = "payment_not_made"
    PAYMENT_VOIDED = "payment_voided"
    REFUND_RECEIVED = "refund_received"
    TOP_UP_IN = "top_up_in"
    TOP_UP_OVER = "top_up_over"
    TOP_UP_RETURNED = "top_up_returned"
    TOP_UP_STUCK = "top_up_stuck"
    WON_LAPSING = "won_lapsing"
    SALE_OPEN = "sale_open"
    REFUND_FAILED = "refund_failed"
    REFUND_ASKED = "refund_asked"
    REFUND_DECLINED = "refund_declined"
    REFUND_UNANSWERED = "refund_unanswered"
    WALLET_FROZEN = "wallet_frozen"
    WALLET_UNFROZEN = "wallet_unfrozen"
    PASSKEY_ADDED = "passkey_added"
    PIN_LOCKED = "pin_locked"
    REFUND_PIN_LOCKED = "refund_pin_locked"
    PAYOUT_PAID = "payout_paid"
    PAYOUT_BOUNCED = "payout_bounced"
    PAYOUT_ACCOUNT_NEW = "payout_account_new"


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a kind says, with the {names} of its facts.

    ``night``: its text message goes at any hour. So goes what is about security, and the answer that somebody waits for: who
    isn't told that they have paid pays twice.
    """

    topic: Topic
    title: Words
    says: Words
    night: bool = False

    @property
    def facts(self) -> frozenset[str]:
        """The names that its row must have."""
        return names_in(self.title.en) | names_in(self.says.en)


MEANINGS: Final[Mapping[Kind, Meaning]] = {
    Kind.PAYMENT_PAID: Meaning(
        Topic.PAYMENTS,
        Words("결제했어요", "Paid"),
        Words(
            "{shop}에 {won}을 냈어요. 결제됐으니 다시 내지 않아도 돼요.",
            "You paid {won} to {shop}. It went through, so there is no need to pay again.",
        ),
        night=True,
    ),
    Kind.PAYMENT_NOT_MADE: Meaning(
        Topic.PAYMENTS,
        Words("결제되지 않았어요", "Not paid"),
        Words(
            "{shop}에 보낸 {won}은 결제되지 않았어요. 돈은 나가지 않았어요. 결제하려면 가게의 코드를 다시 찍어 주세요.",
            "Your payment of {won} to {shop} was not made. No money moved. To pay, please scan the shop's code again.",
        ),
        night=True,
    ),
    Kind.PAYMENT_VOIDED: Meaning(
        Topic.PAYMENTS,
        Words("결제한 돈이 돌아왔어요", "A payment came back"),
        Words(
            "{shop}에 낸 {won}이 확정되지 않아 지갑으로 돌아왔어요. 가게에 알려 주세요.",
            "Your payment of {won} to {shop} could not be settled, so the money is back in your wallet. Please tell the shop.",
        ),
    ),
    Kind.REFUND_RECEIVED: Meaning(
        Topic.REFUNDS,
        Words("돌려받았어요", "Refunded"),
        Words(
            "{shop}에서 {won}을 돌려받았어요. 바로 쓸 수 있어요.",
            "{shop} gave {won} back to you. You can spend it now.",
        ),
    ),
    Kind.TOP_UP_IN: Meaning(
        Topic.TOP_UPS,
        Words("충전한 돈이 들어왔어요", "Your top-up is in"),
        Words("{won}이 지갑에 들어왔어요. 바로 쓸 수 있어요.", "{won} is in your wallet. You can spend it now."),
    ),
    Kind.TOP_UP_OVER: Meaning(
        Topic.TOP_UPS,
        Words("충전이 취소됐어요", "A top-up was cancelled"),
        Words(
            "시간 안에 입금되지 않아 {won} 충전이 취소됐어요. 돈은 받지 않았어요. 필요하면 다시 충전해 주세요.",
            "Nothing was transferred in time, so your top-up of {won} was cancelled. We took no money. Please start again if you need it.",
        ),
    ),
    Kind.TOP_UP_RETURNED: Meaning(
        Topic.TOP_UPS,
        Words("입금을 돌려드려요", "Your transfer is returned"),
        Words(
            "보내신 {won}은 {why} 보낸 계좌로 돌려드려요. 필요하면 충전 화면의 금액 그대로 다시 보내 주세요.",
            "Your transfer of {won} goes back to your account, because {why}. If you need it, please send exactly the price of a top-up.",
        ),
    ),
    Kind.TOP_UP_STUCK: Meaning(
        Topic.TOP_UPS,
        Words("충전이 멈춰 있어요", "Your top-up is held up"),
        Words(
            "{won} 충전을 끝내지 못해 시청에서 확인하고 있어요. 보내신 돈은 시의 계좌에 그대로 있어요. 궁금하면 도움 번호로 전화해 주세요.",
            "Your top-up of {won} could not be finished, and the city is looking into it. Your transfer is safe in the city's account. If you have a question, please call the help line.",
        ),
    ),
    Kind.WON_LAPSING: Meaning(
        Topic.LAPSING,
        Words("곧 사라질 돈이 있어요", "Some of your money lapses soon"),
        Words(
            "{won}은 {day}까지만 쓸 수 있어요. 그날이 지나면 사라져요.",
            "You can spend {won} until {day}. After that day it is gone.",
        ),
    ),
    Kind.SALE_OPEN: Meaning(
        Topic.SALES,
        Words("다시 충전할 수 있어요", "You can top up again"),
        Words(
            "기다리던 충전이 다시 열렸어요. 예산이 남아 있는 동안 살 수 있어요.",
            "The sale that you asked about is open again. You can buy while the budget lasts.",
        ),
    ),
    Kind.REFUND_FAILED: Meaning(
        Topic.SHOP,
        Words("손님께 돌려주지 못했어요", "A refund did not go through"),
        Words(
            "{shop}: 손님께 돌려주려던 {won}이 가지 않았어요. 돈은 가게에 있어요. 시청에 문의해 주세요.",
            "{shop}: a refund of {won} did not go through. The money is still the shop's. Please ask the city.",
        ),
    ),
    Kind.REFUND_ASKED: Meaning(
        Topic.SHOP,
        Words("손님이 취소를 요청했어요", "A customer asks for a refund"),
        Words(
            "{shop}: 손님이 {won} 취소를 요청했어요. {day}까지 답해 주세요.",
            "{shop}: a customer asks for {won} back. Please answer by {day}.",
        ),
    ),
    Kind.REFUND_DECLINED: Meaning(
        Topic.REFUNDS,
        Words("취소 요청이 받아들여지지 않았어요", "Your refund request was declined"),
        Words(
            "{shop}에서 {won} 취소 요청을 받아들이지 않았어요. 이유는 영수증에서 볼 수 있어요.",
            "{shop} declined your request for {won} back. The receipt says why.",
        ),
    ),
    Kind.REFUND_UNANSWERED: Meaning(
        Topic.REFUNDS,
        Words("취소 요청에 답이 없었어요", "Your refund request got no answer"),
        Words(
            "{shop}에서 {won} 취소 요청에 기한까지 답하지 않았어요. 도움 번호로 전화해 주세요.",
            "{shop} did not answer your request for {won} back in time. Please call the help line.",
        ),
    ),
    Kind.WALLET_FROZEN: Meaning(
        Topic.SECURITY,
        Words("지갑의 결제가 정지됐어요", "Payments from your wallet are stopped"),
        Words(
            "시에서 지갑의 결제를 정지했어요. 돈은 그대로 있어요. 시청에 문의해 주세요.",
            "The city has stopped payments from your wallet. Your money stays where it is. Please ask the city.",
        ),
        night=True,
    ),
    Kind.WALLET_UNFROZEN: Meaning(
        Topic.SECURITY,
        Words("지갑의 정지가 풀렸어요", "Your wallet can pay again"),
        Words(
            "지갑의 정지가 풀렸어요. 다시 결제할 수 있어요.", "The stop on your wallet has ended. You can pay again."
        ),
        night=True,
    ),
    Kind.PASSKEY_ADDED: Meaning(
        Topic.SECURITY,
        Words("새 패스키가 생겼어요", "A new passkey"),
        Words(
            "내 계정에 새 패스키가 생겼어요. 내가 만들지 않았다면 바로 지우고 도움 번호로 전화해 주세요.",
            "A new passkey was added to your account. If it wasn't you, please remove it at once and call the help line.",
        ),
        night=True,
    ),
    Kind.PIN_LOCKED: Meaning(
        Topic.SECURITY,
        Words("결제 비밀번호가 잠겼어요", "Your PIN is locked"),
        Words(
            "비밀번호를 여러 번 틀려 {minutes}분 동안 잠겼어요. 돈은 나가지 않았어요. 내가 아니라면 도움 번호로 전화해 주세요.",
            "Your PIN was typed wrong too often and is locked for {minutes} minutes. No money moved. If it wasn't you, please call the help line.",
        ),
        night=True,
    ),
    Kind.REFUND_PIN_LOCKED: Meaning(
        Topic.SECURITY,
        Words("매니저 비밀번호가 잠겼어요", "Your manager PIN is locked"),
        Words(
            "{shop}: 매니저 비밀번호를 여러 번 틀려 {minutes}분 동안 잠겼어요. 취소된 결제는 없어요. 내가 아니라면 새 비밀번호를 정해 주세요.",
            "{shop}: your manager PIN was typed wrong too often and is locked for {minutes} minutes. Nothing was refunded. If it wasn't you, please choose another PIN.",
        ),
        night=True,
    ),
    Kind.PAYOUT_PAID: Meaning(
        Topic.SHOP,
        Words("가게 계좌에 입금했어요", "Paid to your shop's account"),
        Words("{shop}: {won}을 가게 계좌에 입금했어요.", "{shop}: {won} was paid to the shop's bank account."),
    ),
    Kind.PAYOUT_BOUNCED: Meaning(
        Topic.SHOP,
        Words("가게 계좌에 입금하지 못했어요", "A payout did not go through"),
        Words(
            "{shop}: 은행이 {won}을 받지 않았어요. 돈은 곧 가게 지갑으로 돌아와요. 계좌를 확인하고 다시 신청해 주세요.",
            "{shop}: the bank did not take {won}. The money comes back to the shop's wallet. Please check the account, and order it again.",
        ),
    ),
    Kind.PAYOUT_ACCOUNT_NEW: Meaning(
        Topic.SECURITY,
        Words("가게의 입금 계좌가 바뀌었어요", "Your shop is paid at another account"),
        Words(
            "{shop}: 이제 다른 계좌로 입금해요. 내가 모르는 일이면 바로 시청에 알려 주세요.",
            "{shop}: payouts go to another account from now on. If you don't know of it, please tell the city at once.",
        ),
        night=True,
    ),
}
assert MEANINGS.keys() == set(Kind), "every kind has words"

# Why a transfer to a top-up's account goes back.
SENT_BACK_BECAUSE: Final = {
    "short": Words("안내한 금액보다 적어서", "it was less than the price"),
    "over": Words("안내한 금액보다 많아서", "it was more than the price"),
    "late": Words("시간이 지난 뒤 들어와서", "it came too late"),
    "double": Words("이미 입금이 끝난 충전이라", "the top-up was paid before"),
}

# How a fact is kept in its row (JSON), and what a sentence makes of it.
_SAID: Final[Mapping[str, Callable[[Any], object]]] = {
    "won": exact_won,  # a whole number
    "shop": lambda names: Words(*names),  # its name in Korean and in English
    "day": lambda day: day_words(date(*day)),  # year, month, day
    "minutes": str,  # a whole number
    "why": lambda reason: SENT_BACK_BECAUSE[reason],  # a reason of the bank's verdict
}


def check(kind: Kind, facts: Mapping[str, object]) -> None:
    """Raises FactsWrong where the kind speaks of other facts than these."""
    if MEANINGS[kind].facts != facts.keys():
        raise FactsWrong(f"{kind} says {sorted(MEANINGS[kind].facts)}, not {sorted(facts)}")


def said(kind: Kind, facts: Mapping[str, Any]) -> tuple[Words, Words]:
    """The title and the sentence of a notice."""
    meaning, values = MEANINGS[kind], {name: _SAID[name](value) for name, value in facts.items()}
    return meaning.title, meaning.says.filled(**values)
