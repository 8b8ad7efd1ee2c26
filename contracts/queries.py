"""What the books know of the chain: reads only."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final

from django.conf import settings
from django.db.models import F, Q, QuerySet

from citycoin.foundation.bilingual import Words
from citycoin.foundation.kernel.errors import Conflict, Unavailable
from citycoin.platform.cities.queries import city_named
from citycoin.platform.queues.queries import Queue, due, register
from contracts.models import Chain, ChainLog, Contract, Sender, Submission

# Whose keys serve all cities.
INSTALLATION: Final = "installation"
ANY: Final = Q()


class ChainBehindTheBooks(Unavailable):
    """A block that the books took in is no longer on the chain; nothing new is signed until it is."""

    code = "chain_behind_the_books"
    ko = "체인이 장부보다 뒤처져 있어 새로 서명하지 않아요. 저절로 회복되니 잠시 뒤에 다시 해 주세요."
    en = "The chain is behind the books, so nothing new is signed. It heals by itself: please try again in a moment."


class CityNotFounded(Conflict):
    """The city has no contract on the chain yet."""

    code = "city_not_founded"
    ko = "아직 돈을 발행하지 않는 도시예요. 문을 연 뒤에 다시 와 주세요."
    en = "This city does not issue its money yet. Please come back once it does."


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


def chains() -> QuerySet[Chain]:
    """Every chain that the books know."""
    return Chain.objects.all()


def tokens() -> QuerySet[Contract]:
    """Every city's token, with its city and chain; a city may have none."""
    return Contract.objects.filter(kind=Contract.Kind.TOKEN).select_related("chain", "city")


def token_names() -> dict[int, str]:
    """What each city's token is called, by the city's key; a city without a token is left out."""
    return dict(tokens().values_list("city_id", "name"))


def founded_tokens() -> QuerySet[Contract]:
    """The tokens whose deployment is final."""
    return tokens().exclude(code_hash="")


def tokens_in_step(wanted: Q = ANY) -> QuerySet[Contract]:
    """The founded tokens whose chain allows new signatures; of these the ``wanted`` ones."""
    return founded_tokens().filter(wanted, chain__behind_since=None)


def token_of(city_id: int) -> Contract:
    """The city's token, its city and chain with it. Raises CityNotFounded."""
    try:
        return tokens().get(city_id=city_id)
    except Contract.DoesNotExist:
        raise CityNotFounded from None


def scope_of(sender: Sender) -> str:
    """Whose key it is, as keys are sealed: its city's slug; the funder serves the whole installation."""
    return sender.city.slug if sender.city else INSTALLATION


def founded_with_other_code(creation_code: bytes) -> list[str]:
    """The cities whose token we created from other code than this.

    The bytes that were signed say so: what lies at the address has values of its constructor in it, and no artifact has them.
    """
    creations = Submission.objects.filter(purpose=Submission.Purpose.DEPLOY)
    signed = {city: bytes(raw) for city, raw in creations.values_list("sender__city", "raw")}
    return [
        token.city.slug
        for token in tokens().order_by("city__slug")
        if creation_code not in signed.get(token.city_id, creation_code)
    ]


def domain_of(contract: Contract) -> Domain:
    """What payments of this city are signed for."""
    return Domain(contract.name, "1", contract.chain.chain_id, contract.address)


@dataclass(frozen=True, slots=True)
class SigningContext:
    """What is needed to make or check a signature, and never changes once the city is founded."""

    city_id: int
    slug: str
    contract_id: int
    domain_separator: bytes


@cache
def signing_context(slug: str) -> SigningContext:
    """The city's, from the database once for each process. Raises CityUnknown, CityNotFounded."""
    contract = token_of(city_named(slug).pk)
    return SigningContext(contract.city_id, slug, contract.pk, bytes(contract.domain_separator))


def other_contexts(city_id: int) -> list[SigningContext]:
    """Those of the installation's other cities."""
    slugs = tokens().exclude(city_id=city_id).values_list("city__slug", flat=True)
    return [signing_context(slug) for slug in slugs]


def contracts_to_copy() -> QuerySet[Contract]:
    """The contracts whose cursor lies below the last final block of the chain's head as last seen."""
    final = F("chain__head_number") - settings.CHAIN_BLOCKS_TO_FINAL
    return Contract.objects.filter(next_block__lte=final).select_related("chain", "city")


def submissions_to_send() -> QuerySet[Submission]:
    """Signed bytes that no node was given."""
    return Submission.objects.filter(status=Submission.Status.SIGNED).select_related("sender")


def submissions_to_follow() -> QuerySet[Submission]:
    """Submissions that a node was given and no final block has."""
    return Submission.objects.filter(status=Submission.Status.SENT).select_related("sender")


def last_said(contract: Contract, name: str, **args: object) -> dict[str, Any]:
    """The arguments of the newest event of this name, in the final blocks copied, that has these among them.

    What an older transaction set, posted late, must not undo what a newer one did. Raises IndexError where there is none.
    """
    wanted = {f"args__{key}": value for key, value in args.items()}
    rows = ChainLog.objects.filter(contract=contract, name=name, **wanted).order_by("-block_number", "-log_index")
    return dict(rows[0].args)


def logs_to_post() -> QuerySet[ChainLog]:
    """Copied logs that are not posted yet."""
    return ChainLog.objects.filter(posted_at=None)


def contracts_to_post(now: datetime) -> QuerySet[Contract]:
    """The contracts with copied logs that may be posted now, their city and chain with them."""
    waiting = due(POSTING, now).values("contract")
    return Contract.objects.filter(pk__in=waiting).select_related("chain", "city")


COPYING: Final = register(
    Queue(
        name="copying",
        step="contracts.watch_chain",
        words=Words("체인에서 옮겨 적을 계약", "contracts whose final blocks are to be copied"),
        late=timedelta(minutes=1),
        rows=contracts_to_copy,
        since="copied_at",
    )
)
SENDING: Final = register(
    Queue(
        name="sending",
        step="contracts.watch_chain",
        words=Words("체인에 보낼 거래", "transactions to send to the chain"),
        late=timedelta(seconds=30),
        rows=submissions_to_send,
        since="signed_at",
        city="sender__city",
    )
)
FOLLOWING: Final = register(
    Queue(
        name="following",
        step="contracts.watch_chain",
        words=Words("체인의 확정을 기다리는 거래", "transactions that no final block has yet"),
        late=timedelta(minutes=1),
        rows=submissions_to_follow,
        since="signed_at",
        city="sender__city",
    )
)
POSTING: Final = register(
    Queue(
        name="posting",
        step="contracts.post",
        words=Words("장부에 적을 체인 기록", "logs to post"),
        late=timedelta(minutes=1),
        rows=logs_to_post,
        since="block_at",
        city="contract__city",
    )
)


def is_a_chain_behind() -> bool:
    """Whether a chain has lost a block which the books took in."""
    return Chain.objects.exclude(behind_since=None).exists()


def is_a_chain_strange() -> bool:
    """Whether another chain answers at the address of one of the books' chains."""
    return Chain.objects.filter(is_another=True).exists()


def refuse_while_behind(chain_id: int) -> None:
    """Raises ChainBehindTheBooks while nothing new may be signed for the chain with this key."""
    if Chain.objects.filter(pk=chain_id).exclude(behind_since=None).exists():
        raise ChainBehindTheBooks
