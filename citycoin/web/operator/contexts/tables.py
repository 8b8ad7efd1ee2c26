"""Which tables and columns an operator sees, and whose city a row is."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from django.apps import apps
from django.db.models import AutoField, BinaryField, CharField, Field, ForeignKey, JSONField, Model, UUIDField

from citycoin.platform.cities.models import City

COLUMNS: Final = 8
# Secrets that aren't bytes. Every column of bytes is closed by its kind: sealed, a fingerprint, a hash of a secret.
CLOSED: Final = frozenset(
    {
        "reports.Report.code",
        "accounts.Person.password",
        "accounts.Person.totp_used_step",
        "accounts.OfficialSession.session_key",  # whoever has it has the official's session
        # As the bank says them: an official of the city sees them where a deposit waits.
        "bank.Deposit.payer_bank",
        "bank.Deposit.payer_name",
        "bank.Deposit.payer_number",
        "bank.TransferOut.note",  # of a check it has the code
        "bank.TransferOut.payee_bank",
        "bank.TransferOut.payee_name",
        "bank.TransferOut.payee_number",
        "payouts.PayoutAccount.bank",
        "payouts.PayoutAccount.code",  # whoever has it has the shop paid there
        "payouts.PayoutAccount.holder",
        "payouts.PayoutAccount.number",
        "merchants.PaymentRequest.code",  # whoever has it may see the request, and pay it
    }
)


def tables() -> list[type[Model]]:
    """Every model of ours, the lowest app first; none of Django's own."""
    return [model for model in apps.get_models() if not model.__module__.startswith("django.")]


def is_closed(field: Field[Any, Any]) -> bool:
    """Whether the column is shown, sorted by and searched nowhere."""
    return isinstance(field, BinaryField) or f"{field.model._meta.label}.{field.name}" in CLOSED


def shown(model: type[Model]) -> list[Field[Any, Any]]:
    """The columns that a row's page has, in the order in which the model writes them."""
    return [field for field in model._meta.concrete_fields if not is_closed(field)]


def columns(model: type[Model]) -> tuple[str, ...]:
    """The first few names for a list; what may be long stands on the row's page alone."""
    return tuple(field.name for field in shown(model) if not isinstance(field, JSONField))[:COLUMNS]


def searched(model: type[Model]) -> list[str]:
    """What the search field looks in, as Django's admin writes it: a row's number, and texts that aren't a choice."""
    fields = shown(model)
    texts = [field.name for field in fields if isinstance(field, CharField | UUIDField) and not field.choices]
    return [*texts, *("pk__exact" for field in fields if isinstance(field, AutoField))]


@cache
def way_to_city(model: type[Model]) -> tuple[str, ...] | None:
    """The shortest way to a city by names of foreign keys; empty for a city itself, None where there is none."""
    ways: list[tuple[type[Model], tuple[str, ...]]] = [(model, ())]
    met = {model}
    for here, way in ways:  # grows while it is walked, the near ones first
        if here is City:
            return way
        for field in here._meta.concrete_fields:
            if isinstance(field, ForeignKey) and field.related_model not in met:
                met.add(field.related_model)
                ways.append((field.related_model, (*way, field.name)))
    return None


def city_of(row: Model) -> int | None:
    """The key of the city whose row it is; None where it is no city's, as a person is."""
    way = way_to_city(type(row))
    if way is None:
        return None
    at: Any = row
    for name in way:
        at = getattr(at, name)
        if at is None:
            return None
    number: int = at.pk
    return number
