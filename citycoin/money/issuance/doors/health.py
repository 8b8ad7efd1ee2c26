"""Issuing's line on the page of health."""

from collections.abc import Iterator

from citycoin.foundation.bilingual import Words
from citycoin.money.issuance.queries.official_keys import cities_with_founding_keys
from citycoin.platform.health.domain import checks
from citycoin.platform.health.domain.checks import Line


@checks.register
def founding_line() -> Iterator[Line]:
    """A warning while a founding key may still sign."""
    cities = cities_with_founding_keys()
    if cities:
        named = ", ".join(cities)
        yield Line(
            "founding",
            True,
            Words("임시 열쇠로 서명하는 도시: {cities}", "founding keys in force in {cities}").filled(cities=named),
            warning=True,
        )
    else:
        yield Line("founding", True, Words("담당자의 열쇠만 쓰임", "only officials' own keys are in force"))
