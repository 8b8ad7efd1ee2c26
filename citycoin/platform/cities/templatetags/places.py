"""Template tags: where in its city something is, and what the city's money is called."""

from __future__ import annotations

from typing import Any

from django import template

from citycoin.foundation.bilingual import is_korean
from citycoin.platform.cities.models import City
from citycoin.platform.cities.queries import english_name, face_of

register = template.Library()


@register.simple_tag
def district_of(thing: Any) -> str:
    """The district of a shop or an application in the reader's language; as it was typed where the city lists none."""
    if is_korean() or not thing.district:
        return str(thing.district)
    return english_name(thing.city_id, thing.district) or str(thing.district)


@register.simple_tag
def money_of(city: City) -> str:
    """The name of the city's money in the reader's language."""
    return str(face_of(city).money)
