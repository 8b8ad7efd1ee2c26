"""A contract of a test's own on the running chain: the same artifact, other keys, so that no city's books know of it."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from typing import Any

from eth_abi.abi import encode
from eth_account import Account
from eth_account.signers.local import LocalAccount
from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak

from citycoin.processes.addresses import ROOT
from tests.node import Node, calldata
from tests.officials import WalletOfficial, decided

ARTIFACT = json.loads((ROOT / "contracts" / "artifacts" / "CityToken.json").read_text())
FOUNDING = "(string,string,address[2],address,address,address,address,address,uint16,uint64)"
RECOVERY_DELAY = 3_600
RESIDENT, SHOP = 1, 2
# Residents may pay shops: bit (1 * 4 + 2).
KINDS_ALLOWED = 1 << (RESIDENT * 4 + SHOP)
# An account of every development node, unlocked there, whose nonces no city counts.
RICH = 7
YEAR = 2026


class OwnContract:
    """Deployed by one operator who holds all its sending roles; its officials sign what it is to be."""

    def __init__(self, node: Node, *, cap: int, name: str = "Test Pay") -> None:
        self.node = node
        self.officials = (WalletOfficial(), WalletOfficial())
        self.operator: LocalAccount = Account.create()
        self._nonce = 0
        self._pay_gas()
        addresses = [each.address for each in self.officials]
        roles = [self.operator.address] * 4
        treasury = Account.create().address
        founding = (name, "TEST", addresses, *roles, treasury, KINDS_ALLOWED, RECOVERY_DELAY)
        arguments = encode((FOUNDING,), (founding,))
        code = ARTIFACT["bytecode"].removeprefix("0x")
        receipt = self.send(None, "0x" + code + arguments.hex())
        self.address: str = receipt["contractAddress"]
        chain_id = int(node.ask("eth_chainId"), 16)
        self.domain = {"name": name, "version": "1", "chainId": chain_id, "verifyingContract": self.address}
        self._set_budget(cap)

    def _pay_gas(self) -> None:
        rich = self.node.ask("eth_accounts")[RICH]
        sent = self.node.ask("eth_sendTransaction", {"from": rich, "to": self.operator.address, "value": hex(10**19)})
        self.node.mined(sent)

    def _set_budget(self, cap: int) -> None:
        now = int(time.time())
        facts = {
            "year": YEAR,
            "starts": now - 3600,
            "ends": now + 3600,
            "cap": cap,
            "version": 1,
            "deadline": now + 3600,
        }
        body = decided(self.domain, "Budget", facts, *self.officials)
        signatures = [bytes.fromhex(each[2:]) for each in body["signatures"]]
        function = "setBudget(uint256,uint256,uint256,uint256,uint256,uint256,bytes,bytes)"
        self.done(function, *facts.values(), *signatures)
        self.done("setProgramme(uint256,uint256,uint256)", 1, YEAR, cap)

    def send(self, to: str | None, data: str) -> dict[str, Any]:
        """A raw transaction by the operator's key; its receipt, whether or not it went through."""
        fields = {
            "chainId": int(self.node.ask("eth_chainId"), 16),
            "nonce": self._nonce,
            "data": data,
            "gas": 8_000_000,
            "value": 0,
            "maxFeePerGas": 100 * 10**9,
            "maxPriorityFeePerGas": 10**9,
        } | ({"to": to_checksum_address(to)} if to else {})
        self._nonce += 1
        raw = self.operator.sign_transaction(fields).raw_transaction
        return self.node.mined(self.node.ask("eth_sendRawTransaction", "0x" + bytes(raw).hex()))

    def done(self, function: str, *arguments: Any) -> dict[str, Any]:
        """A call by the operator that must go through."""
        receipt = self.send(self.address, calldata(function, *arguments))
        assert receipt["status"] == "0x1", f"{function} reverted"
        return receipt

    def register(self, *addresses: str, kind: int) -> None:
        """Make accounts of these."""
        self.done("register(address[],uint8)", list(addresses), kind)

    def issue(self, issue_id: bytes, to: str, won: int) -> dict[str, Any]:
        """The receipt of an issue, whether or not it went through."""
        return self.send(self.address, issuing(issue_id, to, won))

    def settle(self, batch: bytes) -> dict[str, Any]:
        """The receipt of a batch."""
        return self.done("settle(bytes32,bytes)", bytes(32), batch)

    def balance(self, address: str) -> int:
        """In won."""
        return self.node.balance(self.address, address)


def issuing(issue_id: bytes, to: str, won: int, *, programme: int = 1) -> str:
    """The call data of an issue to one account."""
    return calldata("issue(bytes32,uint256,(address,uint256)[])", issue_id, programme, [(to, won)])


def refusals(receipt: dict[str, Any]) -> Sequence[int]:
    """The reasons that a batch's receipt gives, in order."""
    topic = _topic("Refused")
    return [int(log["data"][66:130], 16) for log in receipt["logs"] if log["topics"][0] == topic]


def _topic(event: str) -> str:
    entry = next(each for each in ARTIFACT["abi"] if each["type"] == "event" and each["name"] == event)
    types = ",".join(each["type"] for each in entry["inputs"])
    return "0x" + bytes(keccak(f"{event}({types})".encode())).hex()
