"""Binding a browser: an official's own key takes the place of a founding key, or of one that is leaving."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from django.db import IntegrityError, transaction

from citycoin.foundation.fault_points import commits
from citycoin.foundation.kernel.errors import Conflict
from citycoin.foundation.locks import locked
from citycoin.money.issuance.domain.decisions import RotationFacts
from citycoin.money.issuance.domain.justification import Justification
from citycoin.money.issuance.models import BrowserKey, Proposal
from citycoin.money.issuance.operations.approvals import OPEN_FOR, decide, lock_city, propose, record
from citycoin.money.issuance.operations.decisions import NotAnOfficial, OfficialAlready
from citycoin.money.issuance.queries import bindings, official_keys, proposals
from citycoin.platform.accounts.models import Official
from wallets.operations.registration import proven_p256


class OutgoingTaken(Conflict):
    """Another change under way replaces the same key."""

    code = "outgoing_taken"
    ko = "이 열쇠를 바꾸는 다른 제안이 진행 중입니다. 다른 열쇠를 고르시거나 그 제안이 끝난 뒤에 해 주세요."
    en = "Another change under way replaces this key. Please choose another one, or wait until it is done."


class KeyOfAnother(Conflict):
    """The key is bound to another official."""

    code = "key_of_another"
    ko = "다른 담당자에게 등록된 열쇠입니다. 이 브라우저에서 새 열쇠를 만들어 주세요."
    en = "This key belongs to another official. Please make a new one in this browser."


class OneKeyEach(Conflict):
    """Whoever holds a key on chain already changes that one: nobody holds two of the city's signatures."""

    code = "one_key_each"
    ko = "이미 서명 열쇠가 있습니다. 새 열쇠는 내 열쇠만 대신할 수 있으니, 바꿀 열쇠로 내 것을 골라 주십시오."
    en = "You hold a signing key already. A new one can only replace your own: please choose that one."


@commits("bind_key")
def bind_key(*, official: Official, public_key: bytes, proof: bytes, outgoing: str, now: datetime) -> Proposal:
    """Write down the official's key and propose it in the place of ``outgoing``. Their earlier open proposal ends.

    Raises ProofInvalid, KeyOfAnother, OfficialAlready, NotAnOfficial, OutgoingTaken, OneKeyEach.
    """
    device = proven_p256(bindings.binding_text(official), proof, public_key)
    lock_city(official.city_id)
    in_force = official_keys.official_keys_of(official.city_id)
    if in_force.filter(address=device.address).exists():
        raise OfficialAlready(address=device.address)
    if not in_force.filter(address=outgoing).exists():
        raise NotAnOfficial(signer=outgoing)
    if outgoing in bindings.outgoing_keys(official, now):
        raise OutgoingTaken(outgoing=outgoing)
    if outgoing not in _replaceable_by(official, now, otherwise=outgoing):
        raise OneKeyEach
    _keep(official, device.address, public_key, now)
    _withdraw_earlier(official, now)
    deadline = OPEN_FOR.last_second(now)
    version = proposals.next_officials_version(official.city_id, now)
    facts = RotationFacts(outgoing=outgoing, incoming=device.address, version=version, deadline=deadline)
    proposal = propose(official, Proposal.Kind.ROTATION, asdict(facts), Justification(""), deadline=deadline, now=now)
    record(proposal, official, "key.bound", {"outgoing": outgoing, "incoming": device.address}, now)
    return proposal


def _replaceable_by(official: Official, now: datetime, *, otherwise: str) -> set[str]:
    """The keys that they may replace: their own where they have one, or soon will."""
    theirs = {key.address for key in proposals.keys_in_force(official)}
    under_way = proposals.rotations_under_way(official.city_id, now)
    coming = {each.facts["incoming"] for each in under_way if each.proposed_by_id == official.pk and each.decision_id}
    return theirs | coming or {otherwise}


def _keep(official: Official, address: str, public_key: bytes, now: datetime) -> None:
    try:
        with transaction.atomic():
            key, _ = BrowserKey.objects.get_or_create(
                city_id=official.city_id,
                address=address,
                defaults={"official": official, "public_key": public_key, "made_at": now},
            )
    except IntegrityError as collision:
        raise KeyOfAnother from collision
    if key.official_id != official.pk:
        raise KeyOfAnother


def _withdraw_earlier(official: Official, now: datetime) -> None:
    earlier = Proposal.objects.filter(proposed_by=official, kind=Proposal.Kind.ROTATION, status=proposals.OPEN)
    for each in locked(earlier):
        each.reason = "bound anew"
        decide(each, official, Proposal.Status.REJECTED, now)
        record(each, official, "proposal.rejected", {"reason": each.reason}, now)
