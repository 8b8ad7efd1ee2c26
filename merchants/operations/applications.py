"""A business asks to be a shop of the city; an official decides, once, and the audit log has it."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from citycoin.foundation.fault_points import commits
from citycoin.foundation.kernel.errors import Conflict
from citycoin.foundation.kernel.text import Name
from citycoin.foundation.locks import locked
from citycoin.platform.accounts.models import Official, Person
from citycoin.platform.audit import operations as audit
from citycoin.platform.audit.operations import ReasonMissing
from citycoin.platform.cities.models import City
from contracts.domain.signing import Signer
from merchants.domain.business_number import is_business_number
from merchants.domain.businesses import Business, Category
from merchants.models import Shop, ShopApplication, Staff
from merchants.operations import shops
from merchants.operations.shops import BusinessNumberWrong, BusinessRegistered
from merchants.queries.applications import ApplicationUnknown


class ApplicationDecided(Conflict):
    """An official has decided already; ``details.status`` says how."""

    code = "application_decided"
    ko = "이미 처리된 신청입니다. 새로 고쳐 결과를 확인해 주십시오."
    en = "This application has been decided already. Please reload the page."


class BusinessWaiting(Conflict):
    """An application of this business waits for a decision."""

    code = "business_waiting"
    ko = "이 사업자의 신청을 검토하고 있어요. 결과가 나올 때까지 기다려 주세요."
    en = "An application of this business is being reviewed. Please wait for the decision."


def apply_for_shop(*, city: City, applicant: Person, business: Business, now: datetime) -> ShopApplication:
    """Hand in an application. Raises BusinessNumberWrong, BusinessRegistered, BusinessWaiting."""
    if not is_business_number(business.business_number):
        raise BusinessNumberWrong(number=business.business_number)
    if Shop.objects.filter(city=city, business_number=business.business_number).exists():
        raise BusinessRegistered
    try:
        with transaction.atomic():
            return ShopApplication.objects.create(
                city=city,
                applicant=applicant,
                name_ko=business.name_ko,
                name_en=business.name_en,
                business_number=business.business_number,
                district=business.district,
                category=business.category,
                applied_at=now,
            )
    except IntegrityError:
        raise BusinessWaiting from None


@commits("approve_application")
def approve_application(
    *, application: ShopApplication, official: Official, signer: Signer, now: datetime
) -> ShopApplication:
    """Open the shop, with the applicant as its owner. Raises ApplicationUnknown, ApplicationDecided, BusinessRegistered."""
    decided = _locked_waiting(application, official)
    business = Business(
        Name(decided.name_ko),
        Name(decided.name_en),
        decided.business_number,
        decided.district,
        Category(decided.category),
    )
    shop, _ = shops.open_shop(city=official.city, business=business, signer=signer, now=now)
    Staff.objects.create(shop=shop, person=decided.applicant, role=Staff.Role.OWNER, since=now)
    decided.shop = shop
    return _decide(decided, ShopApplication.Status.APPROVED, official=official, now=now, shop=shop.pk)


@commits("reject_application")
def reject_application(
    *, application: ShopApplication, official: Official, reason: str, now: datetime
) -> ShopApplication:
    """Say no, and why. Raises ApplicationUnknown, ApplicationDecided, ReasonMissing."""
    decided = _locked_waiting(application, official)
    if not reason.strip():
        raise ReasonMissing
    decided.reason = reason.strip()[:300]
    return _decide(decided, ShopApplication.Status.REJECTED, official=official, now=now)


def _locked_waiting(application: ShopApplication, official: Official) -> ShopApplication:
    """The row, locked, still undecided and of the official's own city."""
    rows = locked(ShopApplication.objects.filter(pk=application.pk, city_id=official.city_id))
    found = rows.select_related("applicant").first()
    if found is None:
        raise ApplicationUnknown
    if found.status != ShopApplication.Status.WAITING:
        raise ApplicationDecided(status=found.status)
    return found


def _decide(
    application: ShopApplication, status: ShopApplication.Status, *, official: Official, now: datetime, **facts: int
) -> ShopApplication:
    application.status, application.decided_by, application.decided_at = status, official, now
    application.save(update_fields=["status", "decided_by", "decided_at", "reason", "shop"])
    audit.record(
        city_id=official.city_id,
        official=official,
        act=f"shop_application.{status}",
        facts={"application": application.pk, **facts},
        now=now,
    )
    return application
