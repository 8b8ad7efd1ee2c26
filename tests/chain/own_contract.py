"""A contract of a test's own on the running chain: the same artifact, other keys, so that no city's books know of it."""

from __future__ import annotations

import copy
import json
import secrets
import time
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from eth_abi.abi import decode, encode
from eth_account import Account
from eth_account.signers.local import LocalAccount
from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak

from citycoin.runtime.domain.addresses import ROOT
from tests.node import Node, Refused, calldata
from tests.signing import Official, WalletOfficial, basis_of, decided

ARTIFACT, SUCCESSOR = (
    json.loads((ROOT / "contracts" / "artifacts" / f"{name}.json").read_text())
    for name in ("CityToken", "CityTokenSuccessor")
)
# The successor has all events of its predecessor.
EVENTS = {
    "0x" + bytes(keccak(f"{entry['name']}({','.join(each['type'] for each in entry['inputs'])})".encode())).hex(): entry
    for entry in SUCCESSOR["abi"]
    if entry["type"] == "event"
}
FOUNDING = "(string,string,address[2],address,address,address,address,address,uint16,uint64)"
RECOVERY_DELAY = 3_600
RESIDENT, SHOP, TREASURY = 1, 2, 3
# Residents may pay shops: bit (1 * 4 + 2).
KINDS_ALLOWED = 1 << (RESIDENT * 4 + SHOP)
# Its budget's period, longer than any clock that a test moves.
MONTH_SECONDS = 30 * 24 * 3_600
# A deadline that no moved clock passes: the last second of 40 bits.
FAR_AWAY = 2**40 - 1
# An account of every development node, unlocked there, whose nonces no city counts.
RICH = 7
YEAR = 2026


class Sender:
    """A key with gas, whose transactions are counted here."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._key: LocalAccount = Account.create()
        self.address: str = self._key.address.lower()
        self.nonce = 0
        rich = node.ask("eth_accounts")[RICH]
        node.mined(node.ask("eth_sendTransaction", {"from": rich, "to": self.address, "value": hex(10**19)}))

    def sent(self, to: str | None, data: str, *, gas: int = 8_000_000) -> str:
        """The hash of a raw transaction that the node has now."""
        fields: dict[str, Any] = {
            "chainId": int(self._node.ask("eth_chainId"), 16),
            "nonce": self.nonce,
            "data": data,
            "gas": gas,
            "value": 0,
            "maxFeePerGas": 100 * 10**9,
            "maxPriorityFeePerGas": 10**9,
        } | ({"to": to_checksum_address(to)} if to else {})
        self.nonce += 1
        raw = self._key.sign_transaction(fields).raw_transaction
        tx_hash: str = self._node.ask("eth_sendRawTransaction", "0x" + bytes(raw).hex())
        return tx_hash

    def send(self, to: str | None, data: str, *, gas: int = 8_000_000) -> dict[str, Any]:
        """The same once it is mined: its receipt, whether or not it went through."""
        return self._node.mined(self.sent(to, data, gas=gas))


class OwnContract:
    """Deployed by one operator who holds all its sending roles; its officials sign what it is to be."""

    def __init__(
        self,
        node: Node,
        *,
        cap: int,
        name: str = "Test Pay",
        treasury: str | None = None,
        kinds_allowed: int = KINDS_ALLOWED,
        officials: tuple[Official, Official] | None = None,
    ) -> None:
        self.node = node
        self.officials = officials or (WalletOfficial(), WalletOfficial())
        self.operator = Sender(node)
        addresses = [each.address for each in self.officials]
        roles = [self.operator.address] * 4
        self.treasury = treasury or Account.create().address.lower()
        self.founding = (name, "TEST", addresses, *roles, self.treasury, kinds_allowed, RECOVERY_DELAY)
        arguments = encode((FOUNDING,), (self.founding,))
        code = ARTIFACT["bytecode"].removeprefix("0x")
        receipt = self.send(None, "0x" + code + arguments.hex())
        self.address: str = receipt["contractAddress"]
        self.created_in = int(receipt["blockNumber"], 16)
        self.domain = self.domain_at(self.address)
        self._set_budget(cap)

    def at(self, address: str) -> OwnContract:
        """The contract of the same operator and officials that stands at another address."""
        other = copy.copy(self)
        other.address, other.domain = address, self.domain_at(address)
        return other

    def domain_at(self, address: str) -> dict[str, Any]:
        """What signatures for a contract of this name at another address are bound to."""
        chain_id = int(self.node.ask("eth_chainId"), 16)
        return {"name": self.founding[0], "version": "1", "chainId": chain_id, "verifyingContract": address}

    def _set_budget(self, cap: int) -> None:
        now = int(time.time())
        facts = {
            "year": YEAR,
            "starts": now - 3600,
            "ends": now + MONTH_SECONDS,
            "cap": cap,
            "basis": basis_of("시험", ""),
            "version": 1,
            "deadline": now + 3600,
        }
        body = decided(self.domain, "Budget", facts, *self.officials)
        signatures = [bytes.fromhex(each[2:]) for each in body["signatures"]]
        function = "setBudget(uint256,uint256,uint256,uint256,bytes32,uint256,uint256,bytes,bytes)"
        terms = facts | {"basis": bytes.fromhex(facts["basis"][2:])}
        self.done(function, *terms.values(), *signatures)
        self.done("setProgramme(uint256,uint256,uint256)", 1, YEAR, cap)

    def act(self, struct: str, **facts: Any) -> tuple[Any, ...]:
        """The arguments of an act that both officials sign, the next of the numbered ones."""
        version = self.node.number(self.address, "actsVersion()") + 1
        signed = decided(self.domain, struct, {**facts, "version": version, "deadline": FAR_AWAY}, *self.officials)
        *values, signatures = signed.values()
        return (*values, *(bytes.fromhex(each[2:]) for each in signatures))

    def decide(self, function: str, struct: str, **facts: Any) -> dict[str, Any]:
        """Such an act, which must go through; ``facts`` in the order of the struct, but for version and deadline."""
        return self.done(function, *self.act(struct, **facts))

    def send(self, to: str | None, data: str) -> dict[str, Any]:
        """A raw transaction by the operator's key; its receipt, whether or not it went through."""
        return self.operator.send(to, data)

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

    def issue_to(self, *recipients: tuple[str, int]) -> dict[str, Any]:
        """The receipt of an issue to many, which must go through."""
        return self.done("issue(bytes32,uint256,(address,uint256)[])", secrets.token_bytes(32), 1, list(recipients))

    def settle(self, batch: bytes) -> dict[str, Any]:
        """The receipt of a batch."""
        return self.done("settle(bytes32,bytes)", bytes(32), batch)

    def balance(self, address: str) -> int:
        """In won."""
        return self.node.balance(self.address, address)

    def account(self, address: str) -> AccountSeen:
        """``accountOf``."""
        return account_at(self.node, self.address, address)

    def refusal(self, function: str, *arguments: Any, sender: str | None = None) -> Refused:
        """Why a call by the operator, or by ``sender``, would be refused. It must be."""
        return refusal(self.node, self.address, calldata(function, *arguments), sender=sender or self.operator.address)


class AccountSeen(NamedTuple):
    """What ``accountOf`` answers."""

    balance: int
    kind: int
    frozen: bool
    highest_nonce: int
    window: int


def account_at(node: Node, contract: str, address: str) -> AccountSeen:
    """What ``contract`` knows of an address."""
    answer = node.call(contract, calldata("accountOf(address)", address))
    return AccountSeen(*decode(("uint256", "uint8", "bool", "uint64", "uint64"), answer))


def refusal(node: Node, contract: str | None, data: str, *, sender: str) -> Refused:
    """Why this call, or a creation where there is no ``contract``, would be refused. It must be."""
    try:
        node.ask("eth_call", {"data": data, "from": sender} | ({"to": contract} if contract else {}), "latest")
    except Refused as refused:
        return refused
    raise AssertionError("the call would go through")


class Event(NamedTuple):
    """A log of a contract as its interface reads it: numbers, 0x text of bytes, addresses in lower case."""

    name: str
    args: tuple[Any, ...]


def events(logs: Iterable[dict[str, Any]]) -> list[Event]:
    """What these logs say, in their order; the arguments in that of the event's declaration."""
    return [_event(log) for log in logs]


def _event(log: dict[str, Any]) -> Event:
    entry = EVENTS[log["topics"][0]]
    plain = [each["type"] for each in entry["inputs"] if not each["indexed"]]
    data = iter(decode(plain, bytes.fromhex(log["data"][2:])))
    topics = iter(log["topics"][1:])
    values = (
        decode((each["type"],), bytes.fromhex(next(topics)[2:]))[0] if each["indexed"] else next(data)
        for each in entry["inputs"]
    )
    return Event(entry["name"], tuple("0x" + each.hex() if isinstance(each, bytes) else each for each in values))


def logs_of(node: Node, contract: str, *, first: int = 0) -> list[dict[str, Any]]:
    """All logs of a contract so far."""
    found: list[dict[str, Any]] = node.ask(
        "eth_getLogs", {"address": contract, "fromBlock": hex(first), "toBlock": "latest"}
    )
    return found


def issuing(issue_id: bytes, to: str, won: int, *, programme: int = 1) -> str:
    """The call data of an issue to one account."""
    return calldata("issue(bytes32,uint256,(address,uint256)[])", issue_id, programme, [(to, won)])


def refusals(receipt: dict[str, Any]) -> Sequence[int]:
    """The reasons that a batch's receipt gives, in order."""
    return [event.args[2] for event in events(receipt["logs"]) if event.name == "Refused"]
