"""ICityToken.sol, which integrators read, says all that the contract says."""

from __future__ import annotations

import re
from typing import Final

import pytest

from citycoin.runtime.domain.addresses import ROOT
from contracts.domain.artifact import abi

INTERFACE: Final = (ROOT / "contracts" / "solidity" / "src" / "ICityToken.sol").read_text()
# Declared by others, as the interface says at its top: ERC-20's reading, EIP-5267, Pausable, and what stands beside its enum.
ELSEWHERE: Final = {
    "function": {"name", "symbol", "decimals", "totalSupply", "balanceOf", "eip712Domain", "paused"},
    "event": {"Transfer", "Approval", "EIP712DomainChanged", "Paused", "Unpaused", "Refused"},
    "error": {
        "EnforcedPause",
        "ExpectedPause",
        "InvalidShortString",
        "StringTooLong",
        "MalformedBatch",
        "SafeCastOverflowedUintDowncast",
    },
}


@pytest.mark.parametrize("kind", ELSEWHERE)
def test_interface_declares_every_part_of_the_contract_that_nobody_else_declares(kind):
    of_contract = {entry["name"] for entry in abi() if entry["type"] == kind}

    declared = set(re.findall(rf"^\s+{kind} (\w+)\(", INTERFACE, re.MULTILINE))

    assert of_contract - ELSEWHERE[kind] == declared
