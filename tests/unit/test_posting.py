"""What the contract says, each event taken in by one app: an event that nobody takes in would hold the public figures up."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from citycoin.money.issuance.models import Official
from citycoin.money.issuance.operations import posting as issuance
from citycoin.platform.cities.models import City
from contracts.domain.artifact import abi
from contracts.models import Chain, Contract
from tests.unit.model import ZERO, ChainOfTheTest, hash_of, new_address, number
from wallets.operations import posting as wallets

NOW = datetime(2026, 5, 3, tzinfo=UTC)
# Declared by the interfaces that the contract keeps, and never said by it.
NEVER_SAID = {"Approval", "EIP712DomainChanged"}


def test_every_event_of_the_contract_is_taken_in_by_one_app():
    events = {entry["name"] for entry in abi() if entry["type"] == "event"} - NEVER_SAID

    assert sorted(wallets.NAMES + issuance.NAMES) == sorted(events)


@pytest.mark.django_db(transaction=True)
class TestOfficials:
    def test_come_go_and_take_each_others_place(self):
        city = City.objects.create(slug="posting", name_ko="시", name_en="City", token_name="Pay", token_symbol="PAY")
        chain = Chain.objects.create(chain_id=number(), first_block_hash=hash_of("first", number()), seen_at=NOW)
        contract = Contract.objects.create(
            city=city, chain=chain, address=new_address(), treasury=ZERO, domain_separator=b"\x01" * 32
        )
        first, second, third, fourth = sorted(new_address() for _ in range(4))
        for address in (first, second):
            Official.objects.create(city=city, address=address, founding=True, since=NOW)
        said = ChainOfTheTest(contract)

        def in_force_after(outgoing: str, incoming: str) -> list[str]:
            said.mine(("OfficialRotated", {"outgoing": outgoing, "incoming": incoming, "version": number()}), at=NOW)
            issuance.post_final_logs(contract=contract, now=NOW)
            addresses = Official.objects.filter(city=city, until=None).order_by("address")
            return list(addresses.values_list("address", flat=True))

        assert in_force_after(ZERO, third) == [first, second, third]
        assert in_force_after(ZERO, third) == [first, second, third], "read again, nothing new"
        assert in_force_after(first, ZERO) == [second, third]
        assert in_force_after(first, fourth) == [second, third], "who has gone can't be replaced"
        assert in_force_after(second, fourth) == [third, fourth]
