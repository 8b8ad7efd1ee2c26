"""The page of health, in words of those whom it concerns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from citycoin.foundation.bilingual import Words
from citycoin.platform.health.domain.checks import Line
from citycoin.platform.queues.queries import queues


@dataclass(frozen=True, slots=True)
class Part:
    """What a line is called, and what it means for whom while it isn't good."""

    name: Words
    means: Words


PAYMENTS_WAIT: Final = Words(
    "결제는 받고 기다려요. 나아지면 저절로 확정돼요.",
    "Payments are taken and wait; they settle by themselves afterwards.",
)
PARTS: Final = {
    "database": Part(
        Words("장부", "The books"),
        Words("지금은 아무도 결제하거나 내역을 볼 수 없어요.", "Nobody can pay or see a history."),
    ),
    "broker": Part(
        Words("소식 전달", "News between parts"),
        Words("결제는 돼요. 화면에 늦게 보일 수 있어요.", "Payments work; screens may show them late."),
    ),
    "chain": Part(Words("체인", "The chain"), PAYMENTS_WAIT),
    "web": Part(Words("누리집", "Pages and payments"), Words("지금은 아무도 결제할 수 없어요.", "Nobody can pay.")),
    "live": Part(
        Words("가게 화면 실시간 알림", "Live screens of shops"),
        Words(
            "결제는 돼요. 가게 화면이 몇 초 늦게 바뀌어요.", "Payments work; a shop's screen turns some seconds later."
        ),
    ),
    "bank": Part(
        Words("은행", "The bank"),
        Words(
            "보낸 돈은 은행에 있어요. 은행이 다시 답하면 충전이 들어와요.",
            "What was sent waits at the bank. Top-ups come in once it answers again.",
        ),
    ),
    "deposits": Part(
        Words("들어온 입금 처리", "Deposits that came in"),
        Words("받은 입금을 곧 처리해요.", "Deposits are here and will be dealt with."),
    ),
    "transfers_out": Part(
        Words("돌려보낼 입금", "Deposits to send back"),
        Words("돌려드릴 입금이 기다려요.", "Deposits that go back wait."),
    ),
    "bank_orders": Part(
        Words("은행에 보낼 지시", "Orders to the bank"),
        Words("돌려드릴 입금이 기다려요.", "Deposits that go back wait."),
    ),
    "worker": Part(Words("확정하는 일꾼", "What settles payments"), PAYMENTS_WAIT),
    "beat": Part(
        Words("일꾼을 깨우는 시계", "What wakes the worker"),
        Words("결제는 돼요. 확정이 조금 늦어요.", "Payments work and settle a little later."),
    ),
    "steps": Part(
        Words("되풀이하는 작업", "Repeated work"),
        Words(
            "어떤 작업이 거듭 실패해요. 운영자가 보고 있어야 해요.",
            "Some work fails again and again; an operator has to look.",
        ),
    ),
    "books": Part(
        Words("장부와 체인의 걸음", "Books and chain in step"),
        Words(
            "새로 확정하지 않고 기다려요. 가진 돈은 그대로예요.",
            "Nothing new settles meanwhile. Your money stays as it is.",
        ),
    ),
    "float": Part(
        Words("은행에 있는 돈", "What the bank has"),
        Words(
            "담당 공무원이 확인하는 동안 충전을 팔지 않아요. 가진 돈은 쓸 수 있어요.",
            "Nothing is sold while officials look into it. What you have can be spent.",
        ),
    ),
    "comparison": Part(
        Words("장부와 체인 비교", "Books compared with the chain"),
        Words(
            "담당 공무원이 확인하고 있어요. 가진 돈은 장부에 그대로 적혀 있어요.",
            "Officials are looking into it. What you have stands in the books.",
        ),
    ),
    "settlement": Part(Words("결제 확정", "Settling payments"), PAYMENTS_WAIT),
    "incidents": Part(
        Words("살펴볼 일", "Things to look at"),
        Words("담당 공무원이 까닭을 확인하고 있어요.", "Officials are looking into the reason."),
    ),
    "stop": Part(
        Words("긴급 정지", "Emergency stop"),
        Words(
            "그 도시에서는 결제와 충전이 멈춰 있어요. 가진 돈은 그대로예요.",
            "No payments or top-ups in that city. Money stays as it is.",
        ),
    ),
    "founding": Part(
        Words("담당 공무원의 열쇠", "Officials' keys"),
        Words(
            "처음 세울 때의 임시 열쇠가 아직 쓰여요. 결제에는 지장이 없어요.",
            "Keys from the founding still sign. Payments are not concerned.",
        ),
    ),
}
WAITING: Final = Words(
    "이 일이 늦어지고 있어요. 기다리는 것은 잃어버리지 않아요.", "This is late. What waits is not lost."
)
FINE: Final = Words("잘 되고 있어요", "Working")


@dataclass(frozen=True, slots=True, kw_only=True)
class PartShown:
    """A line as a page shows it: ``tone`` is good, warning or bad; ``means`` only where it isn't good."""

    line: Line
    name: Words
    means: Words | None
    said: Words
    tone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthPage:
    """Every line of the page of health with its meaning, what is not good first; whether all are good; and as of when."""

    parts: Sequence[PartShown]
    good: bool
    wrong: Sequence[PartShown]
    at: datetime


def health_page(lines: Sequence[Line], now: datetime) -> HealthPage:
    """The page of these lines."""
    queued = {each.name: each.words for each in queues()}
    parts = [_shown(line, queued) for line in lines]
    return HealthPage(
        parts=parts,
        good=all(line.good for line in lines),
        wrong=[part for part in parts if part.tone != "good"],
        at=now,
    )


def _shown(line: Line, queued: dict[str, Words]) -> PartShown:
    part = PARTS.get(line.name)
    name = part.name if part else queued.get(line.name, Words(line.name, line.name))
    tone = "bad" if not line.good else "warning" if line.warning else "good"
    means = None if tone == "good" else part.means if part else WAITING
    return PartShown(line=line, name=name, means=means, said=line.words, tone=tone)
