"""Blocks that go away: shallow and deep reorganisations, a node set back to an older dump, a dump cut off."""

import json
import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from contracts.models import Chain, ChainLog, Contract, Submission
from tests.faults import scenes
from tests.faults.healthy import bad_lines
from tests.outside import CityApi, Resident, eventually
from tests.running import RunningSystem
from wallets.models import Wallet


def behind() -> bool:
    """Whether the books know that the chain is behind them."""
    return Chain.objects.exclude(behind_since=None).exists()


def submissions() -> list[tuple[object, ...]]:
    """Everything ever signed, in its first order."""
    rows = Submission.objects.order_by("pk").values_list("pk", "intent", "sender", "nonce", "raw")
    return [(*row[:-1], bytes(row[-1])) for row in rows]


def mined_order(system: RunningSystem, *, after: int) -> list[str]:
    """The transactions on the chain above this block, in its order."""
    numbers = range(after + 1, scenes.head(system) + 1)
    blocks = [scenes.rpc(system, "eth_getBlockByNumber", hex(number), False) for number in numbers]
    return [tx_hash for block in blocks for tx_hash in block["transactions"]]


@dataclass(frozen=True, slots=True)
class Books:
    """What the books said when blocks were lost, and what may not change of it."""

    movements: dict[str, tuple[object, ...]]
    posted: dict[int, int]
    incidents: int
    voided: int

    @classmethod
    def now(cls) -> "Books":
        wallets = Wallet.objects.values_list("pk", "posted")
        return cls(scenes.posted_rows(), dict(wallets), scenes.incidents(), scenes.voided())

    def assert_kept(self) -> None:
        """No movement was edited, unwritten or written twice; nothing became an incident, no payment was voided."""
        rows = scenes.posted_rows()
        assert {effect: rows.get(effect) for effect in self.movements} == self.movements
        assert scenes.incidents() == self.incidents
        assert scenes.voided() == self.voided


@dataclass(slots=True)
class Rounds:
    """The worker's rounds with the chain, made by this process and counted: by their own word, and by the cursors."""

    blocks: int = 0
    cursors: list[dict[int, int]] = field(default_factory=lambda: [Rounds.cursors_now()])

    @staticmethod
    def cursors_now() -> dict[int, int]:
        """Up to which block each contract's logs are copied."""
        return dict(Contract.objects.values_list("pk", "next_block"))

    def until(self, done: Callable[[], object], *, what: str) -> None:
        """Go on until ``done``."""
        eventually(lambda: self._one_more() and done(), what=what)

    def _one_more(self) -> bool:
        self.blocks += scenes.one_round().blocks
        self.cursors.append(self.cursors_now())
        return True

    def assert_each_block_was_read_once(self) -> None:
        """No cursor went back, and what was read is what they went forward."""
        for pk, first in self.cursors[0].items():
            assert [cursors[pk] for cursors in self.cursors] == sorted(cursors[pk] for cursors in self.cursors)
            self.blocks -= self.cursors[-1][pk] - first
        assert self.blocks == 0


class TestShallowReorg:
    def test_shallow_reorg_changes_no_posted_row_and_copies_each_final_block_once(self, system, gimpo, payers):
        """D5, D13, I8: depth 3 under a finality of 5 blocks, while 50 payments settle."""
        scenes.all_settled(scenes.send_all(scenes.orders(payers, gimpo.shops(), count=5)))
        before, copied_before = Books.now(), ChainLog.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        ids: list[str] = []

        def settle_over_a_reorg() -> None:
            ids.extend(scenes.send_all(scenes.orders(payers, gimpo.shops(), count=50)))
            rounds, last = Rounds(), scenes.signed(ids[-1])
            with scenes.mining_stopped(system):
                rounds.until(lambda: scenes.known(system, last), what="the broadcast")
                scenes.rpc(system, "evm_mine")
                assert scenes.receipt(system, last) is not None
                scenes.rpc(system, "anvil_reorg", 3, [])
                assert scenes.receipt(system, last) is None
            before.assert_kept()
            rounds.until(
                lambda: scenes.of_ids(ids).filter(status="settled").count() == len(ids), what="the settlement of all"
            )
            rounds.assert_each_block_was_read_once()

        scenes.while_watching(settle_over_a_reorg)

        assert not behind()
        scenes.all_settled(ids)
        before.assert_kept()
        assert_copied_logs_are_of_final_blocks(system, after=copied_before)


def assert_copied_logs_are_of_final_blocks(system: RunningSystem, *, after: int) -> None:
    """Each log copied ``after`` stands in the block that the chain has under its number, at least 5 deep.

    Older ones may be of a chain that another test has set back.
    """
    final = scenes.head(system) - scenes.BLOCKS_TO_FINAL
    for number, block_hash in set(ChainLog.objects.filter(pk__gt=after).values_list("block_number", "block_hash")):
        assert number <= final
        assert scenes.rpc(system, "eth_getBlockByNumber", hex(number), False)["hash"] == block_hash


@dataclass(slots=True)
class Loss:
    """A chain behind the books: what stood then, and what is paid meanwhile."""

    system: RunningSystem
    api: CityApi
    payer: Resident
    books: Books
    left: int  # the newest block that is still there

    def watch_until_healed(self, ids: list[str]) -> None:
        """See the chain fall behind and heal by itself: shown, nothing new signed, the same bytes in their order."""
        eventually(behind, what="the chain behind the books")
        signed = submissions()
        # Our turn with the chain: it doesn't heal while it is looked at.
        scenes.while_watching(partial(self._look, signed, ids))

        eventually(lambda: not behind(), what="the chain in step with the books")
        assert submissions()[: len(signed)] == signed
        scenes.all_settled(ids)

        self.books.assert_kept()
        self._assert_first_order(self._hashes(len(signed)))
        eventually(lambda: not bad_lines(self.system), what="good lines")

    def _look(self, signed: list[tuple[object, ...]], ids: list[str]) -> None:
        """It is shown, payments are accepted all the same, and none of them is signed for the chain."""
        assert behind(), "it healed before it could be looked at"
        ids.append(self.payer.pay(self.api.shops()[0], 3)["id"])
        shown = self.system.city("status")
        assert shown.returncode == 1
        assert "chain behind the books" in shown.stdout
        assert scenes.submission_of(ids[-1]) is None
        assert submissions() == signed

    def _hashes(self, count: int) -> list[str]:
        return list(Submission.objects.order_by("pk").values_list("tx_hash", flat=True)[:count])

    def _assert_first_order(self, hashes: list[str]) -> None:
        """What was lost stands on the chain again once, in the order in which it was first signed."""
        again = [each for each in mined_order(self.system, after=self.left) if each in set(hashes)]
        assert again == [each for each in hashes if each in set(again)]
        assert Submission.objects.filter(tx_hash__in=hashes).exclude(status__in=["final", "reverted"]).count() == 0


class TestDeepReorg:
    def test_deep_reorg_that_takes_posted_blocks_heals_by_itself(self, system, gimpo, payers):
        """D5, D6, I8, I14: depth 8 under a finality of 5 blocks, while 50 payments settle."""
        ids: list[str] = []
        books: list[Books] = []

        def post_one_wave_and_mine_another() -> None:
            """By hand, block by block, so that the posted one is surely among the last eight."""
            with scenes.mining_stopped(system):
                ids.extend(scenes.send_all(scenes.orders(payers, gimpo.shops(), count=25)))
                posted = mined_by_hand(system, ids)
                for _ in range(scenes.BLOCKS_TO_FINAL):
                    scenes.rpc(system, "evm_mine")
                Rounds().until(lambda: scenes.of_ids(ids).filter(status="settled").count() == 25, what="the posting")
                ids.extend(scenes.send_all(scenes.orders(payers, gimpo.shops(), count=25)))
                mined_by_hand(system, ids)
                books.append(Books.now())
                scenes.rpc(system, "anvil_reorg", 8, [])
                assert scenes.receipt(system, posted) is None

        scenes.while_watching(post_one_wave_and_mine_another)

        loss = Loss(system, gimpo, payers[0], books[0], left=scenes.head(system) - 8)
        loss.watch_until_healed(ids)


def mined_by_hand(system: RunningSystem, ids: Sequence[str]) -> Submission:
    """The last of the transactions that carry these payments, broadcast by a round of ours and mined in a block.

    They were sent side by side, so the last one sent need not be in the last batch.
    """
    submission = max((scenes.signed(each) for each in ids), key=lambda each: each.pk)
    Rounds().until(lambda: scenes.known(system, submission), what="the broadcast")
    scenes.rpc(system, "evm_mine")
    assert scenes.receipt(system, submission) is not None
    return submission


def dumps(system: RunningSystem) -> tuple[Path, Path]:
    """The node's dump, and the last complete one kept beside it."""
    folder = system.var / "chain"
    return folder / "state.json", folder / "state.complete.json"


def killed_and_changed(system: RunningSystem, change: Callable[[], object]) -> None:
    """Kill the node as a crash does, and change its files before it starts again."""
    system.kill("chain")
    system.stop("chain")
    change()
    system.start("chain")


class TestNodeSetBack:
    def test_node_set_back_is_fed_again_in_the_first_order_of_all_senders(self, system, gimpo, payers, tmp_path):
        """D6, D16, I8, I14: a registration, an issue and payments are lost, each resting on the one before."""
        scenes.all_settled(scenes.send_all(scenes.orders(payers, gimpo.shops(), count=5)))
        old = tmp_path / "state.json"
        shutil.copyfile(dumps(system)[1], old)
        left = int(json.loads(old.read_text())["block"]["number"], 16)
        newcomer = scenes.residents(gimpo, [500])[0]
        settled = scenes.send_all(scenes.orders([newcomer, *payers], gimpo.shops(), count=25))
        scenes.all_settled(settled)
        on_their_way = scenes.send_all(scenes.orders([newcomer, *payers], gimpo.shops(), count=25))
        scenes.signed(on_their_way[0])
        books = Books.now()

        def set_back() -> None:
            for dump in dumps(system):
                shutil.copyfile(old, dump)

        killed_and_changed(system, set_back)

        loss = Loss(system, gimpo, payers[0], books, left)
        loss.watch_until_healed([*settled, *on_their_way])
        purposes = set(Submission.objects.filter(block_number__gt=left).values_list("purpose", flat=True))
        assert {"register", "issue", "settle"} <= purposes

    def test_node_killed_in_the_middle_of_a_dump_starts_from_the_last_complete_one(self, system, gimpo, payers):
        """D6, I4: a dump cut off can't be read again; what the older one lacks is fed to it."""
        ids = scenes.send_all(scenes.orders(payers, gimpo.shops(), count=20))
        scenes.signed(ids[0])
        before = Books.now()

        def cut_off() -> None:
            newest, complete = dumps(system)
            os.truncate(newest, newest.stat().st_size // 2)
            assert json.loads(complete.read_text())

        killed_and_changed(system, cut_off)

        scenes.all_settled(ids)
        before.assert_kept()

    def test_node_that_lost_its_state_stops_all_senders_and_deploys_nothing(self, system, gimpo, payers, tmp_path):
        """D7, I1: a chain begun anew is another one; an operator puts the state back, and all goes on."""
        aside = [(dump, tmp_path / dump.name) for dump in dumps(system)]
        contracts = list(Contract.objects.order_by("pk").values_list("address", "code_hash"))

        killed_and_changed(system, lambda: [shutil.move(dump, kept) for dump, kept in aside])

        eventually(lambda: "books" in bad_lines(system), what="another chain noticed")
        assert "the chain at hand is not the one of the books" in system.city("status").stdout
        waiting = payers[0].pay(gimpo.shops()[0], 1)["id"]
        assert scenes.rpc(system, "eth_getCode", contracts[0][0], "latest") == "0x"
        assert not any(mined_order(system, after=0))
        killed_and_changed(system, lambda: [shutil.move(kept, dump) for dump, kept in aside])
        scenes.all_settled([waiting])
        assert list(Contract.objects.order_by("pk").values_list("address", "code_hash")) == contracts
