"""Tells those of a shop who may give won back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from citycoin.platform.notices.domain.kinds import Kind
from citycoin.platform.notices.operations import News, tell
from merchants.models import Shop, Staff

MAY_GIVE_BACK: Final = (Staff.Role.MANAGER, Staff.Role.OWNER)


def tell_managers(shop: Shop, kind: Kind, subject: str, facts: Mapping[str, object], *, now: datetime) -> None:
    """Tell the shop's managers and owners, in the caller's transaction; of one subject each of them once. Raises FactsWrong."""
    parts = Staff.objects.filter(shop=shop, until=None, role__in=MAY_GIVE_BACK)
    news = [
        News(
            person_id=part.person_id,
            city_id=shop.city_id,
            kind=kind,
            subject=f"{shop.pk} {subject}",
            facts={"shop": names_said(shop), **facts},
        )
        for part in parts
    ]
    tell(*news, now=now)


def names_said(shop: Shop) -> list[str]:
    """As a notice keeps a shop's name."""
    return [shop.name_ko, shop.name_en]
