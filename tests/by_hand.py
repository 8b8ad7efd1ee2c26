"""Transactions that no operation of ours asked for, signed with a city's own sending keys, as an operator could."""

from __future__ import annotations

import uuid

from django.db import transaction

from contracts.doors import wiring
from contracts.models import Sender, Submission
from contracts.operations.sending import Call, lock_sender
from contracts.queries import token_of


@transaction.atomic
def signed_by_hand(
    city_id: int, data: bytes, *, role: Sender.Role, gas: int = 100_000, purpose: str = "by hand"
) -> Submission:
    """To the city's token; the worker broadcasts it."""
    sender = lock_sender(city_id, role, means=wiring.means())
    return sender.submit(Call(purpose, token_of(city_id).address, data, gas), intent=uuid.uuid4())
