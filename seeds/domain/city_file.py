"""A city as readable data. docs/seeds.md says what a file holds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from citycoin.foundation.bilingual import Words
from citycoin.foundation.kernel.money import BUYER, LARGEST_MOVEMENT, LAST_FUNDER, Won
from citycoin.foundation.kernel.periods import Period, PeriodWrong
from citycoin.foundation.kernel.text import Name
from citycoin.money.bank.domain.accounts import AccountTerms
from citycoin.money.issuance.domain.burn_down import BUDGET_ALERT
from citycoin.money.issuance.domain.justification import LONGEST_PURPOSE, Justification
from citycoin.money.issuance.domain.purchases import LARGEST_DISCOUNT_PER_MILLE, PurchaseTerms
from citycoin.money.payouts.domain.rules import PAYOUT
from citycoin.platform.cities.domain.colours import ColoursWrong
from citycoin.platform.cities.domain.drawings import DrawingWrong, rewritten
from citycoin.platform.cities.domain.faces import Drawn, Given, drawn
from citycoin.platform.cities.domain.tones import colour_of
from citycoin.platform.rules.domain import Dated, RuleKind, TermsWrong
from contracts.domain.kinds import AccountKind, matrix_of
from merchants.domain.business_number import is_business_number
from merchants.domain.businesses import Business, Category
from merchants.domain.rules import REFUND_CLAIM, REQUEST, SHOP_REFUND
from seeds.domain.tables import Table
from wallets.domain.rules import PAYMENT, REFUND, SMALL_PAYMENT

LARGEST_BUDGET = 2**62
LONGEST_MONEY = 20
LONGEST_SAYING = 80
LARGEST_POPULATION = 100_000_000
# Of a virtual number after its prefix: six to choose by chance, and a check digit.
LEAST_SERIAL_DIGITS = 7
PAYERS = {"resident": AccountKind.RESIDENT, "shop": AccountKind.SHOP, "treasury": AccountKind.TREASURY}
# Where a file doesn't say: residents pay shops and the treasury, shops give back, shops' won are redeemed, and the treasury
# pays shops. That the contract lets won go a way doesn't open a door of ours to it.
MAY_PAY = (
    (AccountKind.RESIDENT, AccountKind.SHOP),
    (AccountKind.RESIDENT, AccountKind.TREASURY),
    (AccountKind.SHOP, AccountKind.RESIDENT),
    (AccountKind.SHOP, AccountKind.TREASURY),
    (AccountKind.TREASURY, AccountKind.SHOP),
)
# What the first budget is for where a file doesn't say.
FIRST_BUDGET = "도시를 세울 때 도시 파일이 정한 첫해 발행 한도"
# Rules of the whole city; a programme's stand with it. A city has one of each kind at least.
KINDS: Final[dict[str, RuleKind[Any]]] = {
    kind.name: kind
    for kind in (PAYMENT, SMALL_PAYMENT, REFUND, REQUEST, SHOP_REFUND, REFUND_CLAIM, BUDGET_ALERT, PAYOUT)
}
# How rules and accounts name a funder.
FUNDER: Final = re.compile(r"[a-z][a-z_]{0,39}")
# First parts of our own addresses, and so no city's.
NOT_A_SLUG = frozenset({"api", "demo", "health", "healthz", "static", "sign-in", "sign-out"})


@dataclass(frozen=True, slots=True)
class ProgrammeFile:
    """A programme of the file."""

    number: int
    names: tuple[Name, Name]
    cap: Won
    rules: tuple[Dated[PurchaseTerms], ...]
    days: tuple[date | None, date | None]  # of its sale, the first and the last; None for the year's


@dataclass(frozen=True, slots=True)
class FunderFile:
    """Who pays for benefits, by the key that rules name; ``opening`` is what its account begins with, in won."""

    funder: str
    names: tuple[Name, Name]
    opening: Won


@dataclass(frozen=True, slots=True)
class CityRule:
    """A rule of the file that holds for the whole city."""

    kind: RuleKind[Any]
    rule: Dated[Any]


@dataclass(frozen=True, slots=True)
class CityFile:
    """What a file says of a city; names are (Korean, English)."""

    slug: str
    names: tuple[Name, Name]
    face: Drawn
    token_name: str
    token_symbol: str
    kinds_allowed: int
    cap: Won
    bank: AccountTerms | None  # the city's account; a demo gives one to a city without it
    why: Justification
    population: tuple[int, int] | None  # people, and the year for which they are counted
    districts: tuple[tuple[Name, Name], ...]
    rules: tuple[CityRule, ...]
    funders: tuple[FunderFile, ...]
    programmes: tuple[ProgrammeFile, ...]
    shops: tuple[Business, ...]


def read_city(file: Path) -> CityFile:
    """The city in a TOML file. Raises CityFileWrong."""
    table = Table.of(file)
    token, budget = table.table("token"), table.table("budget")
    slug, names = _slug(table), table.names("name", longest=40)
    read = CityFile(
        slug=slug,
        names=names,
        face=_face(table, slug, names),
        token_name=token.text("name"),
        token_symbol=token.text("symbol", longest=11),
        kinds_allowed=_kinds_allowed(table),
        cap=Won(budget.whole("cap", least=1, most=LARGEST_BUDGET)),
        bank=_bank(table),
        why=_why(budget),
        population=_population(table),
        districts=_districts(table),
        rules=tuple(_city_rule(each) for each in table.tables("rules")),
        funders=_city_funders(table.table("funders")),
        programmes=tuple(_programme(each) for each in table.tables("programmes", least=1)),
        shops=tuple(_shop(each) for each in table.tables("shops")),
    )
    for each in (token, budget, table):
        each.end()
    _refuse_contradictions(table, read)
    return read


def _refuse_contradictions(table: Table, read: CityFile) -> None:
    table.refuse_twice("programmes", (each.number for each in read.programmes))
    table.refuse_twice("rules", (f"{each.kind.name} from {each.rule.in_force_from}" for each in read.rules))
    table.refuse_twice("shops", (each.business_number for each in read.shops))
    table.refuse_twice("districts", (ko for ko, _ in read.districts))
    if sum(each.cap.amount for each in read.programmes) > read.cap.amount:
        raise table.wrong("programmes", "their caps sum to more than budget.cap")
    _refuse_strange_funders(table, read)
    known = {ko for ko, _ in read.districts}
    for place, shop in enumerate(read.shops, 1):
        if shop.district not in known:
            raise table.wrong(f"shops[{place}].district", f"{shop.district} is none of the city's districts")


def _refuse_strange_funders(table: Table, read: CityFile) -> None:
    """A rule is paid by those who have an account."""
    known = {each.funder for each in read.funders}
    for place, programme in enumerate(read.programmes, 1):
        for number, rule in enumerate(programme.rules, 1):
            for funder in rule.terms.funders.keys() - known:
                key = f"programmes[{place}].rules[{number}].funders.{funder}"
                raise table.wrong(key, f"is none of the city's funders, {', '.join(sorted(known))}")


def _city_funders(table: Table) -> tuple[FunderFile, ...]:
    found = []
    for funder in table.rows:
        if not FUNDER.fullmatch(funder) or funder == BUYER:
            raise table.wrong(funder, "small letters are needed, and no word that means whoever buys")
        said = table.table(funder)
        opening = said.whole("opening", least=0, most=LARGEST_BUDGET)
        found.append(FunderFile(funder, said.names("name"), Won(opening)))
        said.end()
    if LAST_FUNDER not in table.rows:
        raise table.wrong(LAST_FUNDER, "the city pays what rounding leaves, so it is one of the funders")
    return tuple(found)


def _why(budget: Table) -> Justification:
    """What the first budget is for, which the founding keys sign with it."""
    purpose = budget.text("purpose", longest=LONGEST_PURPOSE) if "purpose" in budget.rows else FIRST_BUDGET
    return Justification.of(purpose, _legal_basis(budget))


def _slug(table: Table) -> str:
    slug = table.text("slug", longest=40)
    if not re.fullmatch(r"[a-z][a-z0-9-]*", slug) or slug in NOT_A_SLUG:
        raise table.wrong(
            "slug", "small letters, digits and hyphens are needed, and no word that our own addresses use"
        )
    return slug


def _face(table: Table, slug: str, names: tuple[Name, Name]) -> Drawn:
    """The city's face: what the file gives of it, and what is drawn from the city's name for the rest."""
    if "identity" not in table.rows:
        return drawn(slug, Words(*names), Given())
    said = table.table("identity")
    given = Given(
        money=_words(said, "money", longest=LONGEST_MONEY),
        colour=_colour(said, "colour"),
        second=_colour(said, "second"),
        light_point=_colour(said, "light_point"),
        emblem=_drawing(said, "emblem"),
        picture=_drawing(said, "picture"),
        says=_words(said, "picture_says", longest=LONGEST_SAYING),
    )
    if (given.picture is None) != (given.says is None):
        raise said.wrong("picture_says", "a picture, and what it shows for who doesn't see it, are given together")
    said.end()
    try:
        return drawn(slug, Words(*names), given)
    except ColoursWrong as wrong:
        raise said.wrong(wrong.which, str(wrong)) from wrong


def _words(table: Table, key: str, *, longest: int) -> Words | None:
    return Words(*table.names(key, longest=longest)) if key in table.rows else None


def _colour(table: Table, key: str) -> str | None:
    if key not in table.rows:
        return None
    try:
        return colour_of(table.text(key))
    except ValueError as wrong:
        raise table.wrong(key, str(wrong)) from wrong


def _drawing(table: Table, key: str) -> str | None:
    if key not in table.rows:
        return None
    try:
        return rewritten(table.beside(key, ending=".svg"))
    except DrawingWrong as wrong:
        raise table.wrong(key, str(wrong)) from wrong


def _kinds_allowed(table: Table) -> int:
    """The token's matrix: for each kind of payer, whom they may pay."""
    if "may_pay" not in table.rows:
        return matrix_of(MAY_PAY)
    said, pairs = table.table("may_pay"), []
    for payer in said.rows:
        pairs += [(PAYERS[payer], PAYERS[payee]) for payee in said.texts(payer, of=PAYERS)]
    said.end()
    return matrix_of(pairs)


def _population(table: Table) -> tuple[int, int] | None:
    if "population" not in table.rows:
        return None
    said = table.table("population")
    read = said.whole("people", least=1, most=LARGEST_POPULATION), said.whole("year", least=1945, most=9999)
    said.end()
    return read


def _bank(table: Table) -> AccountTerms | None:
    """The city's account at its bank, with the numbers that it may give out."""
    if "bank" not in table.rows:
        return None
    said = table.table("bank")
    number, prefix = _digits(said, "account", longest=34), _digits(said, "prefix", longest=20)
    operating = _digits(said, "operating", longest=34)
    digits = said.whole("digits", least=len(prefix) + LEAST_SERIAL_DIGITS, most=34)
    bic = said.text("bic", longest=11)
    if not re.fullmatch(r"[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?", bic):
        raise said.wrong("bic", "the eight or eleven capital letters and digits of a BIC are needed")
    read = AccountTerms(
        bank=Words(*said.names("name", longest=40)),
        bic=bic,
        number=number,
        operating_number=operating,
        holder=said.name("holder", longest=60),
        prefix=prefix,
        digits=digits,
    )
    said.end()
    return read


def _digits(table: Table, key: str, *, longest: int) -> str:
    text = table.text(key, longest=longest)
    if not re.fullmatch(r"[0-9]+", text):
        raise table.wrong(key, "digits alone are needed, without hyphens")
    return text


def _districts(table: Table) -> tuple[tuple[Name, Name], ...]:
    districts = []
    for each in table.tables("districts", least=1):
        districts.append((each.name("ko", longest=40), each.name("en", longest=40)))
        each.end()
    return tuple(districts)


def _programme(table: Table) -> ProgrammeFile:
    read = ProgrammeFile(
        table.whole("number", least=1, most=2**31 - 1),
        table.names("name"),
        Won(table.whole("cap", least=1, most=LARGEST_BUDGET)),
        tuple(_purchase_rule(each) for each in table.tables("rules", least=1)),
        (_day_or_none(table, "first_day"), _day_or_none(table, "last_day")),
    )
    first, last = read.days
    if first and last and last < first:
        raise table.wrong("last_day", "it is before the first one")
    table.refuse_twice("rules", (each.in_force_from for each in read.rules))
    table.end()
    return read


def _day_or_none(table: Table, key: str) -> date | None:
    return table.day(key) if key in table.rows else None


def _purchase_rule(table: Table) -> Dated[PurchaseTerms]:
    def won(key: str) -> int:
        return table.whole(key, least=1, most=LARGEST_MOVEMENT)

    first_day, basis = table.day("from"), _legal_basis(table)
    terms = PurchaseTerms(
        discount_per_mille=table.whole("discount_per_mille", least=0, most=LARGEST_DISCOUNT_PER_MILLE),
        funders=_funders(table.table("funders")),
        validity=_period(table, "validity"),
        purchase_step=won("purchase_step"),
        monthly_cap=won("monthly_cap"),
        holding_cap=won("holding_cap"),
    )
    table.end()
    return Dated(first_day, terms, basis)


def _period(table: Table, key: str) -> Period:
    try:
        return Period.of(table.table(key).rows)
    except PeriodWrong as wrong:
        raise table.wrong(key, str(wrong)) from wrong


def _city_rule(table: Table) -> CityRule:
    """A rule of the whole city: its kind, its first day, and the terms as that kind's schema has them."""
    name = table.text("kind")
    if name not in KINDS:
        raise table.wrong("kind", f"{name} is none of {', '.join(KINDS)}")
    first_day, basis = table.day("from"), _legal_basis(table)
    try:
        terms = KINDS[name].read(table.rest())
    except TermsWrong as wrong:
        raise table.wrong(wrong.key, wrong.what) from wrong
    return CityRule(KINDS[name], Dated(first_day, terms, basis))


def _legal_basis(table: Table) -> str:
    return table.text("legal_basis", longest=200) if "legal_basis" in table.rows else ""


def _funders(table: Table) -> dict[str, int]:
    funders = {who: table.whole(who, least=1, most=1000) for who in table.rows}
    if LAST_FUNDER not in funders:
        raise table.wrong(LAST_FUNDER, "the city pays what rounding leaves, so it is one of the funders")
    return funders


def _shop(table: Table) -> Business:
    names, number, category = table.names("name"), table.text("business_number", longest=10), table.text("category")
    if not is_business_number(number):
        raise table.wrong("business_number", f"{number} is no business number: ten digits, the last a check digit")
    if category not in [*Category]:
        raise table.wrong("category", f"{category} is none of {', '.join([*Category])}")
    read = Business(*names, number, table.name("district", longest=40), Category(category))
    table.end()
    return read
