"""Won that the contract moved though nobody here asked: posted with their reason, and an incident for the officials."""

import secrets

from citycoin.platform.incidents.models import Incident
from contracts.domain.encoding import call
from contracts.models import ChainLog, Sender
from contracts.queries import token_of
from tests.by_hand import signed_by_hand
from tests.faults import scenes
from tests.outside import eventually
from wallets.models import Movement, Wallet

ISSUE, REDEEM = "issue(bytes32,uint256,(address,uint256)[])", "redeem(bytes32,uint256[])"


def sent(data):
    """By the issuer's key, until it is posted."""
    submission = signed_by_hand(scenes.city_id("gimpo"), data, role=Sender.Role.ISSUER, gas=400_000)
    said = ChainLog.objects.filter(tx_hash=submission.tx_hash)
    eventually(lambda: said.exists() and not said.filter(posted_at=None).exists(), what="the posting")
    return submission


def moved_by(submission):
    """Reason and won of each movement of a transaction, in its order."""
    return list(Movement.objects.filter(tx_hash=submission.tx_hash).order_by("pk").values_list("reason", "amount"))


def noticed(submission):
    """What was noticed of a transaction."""
    return list(Incident.objects.filter(details__tx=submission.tx_hash).order_by("pk").values_list("what", flat=True))


def test_issue_and_burns_sent_by_hand_become_movements_and_incidents(gimpo):  # noqa: ARG001 - its books are compared
    token = token_of(scenes.city_id("gimpo"))
    treasury = Wallet.objects.get(city_id=token.city_id, kind=Wallet.Kind.TREASURY)
    before = treasury.posted

    made = sent(call(ISSUE, secrets.token_bytes(32), 1, [(token.treasury, 100)]))
    burned = sent(call(REDEEM, secrets.token_bytes(32), [40, 60]))

    treasury.refresh_from_db()
    assert treasury.posted == before
    assert moved_by(made) == [("unexplained", 100)]
    assert moved_by(burned) == [("redemption", 40), ("redemption", 60)]
    assert noticed(made) == ["movement_unexplained"]
    assert noticed(burned) == ["burn_unasked"] * 2
