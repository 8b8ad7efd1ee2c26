"""The page of health, for people and for machines."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from citycoin.platform.health.domain.checks import Line
from citycoin.platform.health.queries import report
from citycoin.platform.pages.doors.contexts import fields_of
from citycoin.web.public.contexts import HealthPage


@require_safe
def alive(_request: HttpRequest) -> HttpResponse:
    """Say that the web process answers; nothing of any other."""
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Every line, in the reader's language."""
    lines = report.lines()
    context = HealthPage(lines=lines, good=_all_good(lines))
    return render(request, "public/health.html", fields_of(context), status=_status(lines))


@never_cache
@require_safe
def as_json(_request: HttpRequest) -> JsonResponse:
    """Every line: 200 when all are good, otherwise 503."""
    lines = report.lines()

    return JsonResponse(
        {
            "good": _all_good(lines),
            "lines": [
                {"name": line.name, "good": line.good, "warning": line.warning, "ko": line.says_ko, "en": line.says_en}
                for line in lines
            ],
        },
        status=_status(lines),
        json_dumps_params={"ensure_ascii": False},
    )


def _all_good(lines: list[Line]) -> bool:
    return all(line.good for line in lines)


def _status(lines: list[Line]) -> int:
    return 200 if _all_good(lines) else 503
