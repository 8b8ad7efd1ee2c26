"""Opens programmes on chain, and writes their dated rules."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from citycoin.foundation.fault_points import commits
from citycoin.foundation.kernel.money import Won
from citycoin.foundation.kernel.text import Name
from citycoin.money.issuance.domain.purchases import PURCHASE, PurchaseTerms
from citycoin.money.issuance.models import Programme
from citycoin.platform.rules.domain import Dated
from citycoin.platform.rules.operations import write_rule
from contracts.domain import gas
from contracts.domain.encoding import call
from contracts.models import Contract, Sender, Submission
from contracts.operations.sending import Call, Means, intent_of, lock_sender


@commits("open_programme")
def open_programme(
    *,
    contract: Contract,
    number: int,
    year: int,
    names: tuple[Name, Name],
    cap: Won,
    rules: Sequence[Dated[PurchaseTerms]],
    means: Means,
    days: tuple[date | None, date | None] = (None, None),
) -> Programme:
    """Open a programme (names: Korean, English) in the year's budget; it sells when its opening is final.

    ``days``: the first and the last day of its sale; None where the year's is meant.

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
            first_day=days[0],
            last_day=days[1],
        )
    for each in rules:
        write_rule(city_id=contract.city_id, kind=PURCHASE, rule=each, number=number)
    return programme
