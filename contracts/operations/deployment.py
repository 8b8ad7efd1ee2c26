"""Brings a city's contract to the chain: its sending keys, their gas, the contract itself. Each step happens once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import NAMESPACE_URL, uuid5

from django.db import transaction

from citycoin.foundation.locks import locked
from citycoin.platform.cities.models import City
from contracts.domain.artifact import creation_code
from contracts.domain.encoding import FOUNDING, constructor_arguments, created_address, domain_separator
from contracts.domain.gateway import ChainGateway, ChainUnavailable, Fees
from contracts.domain.signing import Signer, VaultSigner
from contracts.models import Chain, Contract, Kind, Sender, Submission
from contracts.operations import submissions
from contracts.queries import DEPLOYMENT_PURPOSE, deployment_intent

Role = Sender.Role
CITY_ROLES: Final = (Role.CLERK, Role.ISSUER, Role.SETTLER, Role.REGISTRAR, Role.GUARDIAN)
GAS_MONEY_WEI: Final = 10 * 10**18
# Between the start of a recovery and its end: whoever still has the old key hears of it and can object.
RECOVERY_DELAY: Final = timedelta(days=3)
# Who may pay whom: residents shops, shops residents (refunds), shops the treasury (redemption).
KINDS_ALLOWED: Final = sum(
    1 << (payer * 4 + payee)
    for payer, payee in ((Kind.RESIDENT, Kind.SHOP), (Kind.SHOP, Kind.RESIDENT), (Kind.SHOP, Kind.TREASURY))
)


@dataclass(frozen=True, slots=True)
class Founders:
    """Addresses that the contract is born with."""

    officials: tuple[str, str]
    treasury: str


def known_chain(*, gateway: ChainGateway) -> Chain:
    """The row of the node's chain, made at the first meeting. Raises ChainUnavailable before its first block."""
    first = gateway.block(1)
    if first is None:
        raise ChainUnavailable(reason="no block yet")
    chain, _ = Chain.objects.get_or_create(chain_id=gateway.chain_id(), defaults={"first_block_hash": first.hash})
    return chain


@transaction.atomic
def open_funder(*, chain: Chain, secret: bytes, mined: int, signer: VaultSigner) -> Sender:
    """The key that pays the senders' gas; ``mined``: how many transactions it has sent before we knew it."""
    if there := Sender.objects.filter(chain=chain, role=Role.FUNDER).first():
        return there
    sender = Sender(role=Role.FUNDER, chain=chain, next_nonce=mined)
    kept = signer.kept(secret, owner=submissions.owner_of(sender))
    sender.address, sender.sealed = kept.address, kept.sealed
    sender.save()
    return sender


@transaction.atomic
def open_senders(*, city: City, chain: Chain, funder: Sender, signer: Signer, fees: Fees, now: datetime) -> None:
    """A key for each role of the city, and the transfers that pay their gas."""
    for role in CITY_ROLES:
        if Sender.objects.filter(city=city, role=role).exists():
            continue
        sender = Sender(city=city, role=role, chain=chain)
        made = signer.new_key(owner=submissions.owner_of(sender))
        sender.address, sender.sealed = made.address, made.sealed
        sender.save()
        gas_money = submissions.Call("gas money", sender.address, b"", gas=21_000, wei=GAS_MONEY_WEI)
        intent = uuid5(NAMESPACE_URL, f"gas money {sender.address}")
        submissions.sign_once(intent=intent, sender_id=funder.pk, call=gas_money, signer=signer, fees=fees, now=now)


@transaction.atomic
def deploy(
    *, city: City, chain: Chain, founders: Founders, signer: Signer, fees: Fees, head: int, now: datetime
) -> Contract:
    """Sign the contract's creation; its address is known before it is mined."""
    clerk = locked(Sender.objects.filter(city=city, role=Role.CLERK)).get()
    if there := Contract.objects.filter(city=city).first():
        return there
    senders = {each.role: each.address for each in Sender.objects.filter(city=city)}
    founding = (
        city.token_name,
        city.token_symbol,
        founders.officials,
        senders[Role.ISSUER],
        senders[Role.SETTLER],
        senders[Role.REGISTRAR],
        senders[Role.GUARDIAN],
        founders.treasury,
        KINDS_ALLOWED,
        int(RECOVERY_DELAY.total_seconds()),
    )
    arguments = constructor_arguments((FOUNDING,), founding)
    address = created_address(sender=clerk.address, nonce=clerk.next_nonce)
    creation = submissions.Call(DEPLOYMENT_PURPOSE, None, creation_code() + arguments, gas=8_000_000)
    intent = deployment_intent(address)
    submissions.sign_once(intent=intent, sender_id=clerk.pk, call=creation, signer=signer, fees=fees, now=now)
    domain = domain_separator(name=city.token_name, chain_id=chain.chain_id, contract=address)
    return Contract.objects.create(
        city=city, chain=chain, address=address, treasury=founders.treasury, domain_separator=domain, next_block=head
    )


def finish_deployment(*, contract: Contract, gateway: ChainGateway) -> bool:
    """Take the code's hash into the books once the creation is final; from then on the city is served."""
    if contract.code_hash:
        return True
    deployed = Submission.objects.filter(intent=deployment_intent(contract.address), status=Submission.Status.FINAL)
    if not deployed.exists():
        return False
    code_hash = gateway.code_hash(contract.address)
    Contract.objects.filter(pk=contract.pk).update(code_hash=code_hash)
    contract.code_hash = code_hash
    return True
