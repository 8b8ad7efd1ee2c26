"""The gateway over JSON-RPC. The one module that knows web3."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

import requests
from eth_abi.exceptions import DecodingError
from hexbytes import HexBytes
from web3 import Web3
from web3.exceptions import (
    BlockNotFound,
    ContractCustomError,
    ContractLogicError,
    TransactionNotFound,
    Web3Exception,
    Web3RPCError,
)
from web3.types import RPCEndpoint, TxParams

from citycoin.foundation.asked_again import asked_again
from contracts.domain import gateway
from contracts.domain.artifact import abi
from contracts.domain.encoding import keccak
from contracts.domain.gateway import (
    BlockRef,
    CallReverted,
    ChainUnavailable,
    Fees,
    GasUnpaid,
    LogRef,
    NodeRefused,
    NonceTaken,
    Receipt,
)

Answer = TypeVar("Answer")
P256VERIFY: Final = Web3.to_checksum_address("0x" + "00" * 18 + "0100")
P256_VALID: Final = (1).to_bytes(32, "big")
# hash ‖ r ‖ s ‖ x ‖ y of a signature that is good; the hash is SHA-256 of the question itself.
P256_KNOWN_GOOD: Final = hashlib.sha256(b"City coin: does this chain check P-256?").digest() + bytes.fromhex(
    "f9fea6348d1be45be51362de4b1e256d4619c5db9ed1634c096178579f0ff019"
    "316d3751b9018aa17a3c3d88ef0f14553676536d797406d4029f6d06fa6151c0"
    "01844da27437e17373d909e79a1ff649fe042d4dd14cdb2cbc0d396b52c1bd8a"
    "c3b43592f5426690d2bf0453f49fbf24c7582184d686cf938091217307d0adca"
)
GWEI: Final = 10**9
# A node's words for "I have these bytes", and for "another transaction sits at this nonce".
ALREADY_KNOWN: Final = ("already known", "already imported", "known transaction", "already in the pool")
NONCE_TAKEN: Final = ("nonce too low", "replacement transaction underpriced")
GAS_UNPAID: Final = ("insufficient funds",)
# For "these bytes are no transaction that I could ever take". A fee that is too low is not among them: that passes.
WRONG_BYTES: Final = (
    "decode",
    "rlp",
    "invalid sender",
    "invalid signature",
    "invalid transaction",
    "oversized data",
    "intrinsic gas",
    "exceeds block gas limit",
    "gas limit",
)
INVALID_PARAMS: Final = -32602


class Web3Gateway:
    """A ``ChainGateway`` for one node."""

    def __init__(self, url: str, *, timeout_seconds: float) -> None:
        provider = Web3.HTTPProvider(
            url, request_kwargs={"timeout": timeout_seconds}, exception_retry_configuration=None
        )
        # Its middleware is for names, accounts and gas that a node finds out, and costs a fifth of each question.
        self._web3 = Web3(provider, middleware=[])
        self._contract = self._web3.eth.contract(abi=abi())
        self._events = {bytes(HexBytes(event().topic)): event for event in _event_classes(self._contract)}
        self._errors = {_selector(entry): entry for entry in abi() if entry["type"] == "error"}

    def chain_id(self) -> int:
        """The number that the node's chain calls itself."""
        return _asked(lambda: int(self._web3.eth.chain_id))

    def head(self) -> BlockRef:
        """The newest block."""
        return _asked(lambda: _block(self._web3.eth.get_block("latest")))

    def block(self, number: int) -> BlockRef | None:
        """The block of this number, or None above the head."""
        try:
            return _asked(lambda: _block(self._web3.eth.get_block(number)))
        except BlockNotFound:
            return None

    def code_hash(self, address: str) -> str:
        """keccak256 of the code at ``address``; of nothing where there is no contract."""
        code = _asked(lambda: self._web3.eth.get_code(Web3.to_checksum_address(address)))
        return "0x" + keccak(bytes(code)).hex()

    def logs(self, addresses: Sequence[str], *, first: int, last: int) -> Sequence[LogRef]:
        """These contracts' events in these blocks, both included, in their order. Foreign events are left out."""
        contracts = [Web3.to_checksum_address(each) for each in addresses]
        found = _asked(lambda: self._web3.eth.get_logs({"address": contracts, "fromBlock": first, "toBlock": last}))
        return [self._decoded(log) for log in found if bytes(log["topics"][0]) in self._events]

    def receipt(self, tx_hash: str) -> Receipt | None:
        """Where the transaction was mined, or None. Raises NodeRefused for what is no hash."""
        try:
            wanted = HexBytes(tx_hash)
        except ValueError as wrong:
            raise NodeRefused(str(wrong)) from wrong
        try:
            found = _asked(lambda: self._web3.eth.get_transaction_receipt(wanted))
        except TransactionNotFound:
            return None
        except ChainUnavailable as failure:
            if _says_invalid(failure.__cause__):
                raise NodeRefused(tx_hash) from failure
            raise
        return Receipt(int(found["blockNumber"]), _text(found["blockHash"]), found["status"] == 1)

    def sent_by(self, address: str, *, block: int | None = None) -> int:
        """How many transactions of ``address`` were mined, up to ``block`` or the head."""
        account = Web3.to_checksum_address(address)
        return _asked(lambda: int(self._web3.eth.get_transaction_count(account, "latest" if block is None else block)))

    def wei_of(self, address: str) -> int:
        """What ``address`` can pay gas with."""
        return _asked(lambda: int(self._web3.eth.get_balance(Web3.to_checksum_address(address))))

    def fees(self) -> Fees:
        """Fees that hold through ten doublings of the base fee's rise: 8 × base + 1 gwei."""
        base = _asked(lambda: int(self._web3.eth.get_block("latest").get("baseFeePerGas", 0)))
        return Fees(most=8 * base + GWEI, priority=GWEI)

    def verifies_p256(self) -> bool:
        """Whether P256VERIFY (EIP-7951) gives the known answer; before Osaka there is nothing at its address."""
        question: TxParams = {"to": P256VERIFY, "data": HexBytes(P256_KNOWN_GOOD)}
        return bytes(_asked(lambda: self._web3.eth.call(question))) == P256_VALID

    def simulate(self, *, sender: str, to: str, data: bytes) -> None:
        """Ask what the call would do. Raises CallReverted with the contract's typed error; ``Unknown`` where it has none."""
        call: TxParams = {
            "from": Web3.to_checksum_address(sender),
            "to": Web3.to_checksum_address(to),
            "data": HexBytes(data),
        }
        try:
            _asked(lambda: self._web3.eth.call(call))
        except ContractCustomError as refusal:
            raise self._reverted(str(refusal.data or "0x")) from None
        except ContractLogicError as refusal:  # a plain revert, or nothing at all
            raise CallReverted("Unknown", {"data": str(refusal.data or "0x")}) from None

    def broadcast(self, raw: bytes) -> None:
        """Hand the signed bytes to the node; that it has them already is no error.

        Raises NonceTaken, NodeRefused, GasUnpaid.
        """
        words = _told(lambda: self._refusal_of(raw))
        if not words or any(known in words for known in ALREADY_KNOWN):
            return
        if any(taken in words for taken in NONCE_TAKEN):
            raise NonceTaken(words)
        if any(unpaid in words for unpaid in GAS_UNPAID):
            raise GasUnpaid(words[:200])
        if str(INVALID_PARAMS) in words or any(wrong in words for wrong in WRONG_BYTES):
            raise NodeRefused(words[:200])
        raise ChainUnavailable(reason=words[:200])

    def _refusal_of(self, raw: bytes) -> str:
        """The node's words against these bytes, in lower case; none where it takes them."""
        try:
            self._web3.eth.send_raw_transaction(HexBytes(raw))
        except Web3RPCError as refusal:
            return str(refusal.rpc_response or refusal).lower()
        return ""

    def rpc(self, method: str, *params: Any) -> Any:
        """Anything else, such as a development node's own commands: so it is said once."""
        return _told(lambda: self._web3.manager.request_blocking(RPCEndpoint(method), list(params)))

    def _decoded(self, log: Any) -> LogRef:
        event = self._events[bytes(log["topics"][0])]().process_log(log)
        return LogRef(
            address=_plain(log["address"]),
            block_number=int(log["blockNumber"]),
            block_hash=_text(log["blockHash"]),
            tx_hash=_text(log["transactionHash"]),
            index=int(log["logIndex"]),
            name=event["event"],
            args={name: _plain(value) for name, value in event["args"].items()},
        )

    def _reverted(self, data: str) -> CallReverted:
        raw = bytes.fromhex(data.removeprefix("0x"))
        entry = self._errors.get(raw[:4])
        if entry is None:
            return CallReverted("Unknown", {"data": data})
        types = [argument["type"] for argument in entry["inputs"]]
        try:
            values = self._web3.codec.decode(types, raw[4:])
        except DecodingError:
            return CallReverted(entry["name"], {"data": data})
        names = [argument["name"] for argument in entry["inputs"]]
        return CallReverted(entry["name"], {name: _plain(value) for name, value in zip(names, values, strict=True)})


def _asked(question: Callable[[], Answer]) -> Answer:
    """The answer to what changes nothing, asked again where the connection died. Raises as _told does."""
    return _told(lambda: asked_again(question))


def _told(command: Callable[[], Answer]) -> Answer:
    """The answer, with every way of not getting one turned into ChainUnavailable. What may change something is sent once."""
    try:
        return command()
    except (BlockNotFound, TransactionNotFound, ContractLogicError):
        raise
    except (requests.RequestException, Web3Exception, OSError, ValueError) as failure:
        raise ChainUnavailable(reason=type(failure).__name__) from failure


def _says_invalid(failure: BaseException | None) -> bool:
    if not isinstance(failure, Web3RPCError) or failure.rpc_response is None:
        return False
    error = failure.rpc_response.get("error")
    return isinstance(error, dict) and error.get("code") == INVALID_PARAMS


def _event_classes(contract: Any) -> Sequence[Any]:
    return [getattr(contract.events, entry["name"]) for entry in abi() if entry["type"] == "event"]


def _selector(entry: dict[str, Any]) -> bytes:
    types = ",".join(argument["type"] for argument in entry["inputs"])
    return keccak(f"{entry['name']}({types})".encode())[:4]


def _block(found: Any) -> BlockRef:
    return BlockRef(int(found["number"]), _text(found["hash"]), datetime.fromtimestamp(found["timestamp"], tz=UTC))


def _text(value: bytes) -> str:
    return "0x" + bytes(value).hex()


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return _text(value)
    return value.lower() if isinstance(value, str) and value.startswith("0x") else value


_: type[gateway.ChainGateway] = Web3Gateway
