"""Programmes: what each may issue under which rules, and the form that proposes another."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.core.validators import MinValueValidator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from citycoin.foundation.http.forms import (
    AmountField,
    DayField,
    NameField,
    NumberField,
    PageForm,
    SentenceField,
    WonField,
)
from citycoin.foundation.kernel import clock
from citycoin.foundation.kernel.clock import KST, fiscal_year
from citycoin.foundation.kernel.errors import CityCoinError, Rejected
from citycoin.foundation.kernel.money import Won
from citycoin.foundation.kernel.periods import LONGEST, UNITS, Period, PeriodWrong
from citycoin.money.issuance.domain.programmes import ProgrammePlan
from citycoin.money.issuance.domain.purchases import LARGEST_DISCOUNT_PER_MILLE, PurchaseTerms
from citycoin.money.issuance.operations import programme_proposals as operations
from citycoin.money.issuance.operations.approvals import Justification
from citycoin.platform.accounts.models import Official
from citycoin.platform.rules.domain import Dated
from citycoin.web.console.contexts.programmes import programmes_page, propose_programme_page
from citycoin.web.console.doors.frame import check_second_factor, in_console, page

FUNDERS: Final = ("state", "province", "city")
MOST_DISCOUNT: Final = Decimal(LARGEST_DISCOUNT_PER_MILLE) / 10


class RulesUnreadable(Rejected):
    """A field of the form can't be read; the page marks which."""

    code = "rules_unreadable"
    ko = "표시된 칸을 다시 확인해 주십시오."
    en = "Please check the fields that are marked."


class PlanForm(PageForm):
    """A programme as an official types it; won whole, the discount in per cent."""

    name_ko = NameField()
    name_en = NameField()
    cap = WonField(validators=[MinValueValidator(Won(1))])
    in_force_from = DayField()
    discount = forms.DecimalField(min_value=0, max_value=MOST_DISCOUNT, decimal_places=1)
    state = NumberField(least=0, most=1000)
    province = NumberField(least=0, most=1000)
    city = NumberField(least=0, most=1000)
    validity = NumberField(least=1, most=max(LONGEST.values()))
    validity_unit = forms.ChoiceField(choices=[(unit, unit) for unit in UNITS])
    purchase_step = AmountField()
    monthly_cap = AmountField()
    holding_cap = AmountField()
    purpose = SentenceField(longest=300)
    legal_basis = SentenceField(longest=200, required=False)

    def clean(self) -> dict[str, Any]:
        """A discount that somebody pays for, and a validity that is a period of the calendar."""
        said: dict[str, Any] = super().clean() or {}
        if said.get("discount") and not any(said.get(name) for name in FUNDERS):
            self.add_error("city", "nobody pays the discount")
        if said.get("validity") and said.get("validity_unit"):
            try:
                said["period"] = Period(said["validity"], said["validity_unit"])
            except PeriodWrong as wrong:
                self.add_error("validity", str(wrong))
        return said

    def plan(self, year: int) -> ProgrammePlan:
        """The programme that was typed; valid forms only."""
        said = self.cleaned_data
        terms = PurchaseTerms(
            discount_per_mille=int(said["discount"] * 10),
            funders={name: said[name] for name in FUNDERS if said[name]} or {"city": 1},
            validity=said["period"],
            purchase_step=said["purchase_step"].amount,
            monthly_cap=said["monthly_cap"].amount,
            holding_cap=said["holding_cap"].amount,
        )
        rule = Dated(said["in_force_from"], terms, said["legal_basis"])
        return ProgrammePlan(year, (said["name_ko"], said["name_en"]), said["cap"], rule)


@require_safe
@in_console
def programmes(request: HttpRequest, official: Official) -> HttpResponse:
    """Each programme with its rules of today."""
    return page(request, official, "programmes", programmes_page(official, clock.now()))


@require_http_methods(["GET", "POST"])
@in_console
def propose(request: HttpRequest, official: Official) -> HttpResponse:
    """The form; then the same as sentences, to be read once more; then the proposal."""
    year = fiscal_year(clock.now())
    if request.method == "GET":
        return _form_page(request, official, PlanForm(initial=_usual(clock.now().astimezone(KST).date())), year)
    form = PlanForm(request.POST)
    if not form.is_valid():
        return _form_page(request, official, form, year, RulesUnreadable())
    plan = form.plan(year)
    if request.POST.get("step") != "submit":
        return _form_page(request, official, form, year, plan=plan if request.POST.get("step") == "check" else None)
    why = Justification(form.cleaned_data["purpose"], form.cleaned_data["legal_basis"])
    try:
        check_second_factor(request, official)
        proposal = operations.propose_programme(official=official, plan=plan, why=why, now=clock.now())
    except CityCoinError as no:
        return _form_page(request, official, form, year, no, plan=plan)
    return redirect("console-proposal", official.city.slug, proposal.pk)


def _usual(today: date) -> dict[str, object]:
    """What most programmes say, to be changed."""
    return {
        "in_force_from": today.isoformat(),
        "discount": 10,
        "state": 0,
        "province": 0,
        "city": 100,
        "validity": 5,
        "validity_unit": "years",
        "purchase_step": 1000,
        "monthly_cap": 500_000,
        "holding_cap": 2_000_000,
    }


def _form_page(
    request: HttpRequest,
    official: Official,
    form: PlanForm,
    year: int,
    error: CityCoinError | None = None,
    *,
    plan: ProgrammePlan | None = None,
) -> HttpResponse:
    context = propose_programme_page(official, year, values=form.typed(), wrong=list(form.errors), plan=plan)
    return page(request, official, "programme_propose", context, error)
