"""``./city bench pages``: how long people wait for their pages, four at once, and a shop's counter for the news of a payment.

The pages are those that people open most, of a city with some history; beside them a view of the same server that does nothing.
How long a payment takes to be accepted is `bench pay`'s.
"""

from __future__ import annotations

import argparse
import os
import queue
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import quantiles
from typing import Any

import httpx

from citycoin.foundation.tls import tls
from tests.benchmarks import form
from tests.benchmarks.form import Figure, Measured, Peer, Table
from tests.benchmarks.pay import load
from tests.running import RunningSystem

CITY = "gimpo"
# Names of tests/browser/pages.py.
OPENED = (
    "wallet",
    "history",
    "receipt",
    "pay-fixed",
    "counter",
    "shop",
    "console-home",
    "console-shops",
    "city",
    "register",
)
AT_ONCE = 4
EACH = 200
MOST_MS = 300
NEWS = 60
NEWS_MOST_MS = 1_000
PATIENCE_SECONDS = 30


def options(parser: argparse.ArgumentParser) -> None:
    """What may be asked for."""
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")


def measure(given: argparse.Namespace) -> Measured:
    """Run on a system of its own in a folder of its own."""
    with RunningSystem(database=given.database, name="bench") as system:
        os.environ.update(system.env)
        import django

        django.setup()
        from citycoin.celery import app

        app.set_default()
        return measured(system, database=given.database)


def measured(system: RunningSystem, *, database: str) -> Measured:
    """All figures: the view that does nothing, each page, then the news."""
    from tests.browser.pages import PAGES
    from tests.browser.screens import session_of
    from tests.browser.town import town_of
    from tests.outside import CityApi

    with httpx.Client(verify=tls(), timeout=PATIENCE_SECONDS) as http:
        town = town_of(system, CityApi(system.web_url, CITY, http))
        bare = waited(system, "/healthz", {})
        pages = {}
        for shown in (each for each in PAGES if each.name in OPENED):
            person = town.person(shown.who)
            pages[shown.name] = waited(system, shown.path(town), session_of(person) if person else {})
        news = list(news_of(system, town))
    slowest = max(p95(each) for each in pages.values())
    return Measured(
        "pages",
        figures=(
            *(Figure(f"{name}_p95_ms", round(p95(ms), 1), bar=MOST_MS, at_most=True) for name, ms in pages.items()),
            Figure("slowest_page_to_bare_view", round(slowest / p95(bare), 2), at_most=True),
            Figure("news_p95_ms", round(p95(news), 1), bar=NEWS_MOST_MS, at_most=True),
        ),
        raw={"database": database, "at_once": AT_ONCE, "each": EACH, "news": NEWS},
        peers=(Peer("bare Django view, p95, same connections", round(p95(bare), 1), "ms"),),
        books_equal=system.manage("reconcile").returncode == 0,
        tables=(
            Table(
                "Half of the pages came within",
                ("page", "ms"),
                [(name, round(quantiles(ms, n=100)[49], 1)) for name, ms in pages.items()],
            ),
        ),
    )


def p95(milliseconds: list[float]) -> float:
    """What nineteen of twenty keep."""
    return quantiles(milliseconds, n=100)[94]


def waited(system: RunningSystem, path: str, cookies: dict[str, str]) -> list[float]:
    """The milliseconds that each load of a page took."""
    headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())} if cookies else {}
    # A payment's page is given its id first.
    there = httpx.get(
        f"{system.web_url}{path}", headers=headers, verify=tls(), timeout=PATIENCE_SECONDS, follow_redirects=True
    ).url
    said = load(system, [["GET", there.raw_path.decode(), None, headers]] * EACH, connections=AT_ONCE)
    assert said["statuses"] == {"200": EACH}, (path, said["statuses"])
    milliseconds: list[float] = said["milliseconds"]
    return milliseconds


def news_of(system: RunningSystem, town: Any) -> Iterator[float]:
    """The milliseconds from each payment's acceptance to the news after which the shop's board has it; 0 where they came first."""
    from tests.browser.screens import session_of

    shop = town.shops[0]
    cookies = session_of(town.owners[0])
    with (
        httpx.Client(verify=tls(), timeout=PATIENCE_SECONDS, cookies=cookies) as http,
        told(system, shop.pk, cookies) as news,
    ):
        for _ in range(NEWS):
            payment = town.citizen().api.pay(town.address(), 10)["id"]
            accepted = time.monotonic()
            while True:
                at = news.get(timeout=PATIENCE_SECONDS)
                if payment in http.get(f"{system.web_url}/{CITY}/shops/{shop.pk}/board").text:
                    break
            yield max(0.0, (at - accepted) * 1_000)


@contextmanager
def told(system: RunningSystem, shop: int, cookies: dict[str, str]) -> Iterator[queue.Queue[float]]:
    """When a shop's stream told its counters to look, as they would hear it."""
    news: queue.Queue[float] = queue.Queue()
    url = f"{system.live_url}/live/{CITY}/shops/{shop}"
    opened = threading.Event()
    ended = threading.Event()

    def listen() -> None:
        with httpx.stream("GET", url, verify=tls(), timeout=PATIENCE_SECONDS, cookies=cookies) as answer:
            for line in answer.iter_lines():
                if line == "event: look":
                    news.put(time.monotonic())
                    opened.set()
                if ended.is_set():
                    return

    listener = threading.Thread(target=listen, daemon=True)
    listener.start()
    assert opened.wait(PATIENCE_SECONDS), "the stream never opened"
    yield news
    ended.set()


if __name__ == "__main__":
    sys.exit(form.run("pages", says=__doc__, measure=measure, options=options))
