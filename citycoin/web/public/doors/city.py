"""A city's public page: how many won there are, where they are, and how to check it without us."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from citycoin.foundation.kernel import clock
from citycoin.foundation.kernel.clock import fiscal_year
from citycoin.money.issuance.queries import budgets, figures
from citycoin.platform.cities.queries import city_named
from contracts.queries import CityNotFounded, domain_of, token_of

# ERC-20's totalSupply(): what the contract is asked, by anybody's own node.
TOTAL_SUPPLY = '{"jsonrpc":"2.0","id":1,"method":"eth_call","params":[{"to":"%s","data":"0x18160ddd"},"0x%x"]}'


@require_safe
def city_page(request: HttpRequest, city: str) -> HttpResponse:
    """Issued, in circulation, cap and shops, from the books, with the block that they hold for."""
    found, now = city_named(city), clock.now()
    context: dict[str, object] = {"city": found, "budget": None, "figures": None}
    try:
        contract = token_of(found.pk)
    except CityNotFounded:
        return render(request, "public/city.html", context)
    sums = figures.city_figures(contract)
    context |= {
        "figures": sums,
        "supply": sums.issued - sums.burned,
        "contract": contract,
        "domain": domain_of(contract),
        "question": TOTAL_SUPPLY % (contract.address, max(sums.block, 0)),
        "expected": f"0x{sums.issued - sums.burned:064x}",
    }
    try:
        context["budget"] = budgets.budget_of(found.pk, fiscal_year(now))
    except budgets.BudgetUnknown:
        context["budget"] = None
    return render(request, "public/city.html", context)
