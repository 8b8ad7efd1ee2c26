"""The kind of rule that shops' requests rest on."""

from __future__ import annotations

from typing import Final

from pydantic import Field

from citycoin.platform.rules.domain import RuleKind, Terms


class RequestTerms(Terms):
    """``good_for_seconds``: how long a request of a shop may be paid."""

    good_for_seconds: int = Field(ge=1, le=86_400)


REQUEST: Final = RuleKind("payment_request", RequestTerms, RequestTerms(good_for_seconds=180))
