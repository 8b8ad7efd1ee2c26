"""Founds a city from its file: keys, contract, first budget, programmes, shops. Safe to repeat; goes on where it was."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction

from citycoin.cities.models import City
from citycoin.issuance import decisions, operations, queries
from citycoin.issuance.models import Official, Programme
from citycoin.kernel.clock import KST, fiscal_year
from citycoin.processes.waiting import wait_until
from contracts import deployment
from contracts.chain.gateway import ChainGateway
from contracts.chain.signing import VaultSigner
from contracts.models import Chain, Contract, Sender
from merchants.models import Shop
from merchants.operations import open_shop
from seeds.city_file import CityFile
from seeds.founding_keys import founding_addresses, sign_with_founding_keys
from wallets.models import Wallet
from wallets.operations import open_city_accounts
from wallets.queries import key_in_force

# The first account of every development node; worthless anywhere else, and used on that chain only.
DEVNET_CHAIN_ID: Final = 31337
DEVNET_FUNDER: Final = "ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80"
FINAL_WITHIN_SECONDS: Final = 120
ENDS_DAYS_AFTER_YEAR: Final = 7


class NoFunder(Exception):
    """Nobody pays the senders' gas on this chain: set CHAIN_FUNDER_KEY."""


def begin(*, city_file: CityFile, gateway: ChainGateway, signer: VaultSigner, now: datetime) -> Contract:
    """City, sending keys and contract: everything that can be signed at once."""
    chain = deployment.known_chain(gateway=gateway)
    city, _ = City.objects.get_or_create(
        slug=city_file.slug,
        defaults={
            "name_ko": city_file.names[0],
            "name_en": city_file.names[1],
            "token_name": city_file.token_name,
            "token_symbol": city_file.token_symbol,
        },
    )
    fees = gateway.fees()
    funder = _funder(chain, gateway, signer)
    deployment.open_senders(city=city, chain=chain, funder=funder, signer=signer, fees=fees, now=now)
    officials = founding_addresses(city.slug)
    treasury = _open_accounts(city, officials, signer=signer, now=now)
    founders = deployment.Founders(officials, treasury)
    return deployment.deploy(
        city=city, chain=chain, founders=founders, signer=signer, fees=fees, head=gateway.head().number, now=now
    )


def decide_budget(
    *, contract: Contract, city_file: CityFile, gateway: ChainGateway, signer: VaultSigner, now: datetime
) -> None:
    """Have the founding keys sign the year's first budget, once the contract is final."""
    _wait("contract", lambda: deployment.finish_deployment(contract=contract, gateway=gateway))
    year = fiscal_year(now)
    facts = decisions.BudgetFacts(
        year=year,
        starts=int(datetime(year, 1, 1, tzinfo=KST).timestamp()),
        ends=int((datetime(year + 1, 1, 1, tzinfo=KST) + timedelta(days=ENDS_DAYS_AFTER_YEAR)).timestamp()),
        cap=city_file.cap.amount,
        version=1,
        deadline=int(datetime(year + 1, 1, 1, tzinfo=KST).timestamp()),
    )
    if _has_budget(contract, year):
        return
    signatures = sign_with_founding_keys(
        contract.city.slug, domain=bytes(contract.domain_separator), words=facts.words()
    )
    decisions.carry(contract=contract, facts=facts, signatures=signatures, gateway=gateway, signer=signer, now=now)


def open_shops(*, contract: Contract, city_file: CityFile, signer: VaultSigner, now: datetime) -> dict[str, str]:
    """The file's shops; the tokens of those opened now, by name."""
    tokens = {}
    for application in city_file.shops:
        if Shop.objects.filter(city=contract.city, business_number=application.business_number).exists():
            continue
        shop, opened = open_shop(city=contract.city, application=application, signer=signer, now=now)
        tokens[shop.name_en] = opened.token
    return tokens


def open_programmes(
    *, contract: Contract, city_file: CityFile, gateway: ChainGateway, signer: VaultSigner, now: datetime
) -> None:
    """The file's programmes, once the budget is final."""
    year = fiscal_year(now)
    _wait("budget", lambda: _has_budget(contract, year))
    for each in city_file.programmes:
        operations.open_programme(
            contract=contract,
            number=each.number,
            year=year,
            names=each.names,
            cap=each.cap,
            discount_per_mille=each.discount_per_mille,
            funders=dict(each.funders),
            validity_days=each.validity_days,
            signer=signer,
            fees=gateway.fees(),
            now=now,
        )


def wait_until_open(contract: Contract) -> None:
    """Until the programmes sell and the shops can be paid."""
    _wait("programmes", lambda: not Programme.objects.filter(city_id=contract.city_id, open_at=None).exists())
    _wait("shops", lambda: not Shop.objects.filter(city_id=contract.city_id, wallet__registered_at=None).exists())


def _funder(chain: Chain, gateway: ChainGateway, signer: VaultSigner) -> Sender:
    secret = settings.CHAIN_FUNDER_KEY or (DEVNET_FUNDER if chain.chain_id == DEVNET_CHAIN_ID else "")
    if not secret:
        raise NoFunder(f"chain {chain.chain_id}")
    raw = bytes.fromhex(secret.removeprefix("0x"))
    address = signer.kept(raw, owner="funder").address
    return deployment.open_funder(chain=chain, secret=raw, mined=gateway.sent_by(address), signer=signer)


@transaction.atomic
def _open_accounts(city: City, officials: tuple[str, str], *, signer: VaultSigner, now: datetime) -> str:
    """The city's own accounts and its founding officials, once; the treasury's address."""
    if treasury := Wallet.objects.filter(city=city, kind=Wallet.Kind.TREASURY).first():
        return str(key_in_force(treasury).address)
    made = signer.new_key(owner=f"treasury {city.slug}")
    open_city_accounts(city=city, treasury_address=made.address, sealed=made.sealed, now=now)
    for address in officials:
        Official.objects.create(city=city, address=address, founding=True, since=now)
    return made.address


def _has_budget(contract: Contract, year: int) -> bool:
    try:
        queries.budget_of(contract.city_id, year)
    except queries.BudgetUnknown:
        return False
    return True


def _wait(what: str, done: Callable[[], bool]) -> None:
    wait_until(done, timeout_seconds=FINAL_WITHIN_SECONDS, what=what)
