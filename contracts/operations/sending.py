"""The one way to send: lock the sender, refuse while the chain is behind, sign once, store. Broadcasting comes later."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db.models import QuerySet

from citycoin.foundation.kernel.errors import Unavailable
from citycoin.foundation.locks import locked
from citycoin.foundation.vault import SealBroken
from contracts.domain.gateway import Fees
from contracts.domain.signing import SealedKey, Signer, Transaction
from contracts.models import Chain, Sender, Submission
from contracts.queries import refuse_while_behind, scope_of


class SendingKeyBroken(Unavailable):
    """What is kept of a city's sending key opens no key: nothing of its role is signed, whatever the row."""

    code = "sending_key_broken"
    ko = "도시의 전송 열쇠를 열 수 없어 보내지 않았어요. 운영자가 확인해야 하니 도움 번호로 알려 주세요."
    en = (
        "The city's sending key can't be opened, so nothing was sent. "
        "An operator has to look: please call the help line."
    )


@dataclass(frozen=True, slots=True)
class Means:
    """What a transaction of ours is signed with at one moment: the keys, the fees, the clock."""

    signer: Signer
    fees: Fees
    now: datetime


@dataclass(frozen=True, slots=True)
class Call:
    """What a transaction says, before it has a nonce. ``to`` is None where a contract is created."""

    purpose: Submission.Purpose
    to: str | None
    data: bytes
    gas: int
    wei: int = 0


@dataclass(frozen=True, slots=True)
class LockedSender:
    """A sending key, its row locked until the caller's transaction ends: nobody else gives its nonces meanwhile."""

    row: Sender
    means: Means

    def fresh_intent(self, *words: object) -> UUID:
        """An intent of its own each time: the sender nonce is a part of it, and the lock makes it one at a time."""
        return intent_of(*words, self.row.next_nonce)

    def submit(self, call: Call, *, intent: UUID) -> Submission:
        """Give ``intent`` a sender nonce and a signature, or return the ones it already has.

        An intent never gets a second nonce: that is what makes every retry harmless. Raises SendingKeyBroken.
        """
        if made := Submission.objects.filter(intent=intent).first():
            return made
        chain_id = Chain.objects.get(pk=self.row.chain_id).chain_id
        transaction = Transaction(
            chain_id, self.row.next_nonce, call.to, call.data, call.gas, self.means.fees, call.wei
        )
        key = SealedKey(self.row.address, bytes(self.row.sealed))
        try:
            raw, tx_hash = self.means.signer.sign_transaction(key, scope=scope_of(self.row), transaction=transaction)
        except SealBroken:
            raise SendingKeyBroken(role=self.row.role) from None
        submission = Submission.objects.create(
            intent=intent,
            sender=self.row,
            nonce=self.row.next_nonce,
            purpose=call.purpose,
            raw=raw,
            tx_hash=tx_hash,
            signed_at=self.means.now,
        )
        self.row.next_nonce += 1
        self.row.save(update_fields=["next_nonce"])
        return submission


def lock_sender(city_id: int, role: Sender.Role, *, means: Means) -> LockedSender:
    """The city's sending key of this role, in the caller's transaction. Raises ChainBehindTheBooks."""
    return _lock(Sender.objects.filter(city_id=city_id, role=role), means)


def lock_funder(chain: Chain, *, means: Means) -> LockedSender:
    """The key that pays the other senders' gas. Raises ChainBehindTheBooks."""
    return _lock(Sender.objects.filter(chain=chain, role=Sender.Role.FUNDER), means)


def _lock(rows: QuerySet[Sender], means: Means) -> LockedSender:
    sender = locked(rows).get()
    # After the lock: whoever notices that the chain is behind takes every sender's row first.
    refuse_while_behind(sender.chain_id)
    return LockedSender(sender, means)


def intent_of(*words: object) -> UUID:
    """The intent of what these words name: the same words, the same intent."""
    return uuid5(NAMESPACE_URL, " ".join(map(str, words)))
