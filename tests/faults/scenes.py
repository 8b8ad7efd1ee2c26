"""What the tests of faults and storms share: people made at once, payments sent at once, the node asked plainly."""

from __future__ import annotations

import asyncio
import json
import secrets
import uuid
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar
from urllib.parse import urlsplit

from django.db.models import Count

from citycoin.foundation.kernel import clock
from citycoin.foundation.run_once import only_one
from citycoin.foundation.waiting import wait_while_moving
from citycoin.platform.cities.models import City
from citycoin.platform.incidents.models import Incident
from contracts.doors import wiring
from contracts.models import Chain, Contract, Sender, Submission
from contracts.operations import chain_watch
from merchants.domain.business_number import check_digit
from merchants.domain.businesses import Business
from merchants.operations.shops import open_shop
from tests import patient
from tests.outside import CityApi, Json, Resident, Secp256k1Key, eventually
from tests.running import RunningSystem
from wallets.models import Movement, Payment, Wallet
from wallets.operations.wallets import NewWallet

Made = TypeVar("Made")
BLOCKS_TO_FINAL = 5
SETTLING_PATIENCE_SECONDS = 60


def at_once(makes: Sequence[Callable[[], Made]]) -> list[Made]:
    """The results of all of these, done side by side; none of them may ask the test's own database."""
    with ThreadPoolExecutor(max(len(makes), 1)) as pool:
        return [done.result() for done in [pool.submit(make) for make in makes]]


def residents(api: CityApi, amounts: Sequence[int], *, own_keys: bool = False) -> list[Resident]:
    """A resident with each of these amounts of won, made side by side: finality is waited for once, not for each."""

    def one(won: int) -> Resident:
        resident = api.join(Secp256k1Key()) if own_keys else api.join_city_kept()
        if won:
            resident.top_up(won)
            eventually(lambda: resident.available() == won, what="the won of a top-up")
        return resident

    return at_once([lambda won=won: one(won) for won in amounts])  # type: ignore[misc]


def new_shops(api: CityApi, count: int) -> list[NewWallet]:
    """Shops that the city's staff opens, registered on chain."""
    city = City.objects.get(slug=api.city)
    opened = []
    for _ in range(count):
        nine = f"{secrets.randbelow(10**9):09}"
        number = f"{nine}{check_digit(nine)}"
        _shop, wallet = open_shop(
            city=city, business=Business("가게", "Shop", number), signer=wiring.signer(), now=clock.now()
        )
        opened.append(wallet)
    eventually(
        lambda: not Wallet.objects.filter(pk__in=[each.wallet.pk for each in opened], registered_at=None).exists(),
        what="the shops' registration",
    )
    return opened


def rpc(system: RunningSystem, method: str, *params: object) -> Any:
    """One question to the node, in plain JSON-RPC."""
    body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
    answer = patient.post(system.rpc_url, json=body).raise_for_status().json()
    assert "error" not in answer, f"{method}: {answer['error']}"
    return answer["result"]


def head(system: RunningSystem) -> int:
    """The number of the newest block."""
    return int(rpc(system, "eth_blockNumber"), 16)


def receipt(system: RunningSystem, submission: Submission) -> Json | None:
    """Where the node says that a submission was mined."""
    said: Json | None = rpc(system, "eth_getTransactionReceipt", submission.tx_hash)
    return said


def known(system: RunningSystem, submission: Submission) -> bool:
    """Whether the node has these bytes, mined or not."""
    return rpc(system, "eth_getTransactionByHash", submission.tx_hash) is not None


def balance_on_chain(system: RunningSystem, contract: str, address: str) -> int:
    """An account's won as the node's head says."""
    data = "0x70a08231" + address.removeprefix("0x").rjust(64, "0")
    return int(rpc(system, "eth_call", {"to": contract, "data": data}, "latest"), 16)


@contextmanager
def mining_stopped(system: RunningSystem) -> Iterator[None]:
    """No block is mined meanwhile; what is broadcast waits in the node's pool. For seconds: the chain's watch is near."""
    rpc(system, "anvil_setIntervalMining", 0)
    try:
        yield
    finally:
        rpc(system, "anvil_setIntervalMining", 1)


def while_watching(task: Callable[[], None]) -> None:
    """Do ``task`` while this process, as a second worker's would, has the round with the chain: the worker has it not."""

    @only_one("watch chain")
    def alone() -> int:
        task()
        return 1

    eventually(lambda: alone() == 1, what="our turn to watch the chain")


def one_round() -> chain_watch.ChainRound:
    """One round with the chain, as the worker does it."""
    return chain_watch.watch(
        gateway=wiring.chain_gateway(),
        chain=Chain.objects.get(),
        blocks_to_final=BLOCKS_TO_FINAL,
        now=clock.now(),
    )


def orders(
    payers: Sequence[Resident], payees: Sequence[str], *, count: int, won: int = 1
) -> list[tuple[Resident, Json]]:
    """``count`` payments with ids of their own, the payers and the payees in turn."""
    return [
        (payer := payers[place % len(payers)], payer.order(payees[place % len(payees)], won)) for place in range(count)
    ]


def send_all(ordered: Sequence[tuple[Resident, Json]]) -> list[str]:
    """Send payments that must all be authorised, a few at a time; their ids."""

    def one(payer: Resident, body: Json) -> str:
        answer = payer.send(body)
        assert answer.status_code == 201, answer.text
        made: str = answer.json()["id"]
        return made

    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(lambda each: one(*each), ordered))


def storm(api: CityApi, requests: Sequence[tuple[str, Json]]) -> list[tuple[int, Json]]:
    """POST these payments (token, body) at once, each over a connection that was open before; status and answer."""
    where = urlsplit(api.web_url)
    raw = [_http(f"/api/v1/{api.city}/payments", where.netloc, token, body) for token, body in requests]

    async def ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> bytes:
        writer.write(request)
        await writer.drain()
        answer = await reader.read()
        writer.close()
        return answer

    async def all_of_them() -> list[bytes]:
        pairs = await asyncio.gather(*(asyncio.open_connection(where.hostname, where.port) for _ in raw))
        return await asyncio.gather(*(ask(*pair, request) for pair, request in zip(pairs, raw, strict=True)))

    answers = asyncio.run(all_of_them())
    return [(int(answer.split(b" ", 2)[1]), json.loads(answer.split(b"\r\n\r\n", 1)[1])) for answer in answers]


def _http(path: str, host: str, token: str, body: Json) -> bytes:
    content = json.dumps(body).encode()
    lines = [
        f"POST {path} HTTP/1.1",
        f"Host: {host}",
        "Content-Type: application/json",
        f"Content-Length: {len(content)}",
        "Connection: close",
        *([f"Authorization: Bearer {token}"] if token else []),
    ]
    return "\r\n".join([*lines, "", ""]).encode() + content


def of_ids(ids: Sequence[str]) -> Any:
    """The payments with these client ids."""
    return Payment.objects.filter(client_id__in=[uuid.UUID(each) for each in ids])


def all_settled(ids: Sequence[str]) -> None:
    """Wait until each of these payments is settled, and see that each moved its won once.

    As long as one more is settled or a transaction of ours gets further. Raises Stalled.
    """
    what = f"the settlement of {len(ids)} payments"

    def settled() -> int:
        return of_ids(ids).filter(status="settled").count()

    def progress() -> object:
        return settled(), list(Submission.objects.values_list("status").annotate(Count("pk")).order_by("status"))

    wait_while_moving(
        lambda: settled() == len(ids), signs=progress, what=what, patience_seconds=SETTLING_PATIENCE_SECONDS
    )
    tokens = dict(Contract.objects.filter(kind="token").values_list("city_id", "pk"))
    effects = [
        f"{tokens[payment.city_id]}/{payment.key.address}/{payment.nonce}"
        for payment in of_ids(ids).select_related("key")
    ]
    assert Movement.objects.filter(effect__in=effects).count() == len(ids)


def posted_rows() -> dict[str, tuple[Any, ...]]:
    """Every movement as it is written, by its effect: what may never change."""
    return {
        row[0]: row
        for row in Movement.objects.values_list(
            "effect", "pk", "source", "target", "amount", "block_number", "tx_hash", "at"
        )
    }


def city_id(slug: str) -> int:
    """A city's key in the books."""
    return City.objects.values_list("pk", flat=True).get(slug=slug)


def sender_of(city: str, role: Sender.Role) -> Sender:
    """A city's sending key."""
    return Sender.objects.get(city__slug=city, role=role)


def submission_of(payment_id: str) -> Submission | None:
    """The transaction that carries a payment, once it is signed."""
    payment = of_ids([payment_id]).select_related("batch__submission").get()
    return payment.batch.submission if payment.batch else None


def signed(payment_id: str) -> Submission:
    """The same, waited for."""
    eventually(lambda: submission_of(payment_id), what="the batch's signature")
    found = submission_of(payment_id)
    assert found is not None
    return found


def voided() -> int:
    """How many payments were ever voided; another module may have voided one on purpose."""
    return Payment.objects.filter(status="voided").count()


def incidents() -> int:
    """How many incidents were ever noticed."""
    return Incident.objects.count()
