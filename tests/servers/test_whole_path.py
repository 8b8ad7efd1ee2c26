"""The whole path once, on a PostgreSQL, a Redis and a chain that `./city` did not start."""

import json
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from tests import patient
from tests.faults.scenes import at_once
from tests.outside import CityApi, P256Key, Secp256k1Key
from tests.running import RunningSystem


@pytest.fixture
def gimpo(system: RunningSystem) -> Iterator[CityApi]:
    with patient.client() as http:
        yield CityApi(system.web_url, "gimpo", http)


class TestWholePath:
    def test_payments_settle_on_servers_that_somebody_else_started(self, system, gimpo):
        foreign = {name for name, process in status(system)["processes"].items() if process["state"] == "FOREIGN"}
        assert {"broker", "chain"} <= foreign
        assert connection.vendor == "postgresql"
        assert system.rpc_url == settings.CHAIN_RPC_URL
        joins = (partial(gimpo.join, Secp256k1Key()), partial(gimpo.join, P256Key()), gimpo.join_city_kept)

        people = at_once(joins)
        at_once([partial(person.top_up, 1_000) for person in people])
        shop = gimpo.shops()[0]
        paid = [person.pay(shop, 300) for person in people]
        for person, payment in zip(people, paid, strict=True):
            person.wait_settled(payment["id"])

        assert [person.available() for person in people] == [700, 700, 700]
        assert status(system)["good"]
        system.manage("reconcile", check=True)


def status(system: RunningSystem) -> dict[str, Any]:
    """What `./city status --json` prints."""
    said: dict[str, Any] = json.loads(system.city("status", "--json").stdout)
    return said
