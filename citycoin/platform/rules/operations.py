"""Writes of rules."""

from __future__ import annotations

from citycoin.platform.rules.domain import Dated, RuleKind, T
from citycoin.platform.rules.models import WHOLE_CITY, Rule


def write_rule(*, city_id: int, kind: RuleKind[T], rule: Dated[T], number: int = WHOLE_CITY) -> Rule:
    """The rule's row. One that begins on that day already stays as it is: decisions may rest on it."""
    row, _ = Rule.objects.get_or_create(
        city_id=city_id,
        kind=kind.name,
        number=number,
        in_force_from=rule.in_force_from,
        defaults={"body": rule.terms.model_dump(mode="json"), "legal_basis": rule.legal_basis},
    )
    return row
