"""The words of a city's public pages, and what these pages don't say: data alone, each with the address of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from citycoin.foundation.bilingual import Words
from citycoin.foundation.kernel.few_people import FEWEST_SHOWN
from citycoin.platform.cities.models import City


@dataclass(frozen=True, slots=True)
class Term:
    """``key`` is its place on the page, for good; ``name`` is the word as the pages say it."""

    key: str
    name: Words
    says: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class TermsPage:
    """The words, and what isn't published, each with its reason and, where there is one, its threshold."""

    city: City
    terms: Sequence[Term]
    unpublished: Sequence[Term]


TERMS: Final = (
    Term(
        "won",
        Words("원", "Won"),
        Words("언제나 1원이에요. 체인의 토큰 하나가 1원이에요.", "One won, always: a token on the chain is one won."),
    ),
    Term(
        "budget",
        Words("예산", "Budget"),
        Words(
            "한 해에 발행할 수 있는 한도예요. 담당 공무원 두 명의 서명으로만 바뀌어요.",
            "The cap of what may be issued in a year. Only two officials' signatures change it.",
        ),
    ),
    Term(
        "programme",
        Words("사업", "Programme"),
        Words(
            "할인과 기한 같은 규칙이 따로 있는, 예산의 한 부분이에요.",
            "A part of the budget with rules of its own, such as a discount and an expiry.",
        ),
    ),
    Term(
        "funder",
        Words("재원", "Funder"),
        Words(
            "할인해 준 돈을 내는 곳이에요: 도시, 도, 국가. 계좌에 남은 만큼만 할인해 팔 수 있어요.",
            "Who pays the discounts: the city, its province, the state. Only what their accounts have left can be given.",
        ),
    ),
    Term(
        "top-up",
        Words("충전", "Top-up"),
        Words("주민이 할인된 값에 돈을 사는 것이에요.", "A resident buys won at a discount."),
    ),
    Term(
        "issue",
        Words("발행", "Issue"),
        Words(
            "산 돈이 체인에서 새로 생기는 것이에요. 충전 여럿이 한 거래로 생겨요.",
            "What was bought comes into being on the chain, several top-ups in one transaction.",
        ),
    ),
    Term(
        "benefit",
        Words("혜택", "Benefit"),
        Words(
            "발행한 돈 가운데 사는 사람 대신 사업 예산(국가·도·시)이 낸 금액이에요. 나머지는 산 사람이 냈어요.",
            "The part of what was issued that a programme (state, province, city) paid and not the buyer.",
        ),
    ),
    Term(
        "circulation",
        Words("돌고 있음 (유통)", "In circulation"),
        Words(
            "지금 지갑에 있는 돈이에요. 지갑 하나하나를 더한 값이라, 발행에서 사라진 돈을 뺀 것과 같아야 해요.",
            "What is in wallets now, summed up wallet by wallet. It has to equal what was issued less what is gone.",
        ),
    ),
    Term(
        "gone",
        Words("사라짐 (소멸)", "Gone"),
        Words(
            "더는 돌지 않는 돈이에요. 기한이 지나거나 충전을 무르거나 가게에 입금해서 소각했거나, 시 금고로 돌아간 돈이에요.",
            "It circulates no more: burned (lapsed, taken back or paid out to a shop), or in the treasury.",
        ),
    ),
    Term(
        "treasury",
        Words("시 금고", "Treasury"),
        Words(
            "시의 계정이에요. 여기 있는 돈은 돌고 있는 돈이 아니에요.",
            "The city's account. What lies there isn't in circulation.",
        ),
    ),
    Term(
        "settled",
        Words("확정", "Settled"),
        Words(
            "체인의 끝난 블록에 적혀서 되돌아가지 않는 결제예요.",
            "A payment that a final block of the chain holds, so that it isn't undone.",
        ),
    ),
    Term(
        "settlement",
        Words("정산", "Settlement"),
        Words(
            "가게가 받은 돈이 가게 통장에 들어가는 것이에요. 확정과 달라요.",
            "What a shop took comes to its bank account. It is not the same as settled.",
        ),
    ),
    Term(
        "contract",
        Words("계약", "Contract"),
        Words(
            "체인에 있는 프로그램이에요. 한도를 넘는 발행을 스스로 거절해요.",
            "The program on the chain. It refuses by itself to issue more than the cap.",
        ),
    ),
    Term(
        "comparison",
        Words("장부와 체인 견주기", "Comparison of books and chain"),
        Words(
            "시청의 장부와 체인의 총량을 30초마다 견주어요. 1분 안에 견준 것만 같다고 말해요.",
            "Books and chain's total are compared every 30 seconds, and called equal only within a minute of that.",
        ),
    ),
    Term(
        "register",
        Words("발행과 결정", "Register of issues and decisions"),
        Words(
            "발행, 소멸, 결정을 하나하나 적은 목록이에요.",
            "The list of each issue, each won that is gone and each decision.",
        ),
    ),
)
UNPUBLISHED: Final = (
    Term(
        "who-has-what",
        Words("누가 얼마를 가졌고 어디에 썼는지", "Who has how much and where they spent it"),
        Words(
            "사람의 것이라서요. 체인에는 이름 없이 주소와 금액만 있어요.",
            "That is theirs. The chain has addresses and amounts without names.",
        ),
    ),
    Term(
        "officials",
        Words("담당 공무원의 이름", "Officials' names"),
        Words(
            "부서의 일로 결정하기 때문이에요. 이름은 감사 기록에 남아요.",
            "They decide for their office. The audit log keeps the names.",
        ),
    ),
    Term(
        "sales",
        Words("가게 하나하나의 매출", "What a single shop takes"),
        Words(
            "영업 비밀이라서요. 마지막 결제가 언제였는지도 일주일 안, 한 달 안, 그보다 전으로만 말해요.",
            "That is its business. Its last payment, too, is said only as within a week, within a month, or earlier.",
        ),
    ),
    Term(
        "few",
        Words("업종별, 동네별 소비", "Spending by kind of shop and by district"),
        Words(
            "담당 공무원만 봐요. 쓴 사람이 {n}명 미만이면 누구인지 알 수 있어서 그들에게도 감추고, 빼서 알아낼 수 없게 하나를 더 감춰요.",
            "Officials alone see it. Of fewer than {n} people one could tell who, so that is hidden from them, too, and another "
            "with it, so that nobody finds it by taking sums off.",
        ),
    ),
    Term(
        "stops",
        Words("긴급 정지의 까닭", "Why payments were stopped"),
        Words(
            "동료에게 쓰는 글이라 누군가의 이름이 있을 수 있어요. 멈춘 때와 다른 공무원이 검토했는지는 공개해요.",
            "It is written for colleagues and may name somebody. When it was and that it was reviewed is published.",
        ),
    ),
    Term(
        "reserve",
        Words("발행한 만큼 은행에 있는 돈", "The reserve at a bank"),
        Words(
            "아직 은행과 잇지 않아서 보여 줄 숫자가 없어요.", "No bank is connected yet, so there is no figure to show."
        ),
    ),
)


def terms_page(city: City) -> TermsPage:
    """The same in every city."""
    # Filled in when it is asked for: the languages that there are aren't known while this is imported.
    unpublished = [replace(each, says=each.says.filled(n=FEWEST_SHOWN)) for each in UNPUBLISHED]
    return TermsPage(city=city, terms=TERMS, unpublished=unpublished)
