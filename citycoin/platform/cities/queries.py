"""Which cities there are, their districts, and their faces."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from django.db.models import QuerySet
from django.urls import reverse

from citycoin.foundation.bilingual import Words
from citycoin.foundation.kernel.errors import NotFound
from citycoin.platform.cities.domain.faces import Drawn, Given, drawn
from citycoin.platform.cities.models import City, District

FaceFile = Literal["colours", "emblem", "picture", "picture_ink"]
# All of a face but its files, which a page only refers to; the names are for a city that was founded without one.
SHOWN: Final = ("money_ko", "money_en", "says_ko", "says_en", "colour", "digest")


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """How a city looks: what pages name and refer to."""

    money: Words
    says: Words  # what the picture shows
    colour: str  # #rrggbb, the city's own
    colours_url: str  # a stylesheet with the variables of a page
    emblem_url: str
    picture_url: str  # for the city's own ground
    picture_ink_url: str  # for neutral grounds


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedFace:
    """How a city looks on paper: the files themselves, which no printer asks us for."""

    money: Words
    colour: str  # #rrggbb
    emblem: str
    picture: str  # for the city's own ground


class CityUnknown(NotFound):
    """The URL names a city that this installation doesn't serve."""

    code = "city_unknown"
    ko = "그런 도시는 여기에 없어요. 첫 화면에서 도시를 골라 주세요."
    en = "There is no such city here. Please choose one on the first page."


def city_named(slug: str) -> City:
    """The city with this slug. Raises CityUnknown."""
    try:
        return City.objects.get(slug=slug)
    except City.DoesNotExist:
        raise CityUnknown(city=slug) from None


def all_cities() -> QuerySet[City]:
    """Every city of this installation, by slug."""
    return City.objects.all()


def english_name(city_id: int, district: str) -> str | None:
    """The English name of the city's district with this Korean one; None where the city lists none of it."""
    return District.objects.filter(city_id=city_id, name_ko=district).values_list("name_en", flat=True).first()


def districts_of(city: City) -> QuerySet[District]:
    """The districts that the city's file lists, by their Korean names; none where it lists none."""
    return District.objects.filter(city=city).order_by("name_ko")


def face_of(city: City) -> Face:
    """The city's face. Raises CityUnknown for one that is in no row any more."""
    face = face_at(city.slug)
    if face is None:
        raise CityUnknown(city=city.slug)
    return face


def face_at(slug: str) -> Face | None:
    """The face of the city with this slug, by one query; None where there is no such city."""
    asked = City.objects.filter(slug=slug)
    found = asked.values_list("name_ko", "name_en", *(f"identity__{each}" for each in SHOWN)).first()
    if found is None:
        return None
    name_ko, name_en, *shown = found
    if shown[-1] is None:
        made = _drawn(slug, name_ko, name_en)
        return _face(slug, made.digest, money=made.money, says=made.says, colour=made.colour)
    money_ko, money_en, says_ko, says_en, colour, digest = shown
    return _face(slug, digest, money=Words(money_ko, money_en), says=Words(says_ko, says_en), colour=colour)


def file_of_face(slug: str, digest: str, which: FaceFile) -> str | None:
    """A file of the city's face, by one query; None where there is none under this digest."""
    asked = City.objects.filter(slug=slug)
    found = asked.values_list("name_ko", "name_en", "identity__digest", f"identity__{which}").first()
    if found is None:
        return None
    name_ko, name_en, kept, file = found
    if kept is None:
        made = _drawn(slug, name_ko, name_en)
        kept, file = made.digest, getattr(made, which)
    return str(file) if kept == digest else None


def printed_face(city: City) -> PrintedFace:
    """The city's face for paper, by one query."""
    named = ("money_ko", "money_en", "colour", "emblem", "picture")
    found = City.objects.filter(pk=city.pk).values_list(*(f"identity__{each}" for each in named)).first()
    if found is None or found[0] is None:
        made = _drawn(city.slug, city.name_ko, city.name_en)
        return PrintedFace(money=made.money, colour=made.colour, emblem=made.emblem, picture=made.picture)
    ko, en, colour, emblem, picture = found
    return PrintedFace(money=Words(ko, en), colour=colour, emblem=emblem, picture=picture)


@lru_cache(maxsize=64)
def _drawn(slug: str, name_ko: str, name_en: str) -> Drawn:
    """The face of a city that no file founded."""
    return drawn(slug, Words(name_ko, name_en), Given())


def _face(slug: str, digest: str, *, money: Words, says: Words, colour: str) -> Face:
    def url(which: FaceFile) -> str:
        return reverse(f"face-{which}", kwargs={"city": slug, "digest": digest})

    return Face(
        money=money,
        says=says,
        colour=colour,
        colours_url=url("colours"),
        emblem_url=url("emblem"),
        picture_url=url("picture"),
        picture_ink_url=url("picture_ink"),
    )
