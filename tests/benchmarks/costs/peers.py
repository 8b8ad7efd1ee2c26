"""What a payment costs with token standards as everybody knows them, made of OpenZeppelin's parts by our own compiler."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from eth_abi.abi import encode

from contracts.domain.encoding import Scheme, domain_separator, keccak, typed_digest, word
from contracts.tools import build
from tests.benchmarks.costs.town import WON_EACH, WON_PAID, Payer, Town, gas_used
from tests.chain.own_chain import TRANSACTION_GAS
from tests.node import calldata

SOURCE: Final = Path(__file__).with_name("Peers.sol")
NAME: Final = "PeerToken"
# Nothing but the artifacts is kept of what forge compiles.
COMPILED: Final = build.CONTRACTS / "solidity" / "cache" / "peers"
# 500 don't fit into a transaction.
BATCH_PAYMENTS, BATCH_SHOPS = 400, 40

FIELDS: Final = ("address", "address", "uint256", "uint256", "uint256", "bytes32", "uint8", "bytes32", "bytes32")
ONE: Final = f"transferWithAuthorization({','.join(FIELDS)})"
MANY: Final = f"transferManyWithAuthorization(({','.join(FIELDS)})[])"
AUTHORIZATION: Final = keccak(
    b"TransferWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)"
)


def measured(town: Town, payers: Sequence[Payer]) -> list[dict[str, Any]]:
    """Name, payments and gas a payment of each peer; payers and shops have won there, too. ``payers`` sign with secp256k1."""
    token = _Token(town)
    shops = town.shops[:BATCH_SHOPS]
    operator = town.contract.operator.address
    token.mint([operator, *shops, *(each.address for each in payers[:BATCH_PAYMENTS])])
    transfer = token.done("transfer(address,uint256)", shops[0], WON_PAID)
    one = token.done(ONE, *token.authorization(payers[0], shops[0]))
    many = [token.authorization(each, shops[place % BATCH_SHOPS]) for place, each in enumerate(payers[:BATCH_PAYMENTS])]
    batch = token.done(MANY, many)
    return [
        {"name": "OpenZeppelin ERC-20 transfer", "payments": 1, "gas": transfer},
        {"name": "OpenZeppelin EIP-3009 transferWithAuthorization", "payments": 1, "gas": one},
        {
            "name": f"OpenZeppelin EIP-3009 transferWithAuthorization, {BATCH_PAYMENTS} to {BATCH_SHOPS}",
            "payments": BATCH_PAYMENTS,
            "gas": batch / BATCH_PAYMENTS,
        },
    ]


class _Token:
    """A PeerToken on the town's chain."""

    def __init__(self, town: Town) -> None:
        self._operator, self._validity = town.contract.operator, town.expires
        code = compiled_code() + encode(["string"], [NAME])
        receipt = self._operator.send(None, "0x" + code.hex())
        self.address: str = receipt["contractAddress"]
        chain_id = int(town.node.ask("eth_chainId"), 16)
        self._domain = domain_separator(name=NAME, chain_id=chain_id, contract=self.address)

    def mint(self, holders: Sequence[str]) -> None:
        """Give each of them won."""
        self.done("mint(address[],uint256)", list(holders), WON_EACH)

    def done(self, function: str, *arguments: Any) -> int:
        """The gas of a call that must go through."""
        receipt = self._operator.send(self.address, calldata(function, *arguments), gas=TRANSACTION_GAS)
        assert receipt["status"] == "0x1", f"{function} reverted"
        return gas_used(receipt)

    def authorization(self, payer: Payer, payee: str) -> tuple[Any, ...]:
        """What ``transferWithAuthorization`` takes. Its nonces are random, as the standard has them."""
        nonce = secrets.token_bytes(32)
        terms: tuple[str | int, ...] = (payer.address, payee, WON_PAID, 0, self._validity)
        fields = AUTHORIZATION + b"".join(word(each) for each in terms) + nonce
        digest = typed_digest(self._domain, fields, Scheme.SECP256K1)
        packed = payer.signs(digest)
        odd, s = packed[32] >> 7, bytes([packed[32] & 0x7F]) + packed[33:]
        return (*terms, nonce, 27 + odd, packed[:32], s)


def compiled_code() -> bytes:
    """The creation code, compiled by the profile of the city's own contract. Raises BuildFailed."""
    places = (
        "--contracts",
        str(SOURCE.parent),
        "--out",
        str(COMPILED / "out"),
        "--cache-path",
        str(COMPILED / "cache"),
    )
    done = build.forge("build", str(SOURCE), *places, profile="artifact")
    if done.returncode:
        raise build.BuildFailed(f"the compiler complains of the peers.\n{done.stdout}{done.stderr}")
    compiled = json.loads((COMPILED / "out" / SOURCE.name / f"{NAME}.json").read_text(encoding="utf-8"))
    return bytes.fromhex(compiled["bytecode"]["object"].removeprefix("0x"))
