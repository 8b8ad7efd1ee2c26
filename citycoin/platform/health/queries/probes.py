"""One question to each server, answered within a second or two. No database, no Django: `up` asks before there is any."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import httpx
import redis

from citycoin.foundation.tls import tls

TIMEOUT_SECONDS: Final = 1.0
# A page may wait for its turn behind others.
WEB_TIMEOUT_SECONDS: Final = 2.0


class NoAnswer(OSError):
    """The server gave no answer, or not the expected one; the text says which."""


@dataclass(frozen=True, slots=True)
class Head:
    """The chain's id and the number of its newest block."""

    chain_id: int
    number: int


def chain_head(url: str) -> Head:
    """Ask a node by plain JSON-RPC. Raises NoAnswer."""
    questions = [
        {"jsonrpc": "2.0", "id": number, "method": method, "params": []}
        for number, method in enumerate(("eth_chainId", "eth_blockNumber"))
    ]
    try:
        with _client() as client:
            answers = client.post(url, json=questions).raise_for_status().json()
        chain_id, number = (int(answer["result"], 16) for answer in sorted(answers, key=lambda answer: answer["id"]))
    except (httpx.HTTPError, json.JSONDecodeError, KeyError, TypeError, ValueError) as wrong:
        raise NoAnswer(_said(wrong)) from wrong
    return Head(chain_id, number)


def set_clock(url: str, moment: datetime) -> None:
    """Have a development node count its time from ``moment``. Raises NoAnswer."""
    asked = {"jsonrpc": "2.0", "id": 1, "method": "evm_setTime", "params": [int(moment.timestamp())]}
    try:
        with _client() as client:
            said = client.post(url, json=asked).raise_for_status().json()
    except (httpx.HTTPError, json.JSONDecodeError) as wrong:
        raise NoAnswer(_said(wrong)) from wrong
    if "result" not in said:
        raise NoAnswer(str(said))


def ask_broker(url: str) -> None:
    """Ping Redis or Valkey. Raises NoAnswer."""
    try:
        with redis.Redis.from_url(
            url, socket_connect_timeout=TIMEOUT_SECONDS, socket_timeout=TIMEOUT_SECONDS, retry=None
        ) as broker:
            broker.ping()
    except (redis.RedisError, OSError) as wrong:
        raise NoAnswer(_said(wrong)) from wrong


def ask_web(url: str, *, also: int = 200, timeout_seconds: float = WEB_TIMEOUT_SECONDS) -> str:
    """GET ``url`` and return what came with a 200, or with the status ``also``. Raises NoAnswer."""
    try:
        with _client() as client:
            answer = client.get(url, timeout=timeout_seconds)
    except httpx.HTTPError as wrong:
        raise NoAnswer(_said(wrong)) from wrong
    if answer.status_code not in {200, also}:
        raise NoAnswer(f"{url} answers {answer.status_code}")
    return answer.text


def _client() -> httpx.Client:
    # Our own processes are asked, on loopback: never by way of a proxy.
    return httpx.Client(timeout=TIMEOUT_SECONDS, trust_env=False, verify=tls())


def _said(wrong: Exception) -> str:
    return str(wrong) or type(wrong).__name__
