"""What may go wrong on the way to a final block: many in flight, dropped, mined twice, reverted."""

from eth_account.typed_transactions import TypedTransaction
from hexbytes import HexBytes

from contracts.domain.encoding import call
from contracts.models import ChainLog, Sender, Submission
from tests.by_hand import signed_by_hand
from tests.faults import scenes
from tests.outside import eventually
from wallets.models import Batch


def wait_posted(submission: Submission) -> None:
    """Until a final block says that it went through, and the books have taken in what it did."""
    said = ChainLog.objects.filter(tx_hash=submission.tx_hash)
    eventually(
        lambda: said.exists() and not said.filter(posted_at=None).exists(),
        what=f"the posting of {submission.purpose}",
    )


class TestManyInFlight:
    def test_all_100_payments_of_one_payer_to_two_shops_settle(self, gimpo, payers):
        """E14: grouping by shop reorders a payer's nonces; the window of 64 loses none of them."""
        ids = scenes.send_all(scenes.orders(payers[:1], gimpo.shops()[:2], count=100))

        scenes.all_settled(ids)


class TestDropped:
    def test_transaction_dropped_by_the_node_is_sent_again(self, system, gimpo, payers):
        """D3, D4, I14: the pool is emptied after the broadcast; the same bytes go out again."""
        with scenes.mining_stopped(system):
            payment = payers[0].pay(gimpo.shops()[0], 5)
            submission = scenes.signed(payment["id"])
            eventually(lambda: scenes.known(system, submission), what="the broadcast")
            scenes.rpc(system, "anvil_dropAllTransactions")
            assert not scenes.known(system, submission)

        scenes.all_settled([payment["id"]])

        again = Submission.objects.get(intent=submission.intent)
        assert (again.nonce, bytes(again.raw)) == (submission.nonce, bytes(submission.raw))


class TestMinedTwice:
    def test_batch_mined_twice_voids_nothing_and_doubles_nothing(self, gimpo, payers):
        """D18, D13, I3: the same batch under two sender nonces; the second answers NonceUsed for each record."""
        before = scenes.incidents(), scenes.voided()
        ids = scenes.send_all(scenes.orders(payers[:4], gimpo.shops(), count=8))
        first = scenes.signed(ids[-1])
        said = TypedTransaction.from_bytes(HexBytes(bytes(first.raw))).as_dict()

        second = signed_by_hand(
            scenes.city_id("gimpo"), bytes(said["data"]), role=Sender.Role.SETTLER, gas=said["gas"], purpose="settle"
        )

        wait_posted(second)
        scenes.all_settled(ids)
        assert Submission.objects.get(pk=first.pk).status == Submission.Status.FINAL
        assert (scenes.incidents(), scenes.voided()) == before


class TestReverted:
    def test_reverted_batch_is_halved_and_settles_when_the_city_goes_on(self, gimpo, payers):
        """D11, C8, E6, I4: batches revert while the contract is paused; no payment is lost or left behind."""
        wait_posted(signed_by_hand(scenes.city_id("gimpo"), call("pause()"), role=Sender.Role.GUARDIAN))
        alone = payers[0].pay(gimpo.shops()[0], 7)["id"]
        scenes.signed(alone)
        together = scenes.send_all(scenes.orders(payers[1:4], gimpo.shops(), count=3))
        whole = scenes.signed(together[0])
        reverted = Submission.objects.filter(purpose="settle", status=Submission.Status.REVERTED)
        eventually(lambda: reverted.filter(pk=whole.pk).exists(), what="the batch's revert")

        signed_by_hand(scenes.city_id("gimpo"), call("unpause()"), role=Sender.Role.GUARDIAN)

        scenes.all_settled([alone, *together])
        halves = {payment.batch_id for payment in scenes.of_ids(together)}
        assert whole.pk not in set(Batch.objects.filter(pk__in=halves).values_list("submission", flat=True))
        assert len(halves) >= 2
