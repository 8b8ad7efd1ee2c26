"""The page of health, for people and for machines."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from citycoin.foundation.kernel import clock
from citycoin.platform.health.domain.checks import Line
from citycoin.platform.health.queries import report
from citycoin.platform.pages.doors import context_processors
from citycoin.platform.pages.doors.contexts import fields_of
from citycoin.web.public.contexts.health import health_page

DATABASE = "database"


@require_safe
def alive(_request: HttpRequest) -> HttpResponse:
    """Say that the web process answers; nothing of any other."""
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Every part, in the reader's language: 200 when all are good, otherwise 503."""
    lines = report.lines()
    return _page(request, lines, status=_status(lines))


@never_cache
@require_safe
def parts(request: HttpRequest) -> HttpResponse:
    """The same for the page's script, which looks again: always 200, since what is red is an answer, too."""
    return _page(request, report.lines(), status=200)


@never_cache
@require_safe
def as_json(_request: HttpRequest) -> JsonResponse:
    """Every line: 200 when all are good, otherwise 503."""
    lines = report.lines()

    return JsonResponse(
        {
            "good": _all_good(lines),
            "lines": [
                {
                    "name": line.name,
                    "good": line.good,
                    "warning": line.warning,
                    "ko": line.words.ko,
                    "en": line.words.en,
                }
                for line in lines
            ],
        },
        status=_status(lines),
        json_dumps_params={"ensure_ascii": False},
    )


def _page(request: HttpRequest, lines: list[Line], *, status: int) -> HttpResponse:
    context = fields_of(health_page(lines, clock.now()))
    if all(line.good for line in lines if line.name == DATABASE):
        return render(request, "public/health.html", context, status=status)
    # Who is signed in stands in the database that is away, so nothing of the request is asked.
    said = render_to_string("public/health.html", context_processors.settled() | context)
    return HttpResponse(said, status=status)


def _all_good(lines: list[Line]) -> bool:
    return all(line.good for line in lines)


def _status(lines: list[Line]) -> int:
    return 200 if _all_good(lines) else 503
