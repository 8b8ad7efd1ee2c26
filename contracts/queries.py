"""What the books know of the chain: reads only."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db.models import QuerySet

from citycoin.foundation.kernel.errors import Conflict, Unavailable
from citycoin.platform.cities.queries import city_named
from contracts.models import Chain, ChainLog, Contract, Submission

Status = Submission.Status
# What the submission that creates a contract is called.
DEPLOYMENT_PURPOSE: Final = "deploy"


class ChainBehindTheBooks(Unavailable):
    """A block that the books took in is no longer on the chain; nothing new is signed until it is."""

    code = "chain_behind_the_books"
    ko = "체인이 장부보다 뒤처져 있어 새로 서명하지 않아요. 저절로 회복돼요."
    en = "The chain is behind the books, so nothing new is signed. It heals by itself."


class CityNotFounded(Conflict):
    """The city has no contract on the chain yet."""

    code = "city_not_founded"
    ko = "아직 돈을 발행하지 않는 도시예요."
    en = "This city does not issue its money yet."


@dataclass(frozen=True, slots=True)
class Domain:
    """What a signature is bound to: the fields of EIP-712's domain."""

    name: str
    version: str
    chain_id: int
    contract: str

    def as_json(self) -> dict[str, object]:
        """The names that wallets know."""
        return {
            "name": self.name,
            "version": self.version,
            "chainId": self.chain_id,
            "verifyingContract": self.contract,
        }


def contracts_in_step() -> list[Contract]:
    """The contracts whose deployment is final and whose chain allows new signatures."""
    rows = Contract.objects.exclude(code_hash="").filter(chain__behind_since=None)
    return list(rows.select_related("chain", "city"))


def contract_of(city_id: int) -> Contract:
    """The city's contract, its city and chain with it. Raises CityNotFounded."""
    try:
        return Contract.objects.select_related("city", "chain").get(city_id=city_id)
    except Contract.DoesNotExist:
        raise CityNotFounded from None


def deployment_intent(address: str) -> UUID:
    """What the creation of the contract at ``address`` is signed for."""
    return uuid5(NAMESPACE_URL, f"deploy {address}")


def founded_with_other_code(creation_code: bytes) -> list[str]:
    """The cities whose contract we created from other code than this.

    The bytes that were signed say so: what lies at the address has values of its constructor in it, and no artifact has them.
    """
    signed = {
        submission.intent: bytes(submission.raw) for submission in Submission.objects.filter(purpose=DEPLOYMENT_PURPOSE)
    }
    contracts = Contract.objects.select_related("city").order_by("city__slug")
    return [
        contract.city.slug
        for contract in contracts
        if creation_code not in signed.get(deployment_intent(contract.address), creation_code)
    ]


def domain_of(contract: Contract) -> Domain:
    """What payments of this city are signed for."""
    return Domain(contract.city.token_name, "1", contract.chain.chain_id, contract.address)


@dataclass(frozen=True, slots=True)
class SigningContext:
    """What a door needs to check a signature, and what never changes once the city is founded."""

    city_id: int
    contract_id: int
    domain_separator: bytes


@cache
def signing_context(slug: str) -> SigningContext:
    """The city's, from the database once for each process. Raises CityUnknown, CityNotFounded."""
    contract = contract_of(city_named(slug).pk)
    return SigningContext(contract.city_id, contract.pk, bytes(contract.domain_separator))


def other_contexts(city_id: int) -> list[SigningContext]:
    """Those of the installation's other cities."""
    slugs = Contract.objects.exclude(city_id=city_id).values_list("city__slug", flat=True)
    return [signing_context(slug) for slug in slugs]


def unposted_logs(contract: Contract, *, names: Sequence[str], at_most: int) -> QuerySet[ChainLog]:
    """Copied logs of these names that no app has taken in yet, in the chain's order."""
    rows = ChainLog.objects.filter(contract=contract, posted_at=None, name__in=names)
    return rows.order_by("block_number", "log_index")[:at_most]


def submission_of(intent: UUID) -> Submission | None:
    """What became of an intent, or None before it is signed."""
    return Submission.objects.filter(intent=intent).first()


def chains_behind() -> QuerySet[Chain]:
    """The chains that have lost a block which the books took in."""
    return Chain.objects.exclude(behind_since=None)


def strange_chains() -> QuerySet[Chain]:
    """Chains at whose address another one answers."""
    return Chain.objects.filter(is_another=True)


def refuse_while_behind(chain_id: int) -> None:
    """Raises ChainBehindTheBooks while nothing new may be signed for the chain with this key."""
    if Chain.objects.filter(pk=chain_id).exclude(behind_since=None).exists():
        raise ChainBehindTheBooks
