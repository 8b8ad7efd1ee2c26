"""The files of a city's face: a stylesheet of its colours and its drawings as images, for good under their digest."""

from __future__ import annotations

from typing import Final

from csp.constants import NONE
from csp.decorators import csp
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from citycoin.foundation.http.errors import RouteUnknown
from citycoin.platform.cities.queries import FaceFile, file_of_face

STYLESHEET: Final = "text/css; charset=utf-8"
DRAWING: Final = "image/svg+xml; charset=utf-8"
FOR_GOOD: Final = "public, max-age=31536000, immutable"
# An image that is opened by itself runs nothing, loads nothing and is in nobody's frame; it needs no style either.
ALONE: Final = {"default-src": [NONE], "frame-ancestors": [NONE], "sandbox": True}


@csp(ALONE)  # type: ignore[arg-type,untyped-decorator,unused-ignore] # it takes a policy of any directives
@require_safe
def file(request: HttpRequest, city: str, digest: str, which: FaceFile) -> HttpResponse:
    """The file with this digest. Raises RouteUnknown for any other: what is kept for good is never a guess."""
    content = file_of_face(city, digest, which)
    if content is None:
        raise RouteUnknown
    kind = STYLESHEET if which == "colours" else DRAWING
    return HttpResponse(content, content_type=kind, headers={"Cache-Control": FOR_GOOD})
