"""Random batches from our own encoder, settled by the real contract, say record by record what a plain model says."""

from collections import Counter

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.chain.own_chain import OwnChain
from tests.chain.own_contract import OwnContract
from tests.chain.settle_machine import CAP, FIRST_MATRIX, TREASURY_KEY, Settling
from tests.chain.settle_model import Reason

pytestmark = pytest.mark.one_database


@pytest.fixture(scope="module")
def contract():
    with OwnChain() as node:
        yield OwnContract(node, cap=CAP, treasury=TREASURY_KEY.address, kinds_allowed=FIRST_MATRIX, name="Model Pay")


def test_contract_settles_random_batches_as_the_model_does(contract):
    class OnThisContract(Settling):
        pass

    OnThisContract.contract = contract
    OnThisContract.seen = seen = Counter()

    run_state_machine_as_test(
        OnThisContract,
        settings=settings(
            max_examples=40,
            stateful_step_count=16,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )

    # Had it been spared a rule, the agreement would say nothing about that one.
    assert not {"Moved", "Settled", "Malformed", *(reason.name for reason in Reason)} - seen.keys()
