"""``./city bench topup``: how long won take from the bank's word until they can be spent, at the product's own pace.

Some people top up again and again, at once but not in step; others open a wallet and buy in the same breath, before the chain knows
them. The bar is what the chain itself takes and three seconds. Beside it, in the same run: how long the chain took to make a block final.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from statistics import median, quantiles
from uuid import uuid4

import httpx

from citycoin.foundation.tls import tls
from citycoin.foundation.waiting import wait_until
from tests.benchmarks import form
from tests.benchmarks.form import Figure, Measured, Peer
from tests.outside import CityApi, Resident
from tests.running import RunningSystem

CITY = "gimpo"
PEOPLE = 4
EACH = 10
NEW_PEOPLE = 8
WON = 10_000
PIN = "135790"
PATIENCE_SECONDS = 120
FINALITIES = 5


def options(parser: argparse.ArgumentParser) -> None:
    """What may be asked for."""
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")


def measure(given: argparse.Namespace) -> Measured:
    """Run on a system of its own in a folder of its own."""
    with RunningSystem(database=given.database, name="bench") as system:
        os.environ.update(system.env)
        import django

        django.setup()
        return measured(system, database=given.database)


def measured(system: RunningSystem, *, database: str) -> Measured:
    """Those who are known to the chain, those who are not yet, and a block's finality."""
    from citycoin.money.issuance.queries.top_ups import bar_seconds

    with httpx.Client(verify=tls(), timeout=PATIENCE_SECONDS) as http:
        api = CityApi(system.web_url, CITY, http)
        residents = [api.join_city_kept(PIN) for _ in range(PEOPLE)]
        with ThreadPoolExecutor(PEOPLE) as at_once:
            took = [each for them in at_once.map(lambda one: list(again_and_again(one)), residents) for each in them]
        with ThreadPoolExecutor(NEW_PEOPLE) as at_once:
            first = list(at_once.map(lambda _: first_of(api), range(NEW_PEOPLE)))
        final = [finality(system) for _ in range(FINALITIES)]
    bar = bar_seconds()
    return Measured(
        "topup",
        figures=(
            Figure("spendable_p50_seconds", round(median(took), 1), at_most=True),
            Figure("spendable_p95_seconds", round(p95(took), 1), bar=bar, at_most=True),
            Figure("first_of_new_wallet_p50_seconds", round(median(first), 1), at_most=True),
            Figure("first_of_new_wallet_p95_seconds", round(p95(first), 1), at_most=True),
        ),
        raw={
            "database": database,
            "people": PEOPLE,
            "each": EACH,
            "new_people": NEW_PEOPLE,
            "seconds": took,
            "first": first,
        },
        peers=(Peer("a block final on this chain, median", round(median(final), 1), "s"),),
        books_equal=system.manage("reconcile").returncode == 0,
    )


def p95(seconds: list[float]) -> float:
    """What nineteen of twenty keep."""
    return quantiles(seconds, n=100, method="inclusive")[94]


def again_and_again(resident: Resident) -> Iterator[float]:
    """The seconds of each of their top-ups, one after the other."""
    for _ in range(EACH):
        yield bought(resident.api, resident.token)


def first_of(api: CityApi) -> float:
    """Of somebody whose wallet was opened a moment ago."""
    opened = api.ok("POST", "wallets", {"code": api.new_code(), "pin": PIN})
    return bought(api, opened["token"])


def bought(api: CityApi, token: str) -> float:
    """The seconds from the bank's word until the won can be spent, as whoever waits for them sees it."""
    programme = api.ok("GET", "programmes")["programmes"][0]["number"]
    order = {"id": str(uuid4()), "amount": WON, "programme": programme}
    top_up = api.ok("POST", "top-ups", order, token=token)
    transfer = {"account": top_up["account"]["number"], "amount": top_up["price"]}
    api.http.post(f"{api.web_url}/demo/bank/transfers", json=transfer).raise_for_status()
    said = time.monotonic()
    wait_until(
        lambda: api.ok("GET", f"top-ups/{order['id']}", token=token)["status"] == "issued",
        timeout_seconds=PATIENCE_SECONDS,
        what="the top-up",
    )
    return time.monotonic() - said


def finality(system: RunningSystem) -> float:
    """The seconds until the block after the head of now is as deep as the books want it."""
    from django.conf import settings

    from tests.node import Node

    node = Node(system.rpc_url)

    def head() -> int:
        return int(node.ask("eth_blockNumber"), 16)

    began, wanted = time.monotonic(), head() + 1 + settings.CHAIN_BLOCKS_TO_FINAL
    wait_until(lambda: head() >= wanted, timeout_seconds=PATIENCE_SECONDS, what="a final block")
    took = time.monotonic() - began
    node.close()
    return took


if __name__ == "__main__":
    sys.exit(form.run("topup", says=__doc__, measure=measure, options=options))
