"""Brings a city's contract to the chain: its sending keys, their gas, the contract itself. Each step happens once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from citycoin.foundation.fault_points import commits
from citycoin.platform.cities.models import City
from contracts.domain import gas
from contracts.domain.artifact import creation_code
from contracts.domain.encoding import FOUNDING, constructor_arguments, created_address, domain_separator
from contracts.domain.gateway import ChainGateway, ChainUnavailable
from contracts.domain.signing import VaultSigner
from contracts.models import Chain, Contract, Sender, Submission
from contracts.operations.sending import Call, Means, intent_of, lock_funder, lock_sender
from contracts.queries import INSTALLATION, tokens

Purpose = Submission.Purpose
Role = Sender.Role
CITY_ROLES: Final = (Role.CLERK, Role.ISSUER, Role.SETTLER, Role.REGISTRAR, Role.GUARDIAN)
GAS_MONEY_WEI: Final = 10 * 10**18
# Between the start of a recovery and its end: whoever still has the old key hears of it and can object.
RECOVERY_DELAY: Final = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class TokenTerms:
    """What a token is born with; ``officials`` and ``treasury`` are addresses, ``kinds_allowed`` is its matrix."""

    name: str
    symbol: str
    officials: tuple[str, str]
    treasury: str
    kinds_allowed: int


def known_chain(*, gateway: ChainGateway) -> Chain:
    """The row of the node's chain, made at the first meeting. Raises ChainUnavailable before its first block."""
    first = gateway.block(1)
    if first is None:
        raise ChainUnavailable(reason="no block yet")
    chain, _ = Chain.objects.get_or_create(chain_id=gateway.chain_id(), defaults={"first_block_hash": first.hash})
    return chain


@commits("open_funder")
def open_funder(*, chain: Chain, secret: bytes, mined: int, signer: VaultSigner) -> Sender:
    """The key that pays the senders' gas; ``mined``: how many transactions it has sent before we knew it."""
    if there := Sender.objects.filter(chain=chain, role=Role.FUNDER).first():
        return there
    kept = signer.kept(secret, scope=INSTALLATION)
    return Sender.objects.create(
        role=Role.FUNDER, chain=chain, address=kept.address, sealed=kept.sealed, next_nonce=mined
    )


@commits("open_senders")
def open_senders(*, city: City, chain: Chain, means: Means) -> None:
    """A key for each role of the city, and the transfers that pay their gas."""
    funder = lock_funder(chain, means=means)
    for role in CITY_ROLES:
        if Sender.objects.filter(city=city, role=role).exists():
            continue
        made = means.signer.new_key(scope=city.slug)
        Sender.objects.create(city=city, role=role, chain=chain, address=made.address, sealed=made.sealed)
        gas_money = Call(Purpose.GAS_MONEY, made.address, b"", gas=gas.TRANSFER_OF_ETHER, wei=GAS_MONEY_WEI)
        funder.submit(gas_money, intent=intent_of("gas money", made.address))


@commits("deploy")
def deploy(*, city: City, chain: Chain, terms: TokenTerms, head: int, means: Means) -> Contract:
    """Sign the token's creation; its address is known before it is mined."""
    clerk = lock_sender(city.pk, Role.CLERK, means=means)
    if there := tokens().filter(city=city).first():
        return there
    senders = {each.role: each.address for each in Sender.objects.filter(city=city)}
    founding = (
        terms.name,
        terms.symbol,
        terms.officials,
        senders[Role.ISSUER],
        senders[Role.SETTLER],
        senders[Role.REGISTRAR],
        senders[Role.GUARDIAN],
        terms.treasury,
        terms.kinds_allowed,
        int(RECOVERY_DELAY.total_seconds()),
    )
    address = created_address(sender=clerk.row.address, nonce=clerk.row.next_nonce)
    code = creation_code() + constructor_arguments((FOUNDING,), founding)
    clerk.submit(Call(Purpose.DEPLOY, None, code, gas=gas.DEPLOYMENT), intent=_deployment(address))
    return Contract.objects.create(
        city=city,
        kind=Contract.Kind.TOKEN,
        name=terms.name,
        symbol=terms.symbol,
        chain=chain,
        address=address,
        treasury=terms.treasury,
        domain_separator=domain_separator(name=terms.name, chain_id=chain.chain_id, contract=address),
        next_block=head,
    )


def finish_deployment(*, contract: Contract, gateway: ChainGateway) -> bool:
    """Take the code's hash into the books once the creation is final; from then on the city is served."""
    if contract.code_hash:
        return True
    deployed = Submission.objects.filter(intent=_deployment(contract.address), status=Submission.Status.FINAL)
    if not deployed.exists():
        return False
    code_hash = gateway.code_hash(contract.address)
    Contract.objects.filter(pk=contract.pk).update(code_hash=code_hash)
    contract.code_hash = code_hash
    return True


def _deployment(address: str) -> UUID:
    return intent_of("deploy", address)
