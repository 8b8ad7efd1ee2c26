"""What makes the wallet an app of its own: its manifest, and the worker that shows its last copy without a connection."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from citycoin.platform.cities.queries import city_named, face_of

WORKER: Final = Path(__file__).resolve().parent.parent / "static" / "resident" / "offline.js"
# Of the pages in light colours, behind which the app opens.
GROUND: Final = "#f5f7f8"


@require_safe
def manifest(request: HttpRequest, city: str) -> JsonResponse:
    """The city's web app manifest (W3C), in the reader's language. Raises CityUnknown.

    The emblem is a drawing, which a browser scales itself: nothing here draws it into a PNG.
    """
    face = face_of(city_named(city))
    emblem = {"src": face.emblem_url, "sizes": "any", "type": "image/svg+xml", "purpose": "any"}
    said = {
        "id": reverse("wallet", args=[city]),
        "name": str(face.money),
        "short_name": str(face.money),
        "start_url": reverse("wallet", args=[city]),
        "scope": reverse("city", args=[city]),
        "display": "standalone",
        "theme_color": face.colour,
        "background_color": GROUND,
        "icons": [emblem],
    }
    return JsonResponse(said, content_type="application/manifest+json", headers={"Cache-Control": "no-cache"})


@require_safe
def worker(request: HttpRequest, city: str) -> HttpResponse:
    """The city's service worker, whose scope is the folder it is served from. Raises CityUnknown.

    Not among the static files: a worker lives as long as its address, so that can't hold a hash.
    """
    city_named(city)
    return HttpResponse(_script(), content_type="text/javascript; charset=utf-8", headers={"Cache-Control": "no-cache"})


@cache
def _script() -> str:
    return WORKER.read_text()
