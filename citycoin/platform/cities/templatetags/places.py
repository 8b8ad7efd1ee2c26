"""Template tag: where in its city something is."""

from __future__ import annotations

from typing import Any

from django import template

from citycoin.foundation.bilingual import is_korean
from citycoin.platform.cities.queries import english_name

register = template.Library()


@register.simple_tag
def district_of(thing: Any) -> str:
    """The district of a shop or an application in the reader's language; as it was typed where the city lists none."""
    if is_korean() or not thing.district:
        return str(thing.district)
    return english_name(thing.city_id, thing.district) or str(thing.district)
