"""What people are asked to agree to: each text by its version, in both languages. An older version stays readable here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from citycoin.foundation.bilingual import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentText:
    """One thing that is asked by itself, as the Personal Information Protection Act (제15조, 제22조) wants it said.

    ``purpose``, ``items`` and ``period``: what for, which data, how long. ``otherwise``: what follows from a no.
    """

    kind: str
    version: int
    required: bool
    asks: Words
    purpose: Words
    items: Words
    period: Words
    otherwise: Words
    points: Sequence[Words] = ()


TERMS: Final = "terms"
PRIVACY: Final = "privacy"
NEWS: Final = "news"
# In the order in which they are asked. A text that changes is a further entry with the next version, below the older one.
TEXTS: Final = (
    ConsentText(
        kind=TERMS,
        version=1,
        required=True,
        asks=Words("이용 약관에 동의해요", "I agree to the terms of use"),
        purpose=Words("지갑을 열고, 충전하고, 가게에 결제하려고 해요.", "To open the wallet, top it up and pay shops."),
        items=Words("개인정보를 묻지 않는 약속이에요.", "A contract; it asks for no personal data."),
        period=Words("지갑이 있는 동안", "As long as there is the wallet"),
        otherwise=Words("동의하지 않으면 지갑을 열 수 없어요.", "Without it there is no wallet."),
        points=(
            Words(
                "1원은 언제나 1원이에요. 이 도시의 등록된 가게에서 쓸 수 있어요.",
                "One won is one won, spendable at this city's registered shops.",
            ),
            Words(
                "되팔거나 가게에서 현금으로 바꿀 수 없어요.",
                "It may not be resold or exchanged for cash at a shop.",
            ),
        ),
    ),
    ConsentText(
        kind=PRIVACY,
        version=1,
        required=True,
        asks=Words("개인정보 처리에 동의해요", "I agree to the handling of my personal data"),
        purpose=Words(
            "지갑의 주인을 알아보고, 결제와 충전을 기록하고, 지갑에 생긴 일을 알리고, 문의에 답하려고 써요.",
            "To know whose wallet it is, to record payments and top-ups, to tell what happened to it, and to answer questions.",
        ),
        items=Words(
            "전화번호, 적어 둔 이름, 결제와 충전 내역. 전화번호와 이름은 암호로 잠가 보관하고 체인에는 올리지 않아요.",
            "Phone number, name where you give it, payments and top-ups. Number and name are kept encrypted and never go on the chain.",
        ),
        period=Words(
            "지갑을 닫을 때까지. 결제 기록은 전자금융거래법에 따라 5년",
            "Until the wallet is closed; payment records for five years (Electronic Financial Transactions Act)",
        ),
        otherwise=Words("동의하지 않으면 지갑을 열 수 없어요.", "Without it there is no wallet."),
    ),
    ConsentText(
        kind=NEWS,
        version=1,
        required=False,
        asks=Words("혜택과 소식을 받을게요", "Tell me about offers and news"),
        purpose=Words(
            "예산이 새로 열릴 때와 할인이 바뀔 때 문자로 알리려고 써요.",
            "A text when a new budget opens or the discount changes.",
        ),
        items=Words("전화번호", "Phone number"),
        period=Words("동의를 거둘 때까지", "Until you take it back"),
        otherwise=Words("동의하지 않아도 지갑은 똑같이 쓸 수 있어요.", "The wallet works the same without it."),
    ),
)


def texts_in_force() -> list[ConsentText]:
    """The newest version of each text, in the order in which they are asked."""
    newest = {text.kind: text for text in sorted(TEXTS, key=lambda text: text.version)}
    return [newest[kind] for kind in dict.fromkeys(text.kind for text in TEXTS)]


def text_in_force(kind: str) -> ConsentText:
    """The newest version of this one. Raises LookupError."""
    return next(text for text in sorted(TEXTS, key=lambda text: text.version, reverse=True) if text.kind == kind)


def text_of(kind: str, version: int) -> ConsentText:
    """The text that somebody agreed to. Raises LookupError."""
    found = [text for text in TEXTS if (text.kind, text.version) == (kind, version)]
    if not found:
        raise LookupError(f"{kind} has no version {version}")
    return found[0]
