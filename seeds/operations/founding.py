"""Founds a city from its file: keys, contract, first budget, programmes, shops. Safe to repeat; goes on where it was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.conf import settings
from django.db import transaction

from citycoin.foundation.bilingual import Words
from citycoin.foundation.kernel import clock
from citycoin.foundation.kernel.clock import KST, fiscal_year
from citycoin.foundation.kernel.money import Amount
from citycoin.money.bank.domain.accounts import AccountTerms
from citycoin.money.bank.domain.customers import CustomerTransfer
from citycoin.money.bank.operations.accounts import open_city_account
from citycoin.money.bank.queries.accounts import cities_that_bank
from citycoin.money.funding import operations as funding
from citycoin.money.funding.queries import was_ever_credited
from citycoin.money.issuance.models import OfficialKey, Programme
from citycoin.money.issuance.operations import decisions
from citycoin.money.issuance.operations.programmes import open_programme
from citycoin.money.issuance.queries import budgets
from citycoin.money.issuance.queries.budget_plans import plan_of
from citycoin.platform.cities.domain.faces import Drawn
from citycoin.platform.cities.models import City, District, Identity
from citycoin.platform.rules.domain import Dated
from citycoin.platform.rules.operations import write_rule
from contracts.domain.gateway import ChainGateway
from contracts.domain.signing import VaultSigner
from contracts.models import Chain, Contract
from contracts.operations import deployment
from contracts.queries import INSTALLATION
from merchants.models import Shop
from merchants.operations.shops import open_shop
from seeds.domain.city_file import KINDS, CityFile
from seeds.operations.driving import ChainDriver
from seeds.operations.founding_keys import founding_addresses, sign_with_founding_keys
from wallets.models import Wallet
from wallets.operations.wallets import open_city_accounts
from wallets.queries.ledger import key_in_force

# The first account of every development node; worthless anywhere else, and used on that chain only.
DEVNET_CHAIN_ID: Final = 31337
DEVNET_FUNDER: Final = "ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80"


# The first digits of each number at the demo's bank.
DEMO_BANK: Final = "941"


class NoFunder(Exception):
    """Nobody pays the senders' gas on this chain: set CHAIN_FUNDER_KEY."""


@dataclass(slots=True)
class Founded:
    """A city of a file. ``opened``: the shops opened just now, each with its token."""

    file: CityFile
    contract: Contract
    opened: list[tuple[Shop, str]] = field(default_factory=list)


def found(city_files: Sequence[CityFile], driver: ChainDriver) -> list[Founded]:
    """Each step for all cities, so that they wait for the chain together. Raises TimeoutError."""
    driver.until(lambda: driver.gateway.block(1) is not None, what="the first block")
    cities = [Founded(each, _begun(each, driver)) for each in city_files]
    for city in cities:
        _let_funders_pay(city, driver)
    for city in cities:
        _decide_budget(city, driver)
    for city in cities:
        city.opened = _open_shops(city, driver)
    for city in cities:
        _open_programmes(city, driver)
    for city in cities:
        _wait_until_open(city.contract, driver)
    return cities


def _begun(city_file: CityFile, driver: ChainDriver) -> Contract:
    """City, sending keys and contract: everything that can be signed at once."""
    gateway, means = driver.gateway, driver.means()
    chain = deployment.known_chain(gateway=gateway)
    city = write_city(city_file)
    _fund(city, city_file)
    _open_bank_account(city, city_file, now=means.now)
    _open_funder(chain, gateway, driver.signer)
    deployment.open_senders(city=city, chain=chain, means=means)
    officials = founding_addresses(city.slug)
    treasury = _open_accounts(city, officials, signer=driver.signer, now=means.now)
    terms = deployment.TokenTerms(
        city_file.token_name, city_file.token_symbol, officials, treasury, city_file.kinds_allowed
    )
    return deployment.deploy(city=city, chain=chain, terms=terms, head=gateway.head().number, means=means)


@transaction.atomic
def write_city(city_file: CityFile) -> City:
    """The city of the file with its districts, its face and its rules, as the books have them from then on."""
    people, year = city_file.population or (None, None)
    counted = {"population": people, "population_year": year}
    # Names are given once; how many people there are and how the city looks is said anew by each file.
    city, _ = City.objects.update_or_create(
        slug=city_file.slug,
        defaults=counted,
        create_defaults={
            **counted,
            "name_ko": city_file.names[0],
            "name_en": city_file.names[1],
        },
    )
    for korean, english in city_file.districts:
        District.objects.get_or_create(city=city, name_ko=korean, defaults={"name_en": english})
    Identity.objects.update_or_create(city=city, defaults=_identity(city_file.face))
    _write_rules(city, city_file)
    return city


def _identity(face: Drawn) -> dict[str, str]:
    return {
        "money_ko": face.money.ko,
        "money_en": face.money.en,
        "says_ko": face.says.ko,
        "says_en": face.says.en,
        "colour": face.colour,
        "digest": face.digest,
        "colours": face.colours,
        "emblem": face.emblem,
        "picture": face.picture,
        "picture_ink": face.picture_ink,
    }


def _write_rules(city: City, city_file: CityFile) -> None:
    """The file's rules, and of each kind that it doesn't name what is usual, from the day of founding on."""
    for each in city_file.rules:
        write_rule(city_id=city.pk, kind=each.kind, rule=each.rule)
    today = clock.now().astimezone(KST).date()
    for kind in KINDS.values():
        if kind.usual and not city.rules.filter(kind=kind.name).exists():
            write_rule(city_id=city.pk, kind=kind, rule=Dated(today, kind.usual))


def _fund(city: City, city_file: CityFile) -> None:
    """An account for each of the file's funders; what it begins with comes by the bank."""
    for each in city_file.funders:
        funding.open_account(city_id=city.pk, funder=each.funder, names=each.names)


def _let_funders_pay(city: Founded, driver: ChainDriver) -> None:
    """A number for each funder; in a demo they pay in, once, what the file says, and the books hear it from the bank."""
    city_id, files = city.contract.city_id, [each for each in city.file.funders if each.opening.amount]
    if city_id not in cities_that_bank():
        return
    numbers = {
        each.funder: funding.open_number(city_id=city_id, funder=each.funder, now=driver.now())
        for each in city.file.funders
    }
    # As with a rule, what is in the books stays, whatever a later file says.
    due = [each for each in files if settings.DEMO and not was_ever_credited(city_id, each.funder)]
    if not due:
        return
    driver.pay_in(
        [
            CustomerTransfer(
                id=f"{city.file.slug} opening {each.funder}",
                name=each.names[0],
                to=numbers[each.funder].number,
                amount=Amount(each.opening.amount),
                booked_at=driver.now() if driver.in_the_past else None,
            )
            for each in due
        ]
    )
    driver.until(lambda: all(was_ever_credited(city_id, each.funder) for each in due), what="funders' deposits")


def _decide_budget(city: Founded, driver: ChainDriver) -> None:
    """Have the founding keys sign the year's first budget, once the contract is final."""
    contract, gateway, now = city.contract, driver.gateway, driver.now()
    driver.until(lambda: deployment.finish_deployment(contract=contract, gateway=gateway), what="contract")
    year = fiscal_year(now)
    if _has_budget(contract, year):
        return
    deadline = int(datetime(year + 1, 1, 1, tzinfo=KST).timestamp())
    why = city.file.why
    facts = plan_of(contract.city_id, year, cap=city.file.cap, why=why, deadline=deadline, now=now).facts
    signatures = sign_with_founding_keys(
        contract.city.slug, domain=bytes(contract.domain_separator), words=facts.words()
    )
    decisions.carry(
        contract=contract, facts=facts, signatures=signatures, why=why, gateway=gateway, means=driver.means()
    )


def _open_shops(city: Founded, driver: ChainDriver) -> list[tuple[Shop, str]]:
    """The file's shops that aren't open yet, each with the token that reads it."""
    there = set(Shop.objects.filter(city=city.contract.city).values_list("business_number", flat=True))
    opened = []
    for application in city.file.shops:
        if application.business_number in there:
            continue
        shop, wallet = open_shop(city=city.contract.city, business=application, signer=driver.signer, now=driver.now())
        opened.append((shop, wallet.token))
    return opened


def _open_programmes(city: Founded, driver: ChainDriver) -> None:
    """The file's programmes, once the budget is final."""
    contract, now = city.contract, driver.now()
    year = fiscal_year(now)
    driver.until(lambda: _has_budget(contract, year), what="budget")
    for each in city.file.programmes:
        open_programme(
            contract=contract,
            number=each.number,
            year=year,
            names=each.names,
            cap=each.cap,
            rules=each.rules,
            means=driver.means(),
            days=each.days,
        )


def _wait_until_open(contract: Contract, driver: ChainDriver) -> None:
    """Until the programmes sell and the shops can be paid."""
    programmes = Programme.objects.filter(city_id=contract.city_id, open_at=None)
    shops = Shop.objects.filter(city_id=contract.city_id, wallet__registered_at=None)
    driver.until(lambda: not programmes.exists(), what="programmes")
    driver.until(lambda: not shops.exists(), what="shops")


def _open_funder(chain: Chain, gateway: ChainGateway, signer: VaultSigner) -> None:
    secret = settings.CHAIN_FUNDER_KEY or (DEVNET_FUNDER if chain.chain_id == DEVNET_CHAIN_ID else "")
    if not secret:
        raise NoFunder(f"chain {chain.chain_id}")
    raw = bytes.fromhex(secret.removeprefix("0x"))
    address = signer.kept(raw, scope=INSTALLATION).address
    deployment.open_funder(chain=chain, secret=raw, mined=gateway.sent_by(address), signer=signer)


def _open_bank_account(city: City, city_file: CityFile, *, now: datetime) -> None:
    """The account that the file names; in a demo one at the demo's bank, whose numbers say which city's they are."""
    terms = city_file.bank
    if terms is None and settings.DEMO:
        prefix = f"{DEMO_BANK}{city.pk:03}"
        terms = AccountTerms(
            bank=Words("나루은행", "Naru Bank"),
            bic="NARUKRSE",
            number=f"{prefix}00000001",
            operating_number=f"{prefix}00000002",
            holder=city.name_ko,
            prefix=prefix,
            digits=14,
        )
    if terms:
        open_city_account(city_id=city.pk, terms=terms, now=now)


@transaction.atomic
def _open_accounts(city: City, officials: tuple[str, str], *, signer: VaultSigner, now: datetime) -> str:
    """The city's own accounts and its founding officials, once; the treasury's address."""
    if treasury := Wallet.objects.filter(city=city, kind=Wallet.Kind.TREASURY).first():
        return str(key_in_force(treasury).address)
    made = signer.new_key(scope=city.slug)
    open_city_accounts(city=city, treasury_address=made.address, sealed=made.sealed, now=now)
    for address in officials:
        OfficialKey.objects.create(city=city, address=address, founding=True, since=now)
    return made.address


def _has_budget(contract: Contract, year: int) -> bool:
    try:
        budgets.budget_of(contract.city_id, year)
    except budgets.BudgetUnknown:
        return False
    return True
