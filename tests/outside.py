"""People outside the server: keys made by other libraries than ours, and a plain HTTP client for one city."""

from __future__ import annotations

import hashlib
import logging
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

import httpx
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from eth_account import Account
from eth_account.messages import encode_defunct, encode_typed_data
from eth_utils.crypto import keccak

from citycoin.foundation.asked_again import asked_again
from citycoin.foundation.waiting import wait_until
from tests import patient

Json = dict[str, Any]
PAYMENT_TYPES = {
    "Payment": [
        {"name": "payee", "type": "address"},
        {"name": "amount", "type": "uint256"},
        {"name": "nonce", "type": "uint256"},
        {"name": "expires", "type": "uint256"},
    ]
}
# Far beyond what a loaded machine takes, and beyond a node that stood still: the watch over its head starts it anew after 240 s here.
PATIENCE_SECONDS = 420
TOLD_EACH_SECONDS = 10
log = logging.getLogger(__name__)


class OutsideKey(Protocol):
    """A key that never comes to the server."""

    def introduced(self, text: str) -> Json: ...
    def signed(self, domain: Json, message: Json) -> Json: ...


class Secp256k1Key:
    """As MetaMask or viem make it; typed data is hashed by eth-account, not by us."""

    def __init__(self) -> None:
        self._account = Account.create()
        self.address: str = self._account.address

    def introduced(self, text: str) -> Json:
        """Address and proof for the registration."""
        proof = self._account.sign_message(encode_defunct(text=text)).signature
        return {"address": self.address, "proof": "0x" + proof.hex()}

    def signed(self, domain: Json, message: Json) -> Json:
        """The payment's signature fields."""
        signable = encode_typed_data(domain_data=domain, message_types=PAYMENT_TYPES, message_data=message)
        return {"signature": "0x" + self._account.sign_message(signable).signature.hex()}


class P256Key:
    """As WebCrypto makes it; the preimage is put together here anew, from the design's words."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        numbers = self._key.public_key().public_numbers()
        self.public_key = numbers.x.to_bytes(32, "big") + numbers.y.to_bytes(32, "big")

    def introduced(self, text: str) -> Json:
        """Public key and proof for the registration."""
        return {"public_key": "0x" + self.public_key.hex(), "proof": self._sign(text.encode())}

    def signed(self, domain: Json, message: Json) -> Json:
        """The payment's signature fields."""
        signable = encode_typed_data(domain_data=domain, message_types=PAYMENT_TYPES, message_data=message)
        typehash = _keccak(b"Payment(address payee,uint256 amount,uint256 nonce,uint256 expires)")
        words = [int(message["payee"], 16), message["amount"], message["nonce"], message["expires"]]
        preimage = b"\x19\x01" + signable.header + typehash + b"".join(word.to_bytes(32, "big") for word in words)
        return {"signature": self._sign(preimage), "public_key": "0x" + self.public_key.hex()}

    def _sign(self, data: bytes) -> str:
        r, s = decode_dss_signature(self._key.sign(data, ec.ECDSA(hashes.SHA256())))
        return "0x" + (r.to_bytes(32, "big") + s.to_bytes(32, "big")).hex()


def _keccak(data: bytes) -> bytes:
    return bytes(keccak(data))


@dataclass(slots=True)
class CityApi:
    """The HTTP API of one city, as anybody may call it."""

    web_url: str
    city: str
    http: httpx.Client = field(default_factory=patient.client)

    def call(self, method: str, path: str, body: Any = None, *, token: str = "") -> httpx.Response:
        """One request; ``path`` is below the city's. A GET is asked again where the connection died."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}

        def asked() -> httpx.Response:
            return self.http.request(method, f"{self.web_url}/api/v1/{self.city}/{path}", json=body, headers=headers)

        return asked_again(asked) if method == "GET" else asked()

    def ok(self, method: str, path: str, body: Any = None, *, token: str = "") -> Json:
        """One request that must go well."""
        answer = self.call(method, path, body, token=token)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        said: Json = answer.json()
        return said

    def domain(self) -> Json:
        """What signatures of this city are bound to."""
        said: Json = self.ok("GET", "")["domain"]
        return said

    def shops(self) -> list[str]:
        """The addresses of the city's shops."""
        return [shop["address"] for shop in self.ok("GET", "shops")["shops"]]

    def new_code(self) -> str:
        """A one-time registration code from the demo's inbox."""
        answer = self.http.post(f"{self.web_url}/demo/codes", json={"city": self.city})
        code: str = answer.raise_for_status().json()["code"]
        return code

    def send(self, top_up: Json, *, won: int = 0, name: str = "홍길동") -> list[str]:
        """Somebody sends a top-up's price, or so many won, to its account at the demo's bank; the bank's references."""
        transfer = {"account": top_up["account"]["number"], "amount": won or top_up["price"], "name": name}
        answer = self.http.post(f"{self.web_url}/demo/bank/transfers", json=transfer)
        references: list[str] = answer.raise_for_status().json()["references"]
        return references

    def join(self, key: OutsideKey) -> Resident:
        """Register a key as a resident's wallet, and wait until the chain knows it."""
        code = self.new_code()
        text = f"City coin: open a wallet in {self.city} with code {code}"
        opened = self.ok("POST", "wallets", {"code": code, **key.introduced(text)})
        return self._joined(Resident(self, opened["token"], opened["address"], key=key))

    def join_city_kept(self, pin: str = "135790") -> Resident:
        """A resident whose key the city keeps."""
        opened = self.ok("POST", "wallets", {"code": self.new_code(), "pin": pin})
        return self._joined(Resident(self, opened["token"], opened["address"], pin=pin))

    def _joined(self, resident: Resident) -> Resident:
        eventually(lambda: resident.wallet()["registered"], what="the wallet's registration")
        return resident


@dataclass(slots=True)
class Resident:
    """Somebody with a wallet: their own key, or a PIN for one that the city keeps."""

    api: CityApi
    token: str
    address: str
    key: OutsideKey | None = None
    pin: str = ""

    def wallet(self) -> Json:
        """Their wallet as they see it."""
        return self.api.ok("GET", "wallets/me", token=self.token)

    def available(self) -> int:
        """What they may spend, in won."""
        won: int = self.wallet()["balance"]["available"]
        return won

    def top_up(self, won: int, *, programme: int = 1) -> Json:
        """Buy won of this programme at the demo bank and wait until they can be spent."""
        asked = {"id": str(uuid.uuid4()), "amount": won, "programme": programme}
        top_up = self.api.ok("POST", "top-ups", asked, token=self.token)
        self.api.send(top_up)
        path = f"top-ups/{asked['id']}"
        eventually(lambda: self.api.ok("GET", path, token=self.token)["status"] == "issued", what="the top-up's issue")
        return self.api.ok("GET", path, token=self.token)

    def order(self, payee: str, won: int, **changed: Any) -> Json:
        """The body of a payment, signed with their key or with their PIN; ``changed`` after the signing."""
        body: Json = {"id": str(uuid.uuid4()), "payee": payee, "amount": won}
        if self.key is None:
            return body | {"pin": self.pin} | changed
        quote = self.api.ok("POST", "quotes", {"payee": payee, "amount": won}, token=self.token)
        message = quote["message"] | {name: changed.pop(name) for name in ("nonce", "expires") if name in changed}
        return body | message | self.key.signed(quote["domain"], message) | changed

    def send(self, body: Json) -> httpx.Response:
        """POST a payment. Their token goes along only where the city keeps their key."""
        return self.api.call("POST", "payments", body, token="" if self.key else self.token)

    def pay(self, payee: str, won: int, **changed: Any) -> Json:
        """A payment that must be authorised."""
        answer = self.send(self.order(payee, won, **changed))
        assert answer.status_code == 201, answer.text
        said: Json = answer.json()
        return said

    def status(self, payment_id: str) -> str:
        """Where a payment of theirs stands."""
        said: str = self.api.ok("GET", f"payments/{payment_id}", token=self.token)["status"]
        return said

    def wait_settled(self, *payment_ids: str) -> None:
        """Until these payments are final on chain."""
        for each in payment_ids:
            eventually(lambda each=each: self.status(each) == "settled", what="the settlement")  # type: ignore[misc]


def eventually(done: Callable[[], object], *, what: str, within_seconds: float = PATIENCE_SECONDS) -> None:
    """Wait on a condition of the running system; fail when it doesn't come. A long wait is told each ten seconds."""
    told = began = time.monotonic()

    def looked() -> bool:
        nonlocal told
        if (now := time.monotonic()) - told >= TOLD_EACH_SECONDS:
            told = now
            log.warning("%s: waited for since %.0f of %g s", what, now - began, within_seconds)
        return bool(done())

    wait_until(looked, timeout_seconds=within_seconds, what=what)


def code_of(answer: httpx.Response) -> tuple[int, str]:
    """The status and the stable code of a problem."""
    return answer.status_code, answer.json()["code"]


def sha256(data: bytes) -> bytes:
    """SHA-256, 32 bytes."""
    return hashlib.sha256(data).digest()
