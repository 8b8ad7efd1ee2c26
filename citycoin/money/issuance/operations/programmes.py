"""Opens programmes on chain, and writes their dated rules."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

from django.db import transaction

from citycoin.foundation.kernel.money import Won
from citycoin.foundation.locks import locked
from citycoin.money.issuance.domain.purchases import DatedRules
from citycoin.money.issuance.models import Programme, Rules
from contracts.domain.encoding import call
from contracts.domain.gateway import Fees
from contracts.domain.signing import Signer
from contracts.models import Contract, Sender
from contracts.operations import submissions


@transaction.atomic
def open_programme(
    *,
    contract: Contract,
    number: int,
    year: int,
    names: tuple[str, str],
    cap: Won,
    rules: Sequence[DatedRules],
    signer: Signer,
    fees: Fees,
    now: datetime,
) -> Programme:
    """Open a programme (names: Korean, English) in the year's budget; it sells when its opening is final.

    One that is open already gets those of the rules that it has none for on their date.
    """
    intent = uuid5(NAMESPACE_URL, f"programme {contract.address} {number} {cap.amount}")
    issuer = locked(Sender.objects.filter(city_id=contract.city_id, role=Sender.Role.ISSUER)).get()
    programme, new = Programme.objects.get_or_create(
        city_id=contract.city_id,
        number=number,
        defaults={
            "year": year,
            "name_ko": names[0],
            "name_en": names[1],
            "cap": cap.amount,
            "intent": intent,
        },
    )
    for each in rules:
        _add_rules(programme, each)
    if new:
        data = call("setProgramme(uint256,uint256,uint256)", number, year, cap.amount)
        opening = submissions.Call("programme", contract.address, data, gas=200_000)
        submissions.sign_once(intent=intent, sender_id=issuer.pk, call=opening, signer=signer, fees=fees, now=now)
    return programme


def _add_rules(programme: Programme, rules: DatedRules) -> None:
    """Rules of a date are written once: a top-up names those that it was made under."""
    Rules.objects.get_or_create(
        programme=programme,
        in_force_from=rules.in_force_from,
        defaults={
            "discount_per_mille": rules.discount_per_mille,
            "funders": dict(rules.funders),
            "validity_days": rules.validity_days,
            "purchase_step": rules.purchase_step.amount,
            "monthly_cap": rules.monthly_cap.amount,
            "holding_cap": rules.holding_cap.amount,
        },
    )
