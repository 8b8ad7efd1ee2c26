"""What becomes of a deposit, and why a file or a deposit is refused: codes, and the words for them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from citycoin.foundation.bilingual import Words


class Fate(StrEnum):
    """What a taker decides about a deposit."""

    BOUGHT = "bought"
    RETURN = "return"
    SUSPENSE = "suspense"


class Reason(StrEnum):
    """Why a deposit buys nothing."""

    SHORT = "short"
    OVER = "over"
    LATE = "late"
    DOUBLE = "double"
    NOBODY = "nobody"
    NO_TAKER = "no_taker"
    PAYER_UNKNOWN = "payer_unknown"
    RETURN_REFUSED = "return_refused"
    BY_OFFICIAL = "by_official"


@dataclass(frozen=True, slots=True)
class Verdict:
    """A taker's answer. What isn't bought has a reason."""

    fate: Fate
    reason: Reason | None = None

    def __post_init__(self) -> None:
        assert (self.fate == Fate.BOUGHT) == (self.reason is None), "what isn't bought has a reason"


BOUGHT: Final = Verdict(Fate.BOUGHT)
REASONS: Final = {
    Reason.SHORT: Words("안내한 금액보다 적음", "Less than the price"),
    Reason.OVER: Words("안내한 금액보다 많음", "More than the price"),
    Reason.LATE: Words("기한이 지난 뒤 들어옴", "It came after its time"),
    Reason.DOUBLE: Words("이미 입금된 계좌", "The account was paid before"),
    Reason.NOBODY: Words("주인이 없는 계좌 번호", "Nobody has this account number"),
    Reason.NO_TAKER: Words("이 계좌에서 받는 것이 없음", "Nothing is sold at this account"),
    Reason.PAYER_UNKNOWN: Words("보낸 계좌를 은행이 알리지 않음", "The bank doesn't say from which account"),
    Reason.RETURN_REFUSED: Words("돌려보냈으나 은행이 거절함", "The bank refused to send it back"),
    Reason.BY_OFFICIAL: Words("담당자가 돌려보냄", "Sent back by an official"),
}
assert REASONS.keys() == set(Reason), "every reason has words"


class Why(StrEnum):
    """Why a bank's file is refused, as a whole: nothing of it is taken."""

    TOO_LARGE = "too_large"
    NOT_XML = "not_xml"
    DOCTYPE = "doctype"
    KIND_UNKNOWN = "kind_unknown"
    AGAINST_SCHEMA = "against_schema"
    FROM_TOMORROW = "from_tomorrow"
    BANK_UNKNOWN = "bank_unknown"
    ACCOUNT_UNKNOWN = "account_unknown"
    NOT_WON = "not_won"
    NO_REFERENCE = "no_reference"
    SUMS_DIFFER = "sums_differ"
    NO_BALANCES = "no_balances"
    STATEMENT_DIFFERS = "statement_differs"
    MESSAGE_ID_REUSED = "message_id_reused"
    DEPOSIT_DIFFERS = "deposit_differs"
    ORDER_UNKNOWN = "order_unknown"
    STATUS_UNKNOWN = "status_unknown"
    RESULT_CONTRADICTS = "result_contradicts"


class FileWrong(Exception):
    """A bank's file that isn't taken. ``why`` is kept; ``what`` is for the log, and quotes nobody's data."""

    def __init__(self, why: Why, what: str = "") -> None:
        super().__init__(f"{why}: {what}" if what else str(why))
        self.why = why


WHYS: Final = {
    Why.TOO_LARGE: Words("20 MB보다 큼", "Larger than 20 MB"),
    Why.NOT_XML: Words("XML로 읽을 수 없음 (잘린 파일)", "Not readable as XML (cut off)"),
    Why.DOCTYPE: Words("DOCTYPE이나 엔티티가 있음", "It has a DOCTYPE or entities"),
    Why.KIND_UNKNOWN: Words("모르는 종류의 파일", "A kind of file that isn't known"),
    Why.AGAINST_SCHEMA: Words("ISO 20022 스키마에 맞지 않음", "Not valid against the schema of ISO 20022"),
    Why.FROM_TOMORROW: Words("앞날의 날짜가 적힘", "Its date lies ahead"),
    Why.BANK_UNKNOWN: Words("거래하지 않는 은행", "From a bank that isn't ours"),
    Why.ACCOUNT_UNKNOWN: Words("어느 시의 것도 아닌 계좌", "Of an account that is no city's here"),
    Why.NOT_WON: Words("원 단위 금액이 아님", "An amount that isn't whole won"),
    Why.NO_REFERENCE: Words("은행의 거래 번호가 없음", "An entry without the bank's reference"),
    Why.SUMS_DIFFER: Words("합계가 내역과 다름", "Its sums differ from its entries"),
    Why.NO_BALANCES: Words("하루의 처음과 끝 잔액이 없음", "A statement without the day's first and last balance"),
    Why.STATEMENT_DIFFERS: Words(
        "이미 받은 날의 거래 내역과 다름", "It differs from the day's statement that came before"
    ),
    Why.MESSAGE_ID_REUSED: Words("이미 받은 파일과 번호만 같음", "Another file of this number was taken before"),
    Why.DEPOSIT_DIFFERS: Words("이미 받은 입금과 내용이 다름", "A deposit differs from what was said before"),
    Why.ORDER_UNKNOWN: Words("보낸 적 없는 지급 지시", "Of an order that was never sent"),
    Why.STATUS_UNKNOWN: Words("모르는 처리 결과", "A result that isn't known"),
    Why.RESULT_CONTRADICTS: Words("이미 알린 결과와 다름", "It contradicts an earlier result"),
}
assert WHYS.keys() == set(Why), "every why has words"
