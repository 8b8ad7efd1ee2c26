"""A city's face: what its file gives, completed by what is drawn from its name, as the files that pages are given."""

from __future__ import annotations

from dataclasses import dataclass, fields
from hashlib import sha256

from citycoin.foundation.bilingual import Words
from citycoin.platform.cities.domain import patterns
from citycoin.platform.cities.domain.colours import Palette, Theme, palette_of, second_of
from citycoin.platform.cities.domain.drawings import painted, rewritten


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What a city gives of its face; None for what is to be drawn. Drawings are rewritten, colours ``#rrggbb``."""

    money: Words | None = None
    colour: str | None = None
    second: str | None = None
    light_point: str | None = None
    emblem: str | None = None
    picture: str | None = None
    says: Words | None = None  # what the picture shows


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A whole face. The last four are files as they are served."""

    money: Words
    says: Words
    colour: str
    colours: str
    emblem: str
    picture: str  # for the city's own ground
    picture_ink: str  # for neutral grounds, light and dark

    @property
    def digest(self) -> str:
        """16 hex digits over the files: another content has another address."""
        return sha256("\0".join([self.colours, self.emblem, self.picture, self.picture_ink]).encode()).hexdigest()[:16]


def drawn(slug: str, names: Words, given: Given) -> Drawn:
    """The face of the city with these names. Raises ColoursWrong where what it gives can't be read on."""
    colour = given.colour or patterns.colour_for(slug)
    second = given.second or second_of(colour)
    palette = palette_of(colour, second, given.light_point)
    light, picture = palette.light, given.picture or rewritten(patterns.picture_for(slug).encode())
    made = patterns.emblem_for(slug, names.ko, plate=light.city, pop=light.city_pop)
    return Drawn(
        money=given.money or Words("{city} 지역화폐", "{city} local currency").filled(city=names),
        says=(given.says if given.picture else None) or patterns.SAYS,
        colour=colour,
        colours=_stylesheet(slug, palette),
        emblem=painted(given.emblem or rewritten(made.encode()), ink=light.city, pop=light.city_pop),
        picture=painted(picture, ink=light.city_on, pop=light.city_pop),
        picture_ink=painted(picture, ink=palette.between, pop=palette.between_pop),
    )


def _stylesheet(slug: str, palette: Palette) -> str:
    """The colours as CSS variables, in three rules of which each is stronger than the one before.

    High contrast is the platform's own, so none of them is stronger than ``:root[data-theme="contrast"][data-city]``.
    """
    city = f'[data-city="{slug}"]'
    light, dark = _variables(palette.light), _variables(palette.dark)
    return "\n".join(
        [
            f":root{city}, :root {city} {{ {light} }}",
            f'[data-theme="dark"]{city}, [data-theme="dark"] {city} {{ {dark} }}',
            "@media (prefers-color-scheme: dark) {",
            f"    :root:not([data-theme]){city}, :root:not([data-theme]) {city} {{ {dark} }}",
            "}",
            "",
        ]
    )


def _variables(theme: Theme) -> str:
    return " ".join(f"--{each.name.replace('_', '-')}: {getattr(theme, each.name)};" for each in fields(theme))
