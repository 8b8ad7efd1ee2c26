"""What the seeds make of nothing: the same on every fresh installation, in days that are past; today where they can't be."""

from __future__ import annotations

import os
import signal
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta

import pytest

from citycoin.foundation.kernel import clock
from citycoin.runtime.domain.addresses import ROOT
from tests.node import Node
from tests.outside import eventually
from tests.running import RunningSystem

pytestmark = pytest.mark.one_database

REAL = {"CITYCOIN_SEED": "demo", "CITYCOIN_CITIES": str(ROOT / "seeds" / "cities")}
# Cities are founded where worker and beat will serve them; nobody looks at pages here.
CHOSEN = ("broker", "chain", "bank", "worker", "beat")


@pytest.fixture(scope="module")
def fresh(system: RunningSystem) -> Iterator[tuple[RunningSystem, RunningSystem]]:  # noqa: ARG001 - for lanes that run systems
    """Two installations, started at once. The threads stay: a system started so ends with the thread that started it."""
    both = [RunningSystem(chosen=CHOSEN, environ=REAL, name="seeds") for _ in range(2)]
    with ThreadPoolExecutor(2) as threads, ExitStack() as started:
        for each in [threads.submit(started.enter_context, one) for one in both]:
            each.result()
        yield both[0], both[1]


def rows(system: RunningSystem, question: str) -> list[tuple]:
    """Of its own SQLite database, whatever this lane's is."""
    with closing(sqlite3.connect(f"file:{system.var / 'db.sqlite3'}?mode=ro", uri=True)) as database:
        return database.execute(question).fetchall()


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def seconds_behind(node: Node) -> float:
    """How far the newest block's time is from the machine's."""
    head = node.ask("eth_getBlockByNumber", "latest", False)
    return clock.now().timestamp() - int(head["timestamp"], 16)


def days_of_payments(system: RunningSystem) -> list[int]:
    """How many days ago each payment was made, in Seoul."""
    today = clock.now().astimezone(clock.KST).date()
    made = [moment(at) for (at,) in rows(system, "SELECT authorised_at FROM wallets_payment")]
    return [(today - each.astimezone(clock.KST).date()).days for each in made]


def past_days() -> int:
    """Three, or as many as the year has had: a budget is a year's."""
    return min(3, clock.now().astimezone(clock.KST).timetuple().tm_yday - 1)


class TestSeeds:
    def test_seeds_make_the_same_of_two_fresh_installations(self, fresh):
        first, second = (each.manage("seed", "--digest", check=True).stdout for each in fresh)

        assert first == second
        assert len(first.strip()) == 64

    def test_seeds_that_are_repeated_add_nothing(self, fresh):
        before = [fresh[0].manage("seed", "--digest", check=True).stdout, (fresh[0].var / "demo.json").read_text()]

        said = fresh[0].manage("seed", check=True).stdout

        assert "0 top-ups and payments" in said
        after = [fresh[0].manage("seed", "--digest", check=True).stdout, (fresh[0].var / "demo.json").read_text()]
        assert after == before

    def test_seeds_make_sixty_shops_and_settled_payments_on_past_days(self, fresh):
        days = days_of_payments(fresh[0])

        assert rows(fresh[0], "SELECT count(*) FROM merchants_shop") == [(60,)]
        assert set(days) == set(range(1, past_days() + 1))
        assert rows(fresh[0], "SELECT DISTINCT status FROM wallets_payment") == [("settled",)]

    def test_seeds_settle_each_payment_in_a_block_within_ten_minutes(self, fresh):
        settled = rows(
            fresh[0],
            """SELECT p.authorised_at, m.at FROM wallets_payment p JOIN wallets_key k ON k.id = p.key_id
               JOIN contracts_contract c ON c.city_id = p.city_id
               JOIN wallets_movement m ON m.effect = c.id || '/' || k.address || '/' || p.nonce""",
        )

        late = [moment(at) - moment(authorised) for authorised, at in settled]
        assert len(late) == len(days_of_payments(fresh[0]))
        assert max(late) < timedelta(minutes=10)
        assert min(late) > timedelta(seconds=-2)  # a block's time is in whole seconds

    def test_seeds_end_with_equal_books_and_a_chain_at_the_present(self, fresh):
        with closing(Node(fresh[0].rpc_url)) as node:
            assert abs(seconds_behind(node)) < 5
        assert "0 differences" in fresh[0].manage("reconcile", check=True).stdout

    def test_chain_killed_after_the_seeds_stays_at_the_present(self, fresh):
        with closing(Node(fresh[1].rpc_url)) as node:
            last = int(node.ask("eth_getBlockByNumber", "latest", False)["timestamp"], 16)
            dead = fresh[1].pid("chain")
            os.kill(dead, signal.SIGKILL)
            eventually(lambda: fresh[1].pid("chain") != dead and fresh[1].answers("chain"), what="another anvil")
            number = int(node.ask("eth_blockNumber"), 16)
            eventually(lambda: int(node.ask("eth_blockNumber"), 16) > number, what="a block of it")

            assert abs(seconds_behind(node)) < 5
            assert int(node.ask("eth_getBlockByNumber", "latest", False)["timestamp"], 16) >= last

    def test_seeds_on_a_chain_whose_clock_is_at_the_present_pay_today(self, system):  # noqa: ARG002 - as fresh
        with (
            RunningSystem(chosen=("chain",), name="present") as chain,
            RunningSystem(
                chosen=CHOSEN, environ={**REAL, "CHAIN_RPC_URL": chain.rpc_url}, name="seeds-today"
            ) as installation,
        ):
            with closing(Node(chain.rpc_url)) as node:
                assert abs(seconds_behind(node)) < 5

            assert set(days_of_payments(installation)) == {0}
            assert "0 top-ups and payments" in installation.manage("seed", check=True).stdout
            assert "0 differences" in installation.manage("reconcile", check=True).stdout
