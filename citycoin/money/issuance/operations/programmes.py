"""Opens programmes on chain, and writes their dated rules."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from citycoin.foundation.kernel.money import Won
from citycoin.money.issuance.domain.purchases import DatedRules
from citycoin.money.issuance.models import Programme, Rules
from contracts.domain import gas
from contracts.domain.encoding import call
from contracts.models import Contract, Sender, Submission
from contracts.operations.sending import Call, Means, intent_of, lock_sender


@transaction.atomic
def open_programme(
    *,
    contract: Contract,
    number: int,
    year: int,
    names: tuple[str, str],
    cap: Won,
    rules: Sequence[DatedRules],
    means: Means,
) -> Programme:
    """Open a programme (names: Korean, English) in the year's budget; it sells when its opening is final.

    One that is open already gets those of the rules that it has none for on their date. Raises ChainBehindTheBooks.
    """
    issuer = lock_sender(contract.city_id, Sender.Role.ISSUER, means=means)
    programme = Programme.objects.filter(city_id=contract.city_id, number=number).first()
    if programme is None:
        data = call("setProgramme(uint256,uint256,uint256)", number, year, cap.amount)
        opening = issuer.submit(
            Call(Submission.Purpose.PROGRAMME, contract.address, data, gas.PROGRAMME),
            intent=intent_of("programme", contract.address, number, cap.amount),
        )
        programme = Programme.objects.create(
            city_id=contract.city_id,
            number=number,
            year=year,
            name_ko=names[0],
            name_en=names[1],
            cap=cap.amount,
            submission=opening,
        )
    for each in rules:
        _add_rules(programme, each)
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
