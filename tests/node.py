"""The node asked by plain JSON-RPC, and the contract's answers decoded from its committed ABI: no code of ours in between."""

from __future__ import annotations

import json
from typing import Any

import httpx
from eth_abi.abi import decode, encode
from eth_utils.crypto import keccak

from citycoin.foundation.asked_again import asked_again
from citycoin.runtime.domain.addresses import ROOT
from tests import patient
from tests.outside import eventually

# Questions that change nothing; a node's own commands (anvil_, evm_) and transactions are none.
READS = ("eth_get", "eth_call", "eth_estimateGas", "eth_chainId", "eth_blockNumber", "net_", "web3_", "txpool_")
# The successor has all errors of its predecessor, and some of its own.
ERRORS = {
    bytes(keccak(f"{entry['name']}({','.join(each['type'] for each in entry['inputs'])})".encode()))[:4]: entry
    for entry in json.loads((ROOT / "contracts" / "artifacts" / "CityTokenSuccessor.json").read_text())["abi"]
    if entry["type"] == "error"
}


class Refused(Exception):
    """The node says no. ``name`` and ``arguments``: the contract's typed error, where its revert data is one."""

    def __init__(self, error: dict[str, Any]) -> None:
        raw = bytes.fromhex(str(error.get("data") or "0x").removeprefix("0x"))
        entry = ERRORS.get(raw[:4], {"name": "", "inputs": []})
        values = decode([each["type"] for each in entry["inputs"]], raw[4:])
        self.name: str = entry["name"]
        self.arguments = {each["name"]: value for each, value in zip(entry["inputs"], values, strict=True)}
        super().__init__(f"{error.get('message')}: {self.name} {self.arguments}")


class Node:
    """One node."""

    def __init__(self, url: str) -> None:
        self._http = patient.client(base_url=url)

    def close(self) -> None:
        """End the connection."""
        self._http.close()

    def ask(self, method: str, *params: Any) -> Any:
        """One question. Raises Refused."""
        body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}

        def asked() -> httpx.Response:
            return self._http.post("", json=body)

        answer = (asked_again(asked) if method.startswith(READS) else asked()).raise_for_status().json()
        if "error" in answer:
            raise Refused(answer["error"])
        return answer["result"]

    def call(self, to: str, data: str, *, sender: str | None = None) -> bytes:
        """What a call would answer; nothing is changed. Raises Refused."""
        call = {"to": to, "data": data} | ({"from": sender} if sender else {})
        return bytes.fromhex(self.ask("eth_call", call, "latest")[2:])

    def number(self, to: str, function: str, *arguments: Any) -> int:
        """The first number that a reading function answers."""
        return int.from_bytes(self.call(to, calldata(function, *arguments))[:32])

    def balance(self, contract: str, address: str) -> int:
        """``balanceOf``, in won."""
        return self.number(contract, "balanceOf(address)", address)

    def budget(self, contract: str, year: int) -> dict[str, int]:
        """``budgetOf``: won, and seconds since 1970; the basis as a number."""
        names = ("cap", "issued", "programmed", "version", "starts", "ends", "basis")
        answer = self.call(contract, calldata("budgetOf(uint256)", year))
        return dict(zip(names, decode(["uint256"] * len(names), answer), strict=True))

    def mined(self, tx_hash: str) -> dict[str, Any]:
        """The receipt, once there is one."""
        eventually(lambda: self.ask("eth_getTransactionReceipt", tx_hash), what="the receipt")
        receipt: dict[str, Any] = self.ask("eth_getTransactionReceipt", tx_hash)
        return receipt


def calldata(function: str, *arguments: Any) -> str:
    """0x text of a call. A function whose arguments hold a tuple is named with it: f(bytes32,(address,uint256)[])."""
    types, depth = [""], 0
    for letter in function[function.index("(") + 1 : -1]:
        depth += (letter == "(") - (letter == ")")
        if letter == "," and not depth:
            types.append("")
        else:
            types[-1] += letter
    return "0x" + (bytes(keccak(function.encode()))[:4] + encode([each for each in types if each], arguments)).hex()
