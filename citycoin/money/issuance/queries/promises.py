"""What programmes and funders have promised, compared with the top-ups that it was promised to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from django.db.models import Q, Sum

from citycoin.money.funding.domain import shares_in
from citycoin.money.funding.queries import funders_of
from citycoin.money.issuance.models import Programme, TopUp
from citycoin.money.issuance.queries.top_ups import UNDER_WAY
from contracts.models import Contract
from wallets.queries.reconciliation import Difference


def differences(contract: Contract) -> Iterator[Difference]:
    """Where a programme's sums aren't its top-ups', or a funder holds what no top-up under way waits for."""
    yield from _of_programmes(contract)
    held = Counter[str]()
    under_way = TopUp.objects.filter(city_id=contract.city_id, status__in=UNDER_WAY)
    for funders in under_way.values_list("funders", flat=True).iterator():
        held.update(shares_in(funders))
    for each in funders_of(contract.city_id):
        if each.held != held[each.funder]:
            yield Difference(
                contract.city.slug, f"funder {each.funder}", "held for top-ups", each.held, held[each.funder]
            )


def _of_programmes(contract: Contract) -> Iterator[Difference]:
    under_way, issued = Q(top_ups__status__in=UNDER_WAY), Q(top_ups__status=TopUp.Status.ISSUED)
    rows = Programme.objects.filter(city_id=contract.city_id).order_by("number")
    sums = rows.annotate(
        under_way=Sum("top_ups__amount", filter=under_way, default=0),
        came=Sum("top_ups__amount", filter=issued, default=0),
    )
    for each in sums:
        for what, kept, found in (("reserved", each.reserved, each.under_way), ("issued", each.issued, each.came)):
            if kept != found:
                yield Difference(contract.city.slug, f"programme {each.number}", f"{what} for top-ups", kept, found)
