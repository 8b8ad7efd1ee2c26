"""What acts, states and kinds are called in the console."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from typing import Any, Final

from citycoin.foundation.bilingual import Words
from citycoin.foundation.kernel.money import Won
from citycoin.foundation.kernel.periods import Period
from citycoin.foundation.sums import exact_won
from citycoin.money.bank.domain.verdicts import WHYS
from citycoin.money.issuance.domain.purchases import PurchaseTerms
from citycoin.money.issuance.models import Proposal
from citycoin.platform.audit.models import AuditEvent
from citycoin.platform.rules.domain import Dated

SHORT: Final = 12
HASH_TEXT: Final = 66  # 0x and 32 bytes
FREEZES: Final = ("wallet.frozen", "wallet.unfrozen")
ACTS: Final = {
    "budget.proposed": Words("예산 변경 제안", "Budget change proposed"),
    "programme.proposed": Words("사업 제안", "Programme proposed"),
    "change.proposed": Words("사업 변경 제안", "Change of a programme proposed"),
    "proposal.signed": Words("제안에 서명", "Proposal signed"),
    "proposal.approved": Words("제안 승인", "Proposal approved"),
    "proposal.rejected": Words("제안 반려", "Proposal rejected"),
    "key.bound": Words("브라우저 열쇠 등록", "Browser key bound"),
    "shop_application.approved": Words("가게 승인", "Shop approved"),
    "shop_application.rejected": Words("가게 반려", "Shop rejected"),
    "wallet.looked_up": Words("지갑 조회", "Wallet looked up"),
    "wallet.frozen": Words("지갑 정지", "Wallet frozen"),
    "incident.closed": Words("사고 종결", "Incident closed"),
    "report.taken": Words("신고를 맡음", "Report taken"),
    "report.answered": Words("신고에 답함", "Report answered"),
    "row.requeued": Words("미뤄 둔 처리를 다시 하기", "Something set aside was tried again"),
    "deposit.sent_back": Words("보류된 입금을 돌려보냄", "Deposit in suspense sent back"),
    "deposit.assigned": Words("보류된 입금을 충전에 씀", "Deposit in suspense assigned"),
    "wallet.unfrozen": Words("지갑 정지 해제", "Wallet unfrozen"),
    "city.stopped": Words("긴급 정지", "Emergency stop"),
    "city.stop_reviewed": Words("긴급 정지 검토와 다시 시작", "Emergency stop reviewed, going on"),
    "operator.looked": Words("운영자가 자료를 봄", "Data seen by an operator"),
}
STATES: Final = {
    "open": (Words("승인 대기", "Waiting for approval"), ""),
    "signed": (Words("서명 완료 · 전송 전", "Signed, not sent yet"), "warning"),
    "expired": (Words("기한 지남", "Expired"), "bad"),
    "rejected": (Words("반려", "Rejected"), "bad"),
    "waiting": (Words("진행 중인 결제를 기다리는 중", "Waiting for payments in flight"), "warning"),
    "carrying": (Words("체인에 기록하는 중", "On its way to the chain"), "warning"),
    "final": (Words("확정", "Final"), "good"),
    "reverted": (Words("체인이 거절함", "Refused on chain"), "bad"),
}
KINDS: Final = {
    Proposal.Kind.BUDGET: Words("예산 변경", "Budget change"),
    Proposal.Kind.ROTATION: Words("서명 열쇠 교체", "Change of a signing key"),
    Proposal.Kind.PROGRAMME: Words("사업 개설", "New programme"),
    Proposal.Kind.CHANGE: Words("사업 변경", "Change of a programme"),
}
# What an act's facts are called; a word of ours that isn't here is shown as it is.
FACTS: Final = {
    "proposal": Words("제안", "proposal"),
    "kind": Words("종류", "kind"),
    "decision": Words("결정", "decision"),
    "cap": Words("한도", "cap"),
    "version": Words("판", "version"),
    "year": Words("연도", "year"),
    "programme": Words("사업", "programme"),
    "outgoing": Words("물러나는 열쇠", "outgoing key"),
    "incoming": Words("들어오는 열쇠", "incoming key"),
    "founding_key": Words("임시(설립) 열쇠", "founding key"),
    "wallet": Words("지갑", "wallet"),
    "by": Words("찾은 방법", "found by"),
    "reason": Words("사유", "reason"),
    "application": Words("신청", "application"),
    "shop": Words("가게", "shop"),
    "incident": Words("사고", "incident"),
    "report": Words("신고", "report"),
    "what": Words("무엇", "what"),
    "stop": Words("정지", "stop"),
    "review": Words("검토 내용", "review"),
    "operator": Words("운영자 번호", "operator's number"),
    "table": Words("표", "table"),
    "how": Words("본 것", "seen"),
    "row": Words("자료 번호", "row's number"),
    "queue": Words("기다리던 곳", "queue"),
    "deposit": Words("입금", "deposit"),
    "won": Words("금액", "amount"),
    "number": Words("계좌 번호", "account number"),
    "file": Words("은행 파일", "bank's file"),
    "why": Words("까닭", "why"),
}
VALUES: Final = {
    **{str(why): words for why, words in WHYS.items()},
    **{str(kind): words for kind, words in KINDS.items()},
    "address": Words("주소", "address"),
    "phone": Words("전화번호", "phone"),
    "list": Words("목록", "a list"),
    "search": Words("검색", "a search"),
    "row": Words("자료 하나", "a row"),
}
INCIDENTS: Final = {
    "payment_refused_on_chain": Words("체인이 거절한 결제", "A payment that the chain refused"),
    "movement_unexplained": Words("설명되지 않는 돈의 움직임", "Won moved that nothing explains"),
    "burn_unasked": Words("요청 없이 소각된 돈", "Won burned that nobody here asked for"),
    "kinds_not_closed": Words("닫지 못한 결제 종류", "A kind of payment that could not be closed"),
    "recovery_unasked": Words(
        "요청 없이 옮겨진 지갑의 돈", "A wallet's won moved to another key that nobody here asked for"
    ),
    "issue_skipped": Words("건너뛴 발행", "An issue that was skipped"),
    "passkey_copied": Words("복사된 것으로 보이는 패스키", "A passkey that seems to have been copied"),
    "bank_file_refused": Words("받지 않은 은행 파일", "A bank's file that was refused"),
    "bank_line_unknown": Words("설명되지 않는 은행 거래", "A bank's line that no row explains"),
    "float_differs": Words("은행 잔액과 갚을 돈의 차이", "The bank has more or less than it is owed for"),
    "row_set_aside": Words("거듭 실패해 미뤄 둔 처리", "Something that failed again and again and was set aside"),
}
# One of them, and several.
UNITS: Final = {
    "years": (Words("{count}년", "{count} year"), Words("{count}년", "{count} years")),
    "months": (Words("{count}개월", "{count} month"), Words("{count}개월", "{count} months")),
    "days": (Words("{count}일", "{count} day"), Words("{count}일", "{count} days")),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """An act as a row of a page: who, what, when, its facts and its place in the chain of hashes."""

    number: int
    who: str | None
    name: str
    act: Words | str
    at: datetime
    facts: Sequence[tuple[Words | str, Words | str]]
    wallet: int | None
    reason: str | None
    hash: str


def said_by(event: AuditEvent) -> Act:
    """An event of the audit log in words."""
    return Act(
        number=event.number,
        who=event.official.person.username if event.official else None,
        name=event.act,
        act=ACTS.get(event.act, event.act),
        at=event.at,
        facts=[_fact(*each) for each in event.facts.items() if each[1] not in ("", None)],
        wallet=event.facts.get("wallet"),
        reason=event.facts.get("reason"),
        hash=bytes(event.hash).hex(),
    )


def _fact(name: str, value: Any) -> tuple[Words | str, Words | str]:
    """A fact in words; a hash by its beginning."""
    if name == "what":
        return FACTS[name], INCIDENTS.get(value, value)
    shown = f"{value[:SHORT]}…" if isinstance(value, str) and len(value) == HASH_TEXT else f"{value}"
    if name in {"cap", "won"}:
        return FACTS[name], _won(value)
    return FACTS.get(name, name), VALUES.get(str(value), shown)


def state_words(state: str) -> dict[str, Any]:
    """A proposal's state with its tone."""
    words, tone = STATES[state]
    return {"name": state, "words": words, "tone": tone}


def rule_in_words(rule: Dated[PurchaseTerms], funders: Mapping[str, Words]) -> Words:
    """A programme's rule as a plain sentence: what may be bought, and who pays the discount; ``funders`` are their names."""
    terms = rule.terms
    step, monthly, holding = (_won(each) for each in (terms.purchase_step, terms.monthly_cap, terms.holding_cap))
    rate, day = f"{terms.discount_per_mille / 10:g}", rule.in_force_from.isoformat()
    valid = _period(terms.validity)
    sold = (
        Words("{rate}% 할인해", "at {rate} % off")
        if terms.discount_per_mille
        else Words("할인 없이", "without a discount")
    )
    said = Words(
        "{day}부터 한 사람에게 한 달 {monthly}까지 {sold} 팔고, 한 사람이 {holding}까지 가질 수 있습니다. "
        "{step} 단위로 팔고, 발행한 날부터 {valid}, 마지막 날이 끝날 때까지 쓸 수 있습니다.",
        "From {day}, sold {sold}: up to {monthly} a person and month, up to {holding} in one person's hands. "
        "Sold in steps of {step}, valid for {valid} from the day of issue, to the end of the last day.",
    ).filled(day=day, monthly=monthly, sold=sold.filled(rate=rate), holding=holding, step=step, valid=valid)
    if not terms.discount_per_mille:
        return said
    return Words("{rule} 할인액은 {funders}에서 냅니다.", "{rule} The discount is paid by: {funders}.").filled(
        rule=said, funders=_funders(terms.funders, funders)
    )


def _period(period: Period) -> Words:
    one, several = UNITS[period.unit]
    return (several if period.count > 1 else one).filled(count=f"{period.count:,}")


def _won(amount: Won | int) -> Words:
    whole = amount.amount if isinstance(amount, Won) else amount
    return exact_won(whole)


def _funders(weights: Mapping[str, int], names: Mapping[str, Words]) -> Words:
    whole = sum(weights.values())
    shares = [
        (names.get(who, Words(who, who)), f"{round(weight * 100 / whole, 1):g}") for who, weight in weights.items()
    ]
    several = Words("{first}, {next}", "{first}, {next}")
    each = [Words("{who} {share}%", "{who} {share} %").filled(who=who, share=share) for who, share in shares]
    return reduce(lambda first, following: several.filled(first=first, next=following), each)
