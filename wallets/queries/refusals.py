"""A refusal that is remembered under an id, as the error that it was."""

from __future__ import annotations

from citycoin.foundation.kernel.errors import CityCoinError, every_error
from wallets.domain.refusals import PaymentIdClosed
from wallets.models import Refusal


def refused(refusal: Refusal) -> CityCoinError:
    """The error that a remembered refusal says, with the facts it had then."""
    if not refusal.facts:
        return PaymentIdClosed()
    named = {error.code: error for error in every_error()}
    return named[refusal.code](**refusal.details)
