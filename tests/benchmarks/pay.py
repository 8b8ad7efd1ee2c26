"""``./city bench pay``: pre-signed payments through the running HTTP API, against peers measured in the same run.

All payments must settle, and against pgbench on the same server there is a bar.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
import uuid
from dataclasses import dataclass
from datetime import timedelta
from statistics import quantiles
from typing import Any
from urllib.parse import urlsplit

from citycoin.foundation.waiting import wait_until
from tests.benchmarks import form
from tests.benchmarks.form import Figure, Measured, Peer
from tests.running import RunningSystem

CITY = "gimpo"
WON_EACH = 1_000
CONNECTIONS = 32
BARE_REQUESTS = 5_000
PGBENCH_SECONDS = 8
PGBENCH_CLIENTS = 8
LEAST_TO_PGBENCH = 0.06
P95_MOST_MS = 400  # until a payment is accepted


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is paid: ``payments`` from ``wallets`` to ``shops``."""

    payments: int
    wallets: int
    shops: int


def options(parser: argparse.ArgumentParser) -> None:
    """What may be asked for."""
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--payments", type=int, default=5_000)
    parser.add_argument("--wallets", type=int, default=500)
    parser.add_argument("--shops", type=int, default=20)


def measure(given: argparse.Namespace) -> Measured:
    """Run on a system of its own in a folder of its own."""
    plan = Plan(given.payments, given.wallets, given.shops)
    with RunningSystem(database=given.database, name="bench") as system:
        os.environ.update(system.env)
        return measured(system, plan, database=given.database)


def measured(system: RunningSystem, plan: Plan, *, database: str) -> Measured:
    """All figures; peers first, so that nothing of the payments is still being settled beside them."""
    import django

    django.setup()
    from citycoin.celery import app

    app.set_default()
    requests, extra = prepared(plan)
    bare = BARE_REQUESTS / load(system, [["GET", "/healthz", None]] * BARE_REQUESTS)["seconds"]
    pgbench = pgbench_per_s(system) if system.postgres else None
    statements = statements_of(extra)
    began = time.perf_counter()
    paid = load(system, requests)
    settled = wait_until_settled(plan.payments + 1) - 1
    settled_seconds = time.perf_counter() - began
    return Measured(
        "pay",
        figures=figures_of(
            plan, paid, settled=settled, settled_seconds=settled_seconds, statements=statements, bare=bare
        )
        + to_pgbench(plan.payments / paid["seconds"], pgbench),
        raw={
            "database": database,
            "payments": plan.payments,
            "wallets": plan.wallets,
            "shops": plan.shops,
            "settled": settled,
            "statuses": paid["statuses"],
            "seconds": paid["seconds"],
            "settled_seconds": settled_seconds,
        },
        peers=(
            Peer("bare Django view", round(bare, 1), "a second"),
            *([Peer("pgbench (TPC-B, 8 clients)", round(pgbench, 1), "a second")] if pgbench else []),
        ),
        books_equal=system.manage("reconcile").returncode == 0,
    )


def figures_of(
    plan: Plan, paid: dict[str, Any], *, settled: int, settled_seconds: float, statements: int, bare: float
) -> tuple[Figure, ...]:
    """The figures that every database has."""
    milliseconds = quantiles(paid["milliseconds"], n=100)
    per_s = plan.payments / paid["seconds"]
    return (
        Figure("authorised_per_s", round(per_s, 1)),
        Figure("settled_per_s", round(settled / settled_seconds, 1)),
        Figure("settled_of_paid", settled / plan.payments, bar=1.0),
        Figure("p50_ms", round(milliseconds[49], 1), at_most=True),
        Figure("p95_ms", round(milliseconds[94], 1), bar=P95_MOST_MS, at_most=True),
        Figure("p99_ms", round(milliseconds[98], 1), at_most=True),
        Figure("statements_per_payment", statements, at_most=True),
        Figure("authorised_to_bare_view", round(per_s / bare, 4)),
    )


def to_pgbench(per_s: float, pgbench: float | None) -> tuple[Figure, ...]:
    """The ratio that has a bar, where there was a PostgreSQL to compare with."""
    return (Figure("authorised_to_pgbench", round(per_s / pgbench, 4), bar=LEAST_TO_PGBENCH),) if pgbench else ()


def prepared(plan: Plan) -> tuple[list[list[Any]], dict[str, Any]]:
    """Shops, wallets with keys of their own and money, and every payment signed beforehand; one more to count SQL by."""
    import coincurve

    from citycoin.foundation.kernel import clock
    from citycoin.foundation.kernel.money import Amount
    from citycoin.money.bank.domain.customers import CustomerTransfer
    from citycoin.money.bank.doors import demo_bank
    from citycoin.money.issuance.models import TopUp
    from citycoin.money.issuance.operations.top_ups import reserve_top_up
    from citycoin.platform.cities.models import City
    from contracts.domain.encoding import PaymentMessage, Scheme, address_of
    from contracts.domain.signing import sign_digest
    from contracts.doors import wiring
    from contracts.queries import signing_context
    from merchants.domain.business_number import check_digit
    from merchants.domain.businesses import Business
    from merchants.operations.shops import open_shop
    from wallets.models import Wallet
    from wallets.operations.wallets import DeviceKey, open_wallet

    city, signer, now = City.objects.get(slug=CITY), wiring.signer(), clock.now()
    shops = []
    for number in range(plan.shops):
        nine = f"{700_000_000 + number}"
        application = Business(f"가게 {number}", f"Shop {number}", nine + str(check_digit(nine)))
        shops.append(open_shop(city=city, business=application, signer=signer, now=now)[1].key)
    secrets = [coincurve.PrivateKey().secret for _ in range(plan.wallets)]
    wallets = []
    for secret in secrets:
        public = coincurve.PrivateKey(secret).public_key.format(compressed=False)[1:]
        device = DeviceKey(address_of(public), Scheme.SECP256K1)
        wallets.append(open_wallet(city=city, kind=Wallet.Kind.RESIDENT, device=device, signer=signer, now=now).wallet)
    each_pays = -(-plan.payments // plan.wallets) + 1
    for wallet in wallets:
        top_up = reserve_top_up(wallet=wallet, client_id=uuid.uuid4(), amount=Amount(WON_EACH * each_pays), now=now)
        sent = {
            "id": str(top_up.client_id),
            "name": "홍길동",
            "to": top_up.account.number,
            "amount": Amount(top_up.price),
        }
        demo_bank.send([CustomerTransfer(**sent)])
    wait_until(
        lambda: (
            not TopUp.objects.exclude(status=TopUp.Status.ISSUED).exists()
            and not Wallet.objects.filter(kind__in=["resident", "shop"], registered_at=None).exists()
        ),
        timeout_seconds=180,
        what="won to pay with",
    )
    domain = signing_context(CITY).domain_separator
    expires = int((now + timedelta(days=30)).timestamp())

    def signed(number: int) -> dict[str, Any]:
        message = PaymentMessage(shops[number % plan.shops].address, WON_EACH, number // plan.wallets + 1, expires)
        signature = sign_digest(secrets[number % plan.wallets], message.digest(domain, Scheme.SECP256K1))
        return {
            "id": str(uuid.uuid4()),
            "payee": message.payee,
            "amount": WON_EACH,
            "nonce": message.nonce,
            "expires": expires,
            "signature": "0x" + signature.hex(),
        }

    path = f"/api/v1/{CITY}/payments"
    return [["POST", path, signed(number)] for number in range(plan.payments)], signed(plan.payments)


def statements_of(body: dict[str, Any]) -> int:
    """SQL statements of one payment, through the view, transaction control included."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(SERVER_NAME="127.0.0.1")
    client.get(f"/api/v1/{CITY}/shops")  # what is asked once for each process
    with CaptureQueriesContext(connection) as captured:
        answer = client.post(f"/api/v1/{CITY}/payments", body, content_type="application/json")
    assert answer.status_code == 201, answer.content
    return len(captured)


def load(system: RunningSystem, requests: list[list[Any]], *, connections: int = CONNECTIONS) -> dict[str, Any]:
    """Run the load generator in a process of its own."""
    where = urlsplit(system.web_url)
    job = {"host": where.hostname, "port": where.port, "connections": connections, "requests": requests}
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.load"],
        input=json.dumps(job),
        capture_output=True,
        text=True,
        check=True,
    )
    said: dict[str, Any] = json.loads(done.stdout)
    return said


def wait_until_settled(payments: int) -> int:
    """How many payments are settled, when all are or time is up."""
    from wallets.models import Payment, Status

    settled = Payment.objects.filter(status=Status.SETTLED)
    try:
        wait_until(lambda: settled.count() >= payments, timeout_seconds=300, what="settlement")
    except TimeoutError as late:
        print(late, file=sys.stderr)
    return settled.count()


def pgbench_per_s(system: RunningSystem) -> float:
    """TPC-B on the very server, in a database of its own: transactions a second without connecting."""
    assert system.postgres is not None
    return system.postgres.pgbench(clients=PGBENCH_CLIENTS, seconds=PGBENCH_SECONDS)


if __name__ == "__main__":
    sys.exit(form.run("pay", says=__doc__, measure=measure, options=options))
