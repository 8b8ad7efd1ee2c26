"""``manage.py sign_with_founding_keys CITY``: the operator's signatures of the changes that replace founding keys.

Run beside the system by whoever may read the founding folder. What two keys of the moment have signed is sent at once.
"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from citycoin.foundation.kernel import clock
from citycoin.foundation.kernel.errors import CityCoinError
from citycoin.foundation.waiting import wait_until
from citycoin.money.issuance.models import Proposal
from citycoin.money.issuance.operations import approvals
from citycoin.money.issuance.queries import official_keys, proposals
from citycoin.platform.cities.queries import city_named
from contracts.doors import wiring
from contracts.models import Contract
from contracts.queries import token_of
from seeds.operations.founding_keys import founding_addresses, sign_with_founding_keys

FINAL_WITHIN_SECONDS = 60


class Command(BaseCommand):
    """Asks nothing, and prints what it signed. Safe to repeat."""

    help = "Sign the open changes of officials with the founding keys that are still in force."

    def add_arguments(self, parser: CommandParser) -> None:
        """The city's slug."""
        parser.add_argument("city")

    def handle(self, *args: Any, **options: Any) -> None:
        """One change after the other: the next is signed by the officials that the last one left."""
        contract = token_of(city_named(options["city"]).pk)
        waiting = [
            each
            for each in proposals.rotations_under_way(contract.city_id, clock.now())
            if each.status == proposals.OPEN
        ]
        if not waiting:
            self.stdout.write("no change of officials is open")
        for proposal in waiting:
            self._sign(contract, proposal)

    def _sign(self, contract: Contract, proposal: Proposal) -> None:
        facts = proposals.facts_of(proposal)
        who = proposal.proposed_by.person.username
        self.stdout.write(f"proposal {proposal.pk}: {proposal.facts['incoming']} of {who}")
        self.stdout.write(f"  in the place of {proposal.facts['outgoing']}, version {proposal.facts['version']}")
        signatures = sign_with_founding_keys(
            contract.city.slug, domain=bytes(contract.domain_separator), words=facts.words()
        )
        for address, signature in zip(founding_addresses(contract.city.slug), signatures, strict=True):
            if official_keys.official_keys_of(contract.city_id).filter(address=address).exists():
                approvals.add_founding_signature(
                    proposal=proposal, address=address, signature=signature, now=clock.now()
                )
                self.stdout.write(f"  signed with founding key {address}")
        self._carry(contract, proposal)

    def _carry(self, contract: Contract, proposal: Proposal) -> None:
        if proposals.state_of(proposal, clock.now()) != "signed":
            self.stdout.write("  another official's signature is missing; they sign on the proposal's page")
            return
        try:
            approvals.carry_signed(
                proposal=proposal,
                official=None,
                contract=contract,
                gateway=wiring.chain_gateway(),
                means=wiring.means(),
            )
        except CityCoinError as no:
            self.stdout.write(f"  not sent: {no}")
            return
        incoming = official_keys.official_keys_of(contract.city_id).filter(address=proposal.facts["incoming"])
        wait_until(incoming.exists, timeout_seconds=FINAL_WITHIN_SECONDS, what="the change on the chain")
        self.stdout.write("  sent to the contract, and final")
