"""The PIN that a manager of a shop types before a large refund."""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta
from math import ceil

from django.conf import settings

from citycoin.foundation import vault
from citycoin.foundation.fault_points import commits
from citycoin.foundation.kernel.errors import Rejected
from citycoin.foundation.locks import locked
from citycoin.platform.accounts.models import Person
from citycoin.platform.notices.domain.kinds import Kind
from citycoin.platform.notices.operations import News, tell
from merchants.models import Shop, Staff


class RefundPinNotSet(Rejected):
    """The manager has no PIN yet; they choose one on the shop's page for it."""

    code = "refund_pin_not_set"
    ko = "이 금액을 취소하려면 매니저 비밀번호가 있어야 해요. 먼저 비밀번호를 정해 주세요. 아직 취소하지 않았어요."
    en = "A refund of this size needs your manager PIN. Please choose one first. Nothing has been refunded yet."


class RefundPinWrong(Rejected):
    """The PIN isn't this manager's."""

    code = "refund_pin_wrong"
    ko = "매니저 비밀번호가 맞지 않아요. 취소하지 않았어요. 다시 적어 주세요."
    en = "The manager PIN is wrong. Nothing was refunded. Please type it again."


class RefundPinLocked(Rejected):
    """Too many wrong PINs; wait, or choose another after signing in again."""

    code = "refund_pin_locked"
    ko = "매니저 비밀번호를 여러 번 틀려 잠시 잠겼어요. 기다리거나 다시 로그인해 새 비밀번호를 정해 주세요. 취소하지 않았어요."
    en = "Too many wrong PINs: wait, or sign in again and choose another. Nothing was refunded."


@commits("set_refund_pin")
def set_pin(*, part: Staff, pin: str) -> None:
    """Another PIN from now on, six digits; what was typed wrong before is forgotten."""
    mine = locked(Staff.objects.filter(pk=part.pk)).get()
    mine.pin_fingerprint = _fingerprint(mine, pin)
    mine.pin_failures, mine.pin_locked_until = 0, None
    mine.save(update_fields=["pin_fingerprint", "pin_failures", "pin_locked_until"])


def judged(shop: Shop, by: Person, pin: str, now: datetime) -> Rejected | None:
    """Why ``pin`` isn't that of ``by`` in the shop, if it isn't; in the caller's transaction, which keeps the count.

    So it says no and raises nothing: RefundPinNotSet, RefundPinWrong, RefundPinLocked.
    """
    part = locked(Staff.objects.filter(shop=shop, person=by, until=None)).first()
    if part is None or part.pin_fingerprint is None:
        return RefundPinNotSet()
    if part.pin_locked_until and part.pin_locked_until > now:
        return RefundPinLocked(until=part.pin_locked_until.isoformat())
    right = hmac.compare_digest(bytes(part.pin_fingerprint), _fingerprint(part, pin))
    part.pin_failures = 0 if right else part.pin_failures + 1
    if part.pin_failures >= settings.PIN_TRIES:
        part.pin_failures, part.pin_locked_until = 0, now + timedelta(seconds=settings.PIN_LOCK_SECONDS)
        _tell_locked(shop, part, now)
    part.save(update_fields=["pin_failures", "pin_locked_until"])
    return None if right else RefundPinWrong()


def _tell_locked(shop: Shop, part: Staff, now: datetime) -> None:
    news = News(
        person_id=part.person_id,
        city_id=shop.city_id,
        kind=Kind.REFUND_PIN_LOCKED,
        subject=f"{shop.pk} {now.isoformat()}",
        facts={"shop": [shop.name_ko, shop.name_en], "minutes": ceil(settings.PIN_LOCK_SECONDS / 60)},
    )
    tell(news, now=now)


def _fingerprint(part: Staff, pin: str) -> bytes:
    return vault.fingerprint(pin, owner=f"refund pin of staff {part.pk}")
