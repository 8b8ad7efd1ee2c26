"""Reads of applications: for the officials who decide them, and for the person who handed them in."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from citycoin.foundation.kernel.errors import NotFound
from citycoin.platform.accounts.models import Person
from merchants.models import ShopApplication

Status = ShopApplication.Status


class ApplicationUnknown(NotFound):
    """The city has no such application of this person."""

    code = "application_unknown"
    ko = "그런 가맹 신청이 없어요. 목록에서 다시 골라 주세요."
    en = "There is no such application. Please choose it from the list again."


def waiting_applications(city_id: int) -> QuerySet[ShopApplication]:
    """Those that nobody has decided, oldest first, with their applicants."""
    return _in(city_id).filter(status=Status.WAITING).select_related("applicant").order_by("pk")


def applications_wait_since(city_id: int) -> list[datetime]:
    """When each that nobody has decided was handed in, the oldest first."""
    return list(_in(city_id).filter(status=Status.WAITING).order_by("pk").values_list("applied_at", flat=True))


def decided_applications(city_id: int) -> QuerySet[ShopApplication]:
    """Those that were decided, the last decision first, with who decided."""
    return _in(city_id).exclude(status=Status.WAITING).select_related("decided_by__person").order_by("-decided_at")


def application_named(city_id: int, number: int) -> ShopApplication:
    """The city's application of this number. Raises ApplicationUnknown."""
    return _known(_in(city_id).filter(pk=number))


def application_of(city_id: int, applicant: Person, number: int) -> ShopApplication:
    """The person's own application of this number, with its shop. Raises ApplicationUnknown."""
    return _known(_in(city_id).filter(pk=number, applicant=applicant).select_related("shop"))


def unfinished_applications(city_id: int, applicant: Person) -> list[ShopApplication]:
    """The person's that wait, and rejected ones whose business hasn't got further since; in the order of their numbers."""
    last = {each.business_number: each for each in _in(city_id).filter(applicant=applicant).order_by("pk")}
    return [each for each in last.values() if each.status != Status.APPROVED]


def _in(city_id: int) -> QuerySet[ShopApplication]:
    return ShopApplication.objects.filter(city_id=city_id)


def _known(rows: QuerySet[ShopApplication]) -> ShopApplication:
    found = rows.first()
    if found is None:
        raise ApplicationUnknown
    return found
