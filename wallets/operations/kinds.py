"""The city's matrix in the books: as the last final block says, less what is to be closed and isn't yet.

A bit goes off as a freeze does: in the books at once, on chain when no payment of that kind is in flight, since the contract
would refuse those and use their nonces up.
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import F

from contracts.models import ChainLog, Contract
from contracts.operations.posting import ChainTransaction
from contracts.queries import last_said


def close_in_books(contract: Contract, bits: int) -> None:
    """Refuse new payments of these kinds from now on, in the caller's transaction."""
    Contract.objects.filter(pk=contract.pk).update(kinds_closing=F("kinds_closing").bitor(bits))


def reopen_in_books(contract: Contract) -> None:
    """Let the books follow the chain alone again, where it was not told after all. In the caller's transaction."""
    Contract.objects.filter(pk=contract.pk).update(kinds_closing=0)


def post_kinds(said: ChainTransaction, *, now: datetime) -> list[ChainLog]:  # noqa: ARG001 - a handler's form
    """The matrix as the newest final block has it; what it has closed is no longer to be closed."""
    allowed = last_said(said.contract, "KindsAllowedSet")["kindsAllowed"]
    rows = Contract.objects.filter(pk=said.contract.pk)
    rows.update(kinds_allowed=allowed, kinds_closing=F("kinds_closing").bitand(allowed))
    return []
