"""Reads of rules: which one is in force, and what it says."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from citycoin.foundation.kernel.clock import KST
from citycoin.platform.rules.domain import Dated, RuleKind, T
from citycoin.platform.rules.models import WHOLE_CITY, Rule


def begun(kind: RuleKind[T], now: datetime) -> QuerySet[Rule]:
    """Every rule of the kind whose day has come in Seoul, of all cities; the newest first."""
    today = now.astimezone(KST).date()
    return Rule.objects.filter(kind=kind.name, in_force_from__lte=today).order_by("-in_force_from")


def rule_in_force(city_id: int, kind: RuleKind[T], now: datetime, *, number: int = WHOLE_CITY) -> Rule | None:
    """The row that holds in the city now; None where none has begun."""
    return begun(kind, now).filter(city_id=city_id, number=number).first()


def terms_in_force(city_id: int, kind: RuleKind[T], now: datetime) -> T:
    """What holds in the whole city now; before a first rule, what is usual."""
    rule = rule_in_force(city_id, kind, now)
    if rule:
        return kind.read(rule.body)
    assert kind.usual is not None, f"{kind.name} has nothing that is usual: ask rule_in_force"
    return kind.usual


def dated(kind: RuleKind[T], rule: Rule) -> Dated[T]:
    """A row as its kind reads it."""
    return Dated(rule.in_force_from, kind.read(rule.body), rule.legal_basis)
