"""Programmes: what each may issue under which rules, and the forms that propose another one, or a change of one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
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
from citycoin.foundation.kernel.money import LAST_FUNDER, Won
from citycoin.foundation.kernel.periods import LONGEST, UNITS, Period, PeriodWrong
from citycoin.money.funding.queries import funder_names
from citycoin.money.issuance.domain.justification import Justification
from citycoin.money.issuance.domain.programmes import ProgrammeChange, ProgrammePlan
from citycoin.money.issuance.domain.purchases import LARGEST_DISCOUNT_PER_MILLE, PurchaseTerms
from citycoin.money.issuance.models import Programme
from citycoin.money.issuance.operations import programme_changes as operations_of_changes
from citycoin.money.issuance.operations import programme_proposals as operations
from citycoin.money.issuance.queries.programmes import programme_of, purchase_rules
from citycoin.platform.accounts.models import Official
from citycoin.platform.rules.domain import Dated
from citycoin.web.console.contexts.programmes import change_programme_page, programmes_page, propose_programme_page
from citycoin.web.console.doors.frame import check_second_factor, in_console, page

MOST_DISCOUNT: Final = Decimal(LARGEST_DISCOUNT_PER_MILLE) / 10
SHARE: Final = "share_"


class RulesUnreadable(Rejected):
    """A field of the form can't be read; the page marks which."""

    code = "rules_unreadable"
    ko = "표시된 칸을 다시 확인해 주십시오."
    en = "Please check the fields that are marked."


class RuleForm(PageForm):
    """A programme's rules as an official types them; won whole, the discount in per cent, a share for each funder of the city."""

    in_force_from = DayField()
    discount = forms.DecimalField(min_value=0, max_value=MOST_DISCOUNT, decimal_places=1)
    validity = NumberField(least=1, most=max(LONGEST.values()))
    validity_unit = forms.ChoiceField(choices=[(unit, unit) for unit in UNITS])
    purchase_step = AmountField()
    monthly_cap = AmountField()
    holding_cap = AmountField()
    purpose = SentenceField(longest=300)
    legal_basis = SentenceField(longest=200, required=False)

    def __init__(self, *args: Any, funders: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.funders = list(funders)
        for funder in self.funders:
            self.fields[f"{SHARE}{funder}"] = NumberField(least=0, most=1000)

    def clean(self) -> dict[str, Any]:
        """A discount that somebody pays for, and a validity that is a period of the calendar."""
        said: dict[str, Any] = super().clean() or {}
        if said.get("discount") and not self._shares(said):
            self.add_error(f"{SHARE}{LAST_FUNDER}", "nobody pays the discount")
        if said.get("validity") and said.get("validity_unit"):
            try:
                said["period"] = Period(said["validity"], said["validity_unit"])
            except PeriodWrong as wrong:
                self.add_error("validity", str(wrong))
        return said

    def _shares(self, said: Mapping[str, Any]) -> dict[str, int]:
        return {each: said[f"{SHARE}{each}"] for each in self.funders if said.get(f"{SHARE}{each}")}

    def rule(self) -> Dated[PurchaseTerms]:
        """The rules that were typed; valid forms only."""
        said = self.cleaned_data
        terms = PurchaseTerms(
            discount_per_mille=int(said["discount"] * 10),
            funders=self._shares(said) or {LAST_FUNDER: 1},
            validity=said["period"],
            purchase_step=said["purchase_step"].amount,
            monthly_cap=said["monthly_cap"].amount,
            holding_cap=said["holding_cap"].amount,
        )
        return Dated(said["in_force_from"], terms, said["legal_basis"])

    def why(self) -> Justification:
        """Purpose and legal basis."""
        return Justification.of(self.cleaned_data["purpose"], self.cleaned_data["legal_basis"])


class PlanForm(RuleForm):
    """A programme as an official types it."""

    name_ko = NameField()
    name_en = NameField()
    cap = WonField(validators=[MinValueValidator(Won(1))])
    first_day = DayField(required=False)
    last_day = DayField(required=False)

    def clean(self) -> dict[str, Any]:
        """Days in their order, too."""
        said = super().clean()
        first, last = said.get("first_day"), said.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", "before the first day")
        return said

    def plan(self, year: int) -> ProgrammePlan:
        """The programme that was typed; valid forms only."""
        said = self.cleaned_data
        days = (said["first_day"] or None, said["last_day"] or None)
        return ProgrammePlan(year, (said["name_ko"], said["name_en"]), said["cap"], self.rule(), days)


class ChangeForm(RuleForm):
    """A change of a programme as an official types it; without a first day of new rules they stay as they are."""

    in_force_from = DayField(required=False)
    cap = WonField(validators=[MinValueValidator(Won(1))])
    last_day = DayField(required=False)

    def change(self, number: int) -> ProgrammeChange:
        """What was typed; valid forms only."""
        said = self.cleaned_data
        rule = self.rule() if said["in_force_from"] else None
        return ProgrammeChange(number, said["cap"], said["last_day"] or None, rule)


@require_safe
@in_console
def programmes(request: HttpRequest, official: Official) -> HttpResponse:
    """Each programme with its rules of today."""
    return page(request, official, "programmes", programmes_page(official, clock.now()))


@require_http_methods(["GET", "POST"])
@in_console
def propose(request: HttpRequest, official: Official) -> HttpResponse:
    """The form; then the same as sentences, to be read once more; then the proposal."""
    year, funders = fiscal_year(clock.now()), funder_names(official.city_id)
    if request.method == "GET":
        usual = _usual(clock.now().astimezone(KST).date())
        return _form_page(request, official, PlanForm(funders=funders, initial=usual), year)
    form = PlanForm(request.POST, funders=funders)
    if not form.is_valid():
        return _form_page(request, official, form, year, RulesUnreadable())
    plan = form.plan(year)
    if request.POST.get("step") != "submit":
        return _form_page(request, official, form, year, plan=plan if request.POST.get("step") == "check" else None)
    try:
        check_second_factor(request, official)
        proposal = operations.propose_programme(official=official, plan=plan, why=form.why(), now=clock.now())
    except CityCoinError as no:
        return _form_page(request, official, form, year, no, plan=plan)
    return redirect("console-proposal", official.city.slug, proposal.pk)


@require_http_methods(["GET", "POST"])
@in_console
def change(request: HttpRequest, official: Official, number: int) -> HttpResponse:
    """The form with the programme as it is; then what would be otherwise, to be read once more; then the proposal."""
    programme, now = programme_of(official.city_id, number), clock.now()
    funders = funder_names(official.city_id)
    if request.method == "GET":
        return _change_page(
            request, official, programme, ChangeForm(funders=funders, initial=_as_it_is(programme, now))
        )
    form = ChangeForm(request.POST, funders=funders)
    if not form.is_valid():
        return _change_page(request, official, programme, form, RulesUnreadable())
    if request.POST.get("step") == "edit":
        return _change_page(request, official, programme, form)
    wanted = form.change(programme.number)
    try:
        operations_of_changes.refuse_change(programme, wanted, now)
        if request.POST.get("step") != "submit":
            return _change_page(request, official, programme, form, wanted=wanted)
        check_second_factor(request, official)
        proposal = operations_of_changes.propose_change(official=official, change=wanted, why=form.why(), now=now)
    except CityCoinError as no:
        return _change_page(request, official, programme, form, no)
    return redirect("console-proposal", official.city.slug, proposal.pk)


def _as_it_is(programme: Programme, now: datetime) -> dict[str, object]:
    """The programme and its rules of today, or its first ones, to be changed."""
    rules = purchase_rules(programme)
    today = now.astimezone(KST).date()
    rule = next((each for each in reversed(rules) if each.in_force_from <= today), rules[0])
    terms = rule.terms
    return {
        "cap": programme.cap,
        "last_day": programme.last_day.isoformat() if programme.last_day else "",
        "in_force_from": "",
        "discount": f"{Decimal(terms.discount_per_mille) / 10:g}",
        **{f"{SHARE}{who}": weight for who, weight in terms.funders.items()},
        "validity": terms.validity.count,
        "validity_unit": terms.validity.unit,
        "purchase_step": terms.purchase_step,
        "monthly_cap": terms.monthly_cap,
        "holding_cap": terms.holding_cap,
        "purpose": "",
        "legal_basis": "",
    }


def _change_page(
    request: HttpRequest,
    official: Official,
    programme: Programme,
    form: ChangeForm,
    error: CityCoinError | None = None,
    *,
    wanted: ProgrammeChange | None = None,
) -> HttpResponse:
    context = change_programme_page(
        official, programme, clock.now(), values=form.typed(), wrong=list(form.errors), change=wanted
    )
    return page(request, official, "programme_change", context, error)


def _usual(today: date) -> dict[str, object]:
    """What most programmes say, to be changed."""
    return {
        "in_force_from": today.isoformat(),
        "discount": 10,
        f"{SHARE}{LAST_FUNDER}": 100,
        "first_day": "",
        "last_day": "",
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
