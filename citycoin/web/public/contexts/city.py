"""A city's public page: does it add up, where did the money go, and what was decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, Final

from citycoin.foundation.bilingual import Words
from citycoin.foundation.kernel.clock import KST, fiscal_year
from citycoin.money.float.domain.sums import Float
from citycoin.money.float.models import FloatCheck
from citycoin.money.float.queries.checks import check_of
from citycoin.money.issuance.queries import budgets, figures
from citycoin.money.issuance.queries.budgets import BudgetView
from citycoin.money.issuance.queries.figures import CityFigures, Flow
from citycoin.money.issuance.queries.register import DECIDED, Entry, register
from citycoin.platform.cities.models import City
from citycoin.platform.exports.domain.tables import Column, Kind, Table
from citycoin.platform.pages.domain.charts.figures import Chart, Heading
from citycoin.platform.pages.domain.charts.river import Leaving, RiverLeaks, Stage, river
from citycoin.web.public.contexts.supply import Supply, months_json, supply_of
from contracts.models import Contract
from contracts.queries import CityNotFounded, Domain, domain_of, token_of
from wallets.models import Comparison
from wallets.queries.comparisons import comparison_of, is_of_now

# ERC-20's totalSupply(): what the contract is asked, by anybody's own node.
TOTAL_SUPPLY: Final = '{"jsonrpc":"2.0","id":1,"method":"eth_call","params":[{"to":"%s","data":"0x18160ddd"},"0x%x"]}'
DECISIONS_SHOWN: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether books and chain say the same: ``same``, ``differs``, or ``unknown`` where the last comparison is too old.

    ``by``: the chain's won less the books'; ``comparison`` is None before the first.
    """

    says: str
    by: int = 0
    comparison: Comparison | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CityPage:
    """A city's sums in won and how to check them; of a city without a token there are none."""

    city: City
    now: datetime
    contract: Contract | None = None
    domain: Domain | None = None
    figures: CityFigures | None = None
    gone: int = 0  # burned, or given back to the city
    verdict: Verdict | None = None
    river: Chart | None = None
    by_month: Supply | None = None
    decisions: Sequence[Entry] = ()
    budget: BudgetView | None = None
    supply: int = 0
    float_check: FloatCheck | None = None  # the bank's side, as it was last summed up
    at_bank: Float | None = None
    question: str = ""  # what a node is asked, as JSON
    expected: str = ""  # what it has to answer: 32 bytes in hex


def city_page(city: City, now: datetime) -> CityPage:
    """The city's sums as the books have them, and its budget of the fiscal year that is."""
    try:
        contract = token_of(city.pk)
    except CityNotFounded:
        return CityPage(city=city, now=now)
    sums = figures.city_figures(contract)
    supply, check = sums.issued - sums.burned, check_of(city.pk)
    return CityPage(
        city=city,
        now=now,
        contract=contract,
        domain=domain_of(contract),
        figures=sums,
        gone=sums.burned + sums.treasury,
        verdict=verdict_of(city, now),
        river=river_of(figures.flow(contract)),
        by_month=supply_of(figures.series(city.pk, now), sums, now),
        decisions=list(islice(register(city.pk, kinds=DECIDED), DECISIONS_SHOWN)),
        budget=_budget(city, now),
        supply=supply,
        float_check=check,
        at_bank=Float.of(check.lines) if check else None,
        question=TOTAL_SUPPLY % (contract.address, max(sums.block, 0)),
        expected=f"0x{supply:064x}",
    )


def figures_json(city: City, now: datetime) -> dict[str, Any]:
    """The sums for machines: won, with the block and the moment that they hold for. Raises CityNotFounded."""
    contract = token_of(city.pk)
    sums, where, by_month = figures.city_figures(contract), figures.flow(contract), figures.series(city.pk, now)
    verdict = verdict_of(city, now)
    found = verdict.comparison
    return {
        "city": city.slug,
        "unit": "won",
        "block": sums.block,
        "as_of": now.astimezone(KST).isoformat(),
        "issued": sums.issued,
        "burned": sums.burned,
        "treasury": sums.treasury,
        "circulating": sums.circulating,
        "difference": sums.difference,
        "benefit": by_month.benefit,
        "with_residents": where.with_residents,
        "with_shops": where.with_shops,
        "months": months_json(by_month),
        "compared_with_chain": found
        and {
            "says": verdict.says,
            "at": found.compared_at.astimezone(KST).isoformat(),
            "block": found.block,
            "books": found.books,
            "chain": found.chain,
            "differs_since": found.differs_since and found.differs_since.astimezone(KST).isoformat(),
        },
    }


def verdict_of(city: City, now: datetime) -> Verdict:
    """What the last comparison found, as far as it still says something about now."""
    found = comparison_of(city.pk)
    if found is None:
        return Verdict(says="unknown")
    by = found.chain - found.books
    if not is_of_now(found, now):
        return Verdict(says="unknown", by=by, comparison=found)
    return Verdict(says="differs" if by else "same", by=by, comparison=found)


def river_of(flow: Flow) -> Chart | None:
    """From issuing to wallets to shops; None where more came out than went in, which the sums above show as a difference."""
    stages = [
        Stage(
            Words("발행", "Issued"),
            flow.issued,
            leaves=(
                Leaving(Words("까닭을 확인하는 중", "In question"), max(flow.unexplained, 0)),
                Leaving(Words("되돌아감", "Given back"), flow.gone_otherwise, gone=True),
            ),
        ),
        Stage(
            Words("주민 지갑", "Residents"),
            flow.reached_residents,
            leaves=(
                Leaving(Words("지갑에 남음", "In wallets"), flow.with_residents),
                Leaving(Words("되돌리거나 사라짐", "Given back"), flow.gone_from_residents, gone=True),
            ),
        ),
        Stage(
            Words("가게", "Shops"),
            flow.reached_shops,
            leaves=(
                Leaving(Words("가게에 남음", "In shops"), flow.with_shops),
                Leaving(Words("가게 통장으로", "Paid out"), flow.gone_from_shops, gone=True),
            ),
        ),
    ]
    spent = 100 * flow.reached_shops // flow.issued if flow.issued else 0
    heading = Heading(
        Words("나간 돈 100원 가운데 {spent}원이 가게로 갔어요", "Of each ₩100 issued, ₩{spent} reached a shop").filled(
            spent=spent
        ),
        Words(
            "처음부터 지금까지 돈이 흐른 길. 띠의 굵기가 금액이에요. 가게가 돌려준 돈은 뺐어요.",
            "Where the money went since the beginning. A band's width is its sum; refunds are taken off.",
        ),
    )
    try:
        return river(heading, stages, first=Words("어디", "Where"), column=Words("금액", "Sum"))
    except (RiverLeaks, ValueError):
        return None


def _budget(city: City, now: datetime) -> BudgetView | None:
    try:
        return budgets.budget_of(city.pk, fiscal_year(now))
    except budgets.BudgetUnknown:
        return None


def flow_table(city: City, flow: Flow) -> Table:
    """The rows of the river, which are those of its picture; none where it can't be drawn."""
    drawn = river_of(flow)
    return Table(
        title=Words("{city} 돈이 흐른 길", "Where the money of {city} went").filled(
            city=Words(city.name_ko, city.name_en)
        ),
        columns=[Column(Words("어디", "Where")), Column(Words("금액", "Sum"), Kind.WON)],
        rows=[(row.label, row.cells[0]) for row in drawn.table.rows] if drawn else [],
    )
