"""Template tag: where in its city something is."""

from __future__ import annotations

from typing import Any

from django import template

from citycoin.foundation.bilingual import is_korean
from citycoin.platform.cities.models import District

register = template.Library()


@register.simple_tag
def district_of(thing: Any) -> str:
    """The district of a shop or an application in the reader's language; as it was typed where the city lists none."""
    if is_korean() or not thing.district:
        return str(thing.district)
    named = District.objects.filter(city_id=thing.city_id, name_ko=thing.district).values_list("name_en", flat=True)
    return str(named.first() or thing.district)
