"""The worker killed between the steps of a submission: signed once, mined once."""

import os
import signal

from contracts.models import Submission
from tests.faults import scenes
from tests.outside import eventually
from tests.running import RunningSystem


def bytes_and_nonces(city: str) -> dict[object, tuple[int, int, bytes]]:
    """What every submission of a city was signed as."""
    rows = Submission.objects.filter(sender__city__slug=city).values_list("intent", "sender", "nonce", "raw")
    return {intent: (sender, nonce, bytes(raw)) for intent, sender, nonce, raw in rows}


def transactions_at(system: RunningSystem, submission: Submission) -> list[str]:
    """The mined transactions with the submission's sender and nonce, in the blocks around its own."""
    receipt = scenes.receipt(system, submission)
    assert receipt is not None
    mined = int(receipt["blockNumber"], 16)
    blocks = [
        scenes.rpc(system, "eth_getBlockByNumber", hex(number), True)
        for number in range(max(mined - 20, 0), scenes.head(system) + 1)
    ]
    return [
        transaction["hash"]
        for block in blocks
        for transaction in block["transactions"]
        if transaction["from"] == submission.sender.address and int(transaction["nonce"], 16) == submission.nonce
    ]


def stopped(system: RunningSystem) -> int:
    """Freeze the worker where it is, so that it can do nothing more before it is killed."""
    return system.kill("worker", signal.SIGSTOP)


class TestKilledWorker:
    def test_worker_killed_between_signing_and_broadcast_sends_the_same_bytes(self, system, gimpo, payer):
        """C1, C2, I10: the bytes were stored before the node saw them."""
        died: list[Submission] = []

        def sign_and_die() -> None:
            payment = payer.pay(gimpo.shops()[0], 10)
            died.append(scenes.signed(payment["id"]))
            assert died[0].status == Submission.Status.SIGNED
            assert not scenes.known(system, died[0])
            before.update(bytes_and_nonces("gimpo"))
            system.kill("worker")
            ids.append(payment["id"])

        before: dict[object, tuple[int, int, bytes]] = {}
        ids: list[str] = []

        scenes.while_watching(sign_and_die)
        scenes.all_settled(ids)

        after = bytes_and_nonces("gimpo")
        assert {intent: after[intent] for intent in before} == before
        assert after.keys() == before.keys()
        assert transactions_at(system, died[0]) == [died[0].tx_hash]

    def test_worker_killed_between_broadcast_and_receipt_finds_its_receipt(self, system, gimpo, payer):
        """C2, D1, D8: the node had the bytes; they are sent again, and mined once."""
        with scenes.mining_stopped(system):
            payment = payer.pay(gimpo.shops()[0], 10)
            submission = scenes.signed(payment["id"])
            eventually(lambda: scenes.known(system, submission), what="the broadcast")
            os.kill(stopped(system), signal.SIGKILL)
            before = bytes_and_nonces("gimpo")
            assert scenes.receipt(system, submission) is None

        scenes.all_settled([payment["id"]])

        assert bytes_and_nonces("gimpo") == before
        assert transactions_at(system, submission) == [submission.tx_hash]

    def test_worker_killed_while_posting_settles_each_payment_once(self, system, gimpo, payer):
        """C1, C9, I3: killed again and again while 30 payments go through."""
        ids = scenes.send_all(scenes.orders([payer], gimpo.shops(), count=30))

        for settled in (1, 30):
            system.kill("worker")
            eventually(
                lambda settled=settled: scenes.of_ids(ids).filter(status="settled").count() >= settled,
                what=f"{settled} settled",
            )
        scenes.all_settled(ids)

        assert not scenes.of_ids(ids).exclude(status="settled").exists()
