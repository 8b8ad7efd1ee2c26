"""The one table from what the domain says to what HTTP says, as problem+json (RFC 9457)."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any, Final

from django.http import HttpRequest, JsonResponse
from rest_framework import exceptions
from rest_framework.response import Response

from citycoin.foundation.bilingual import WRITTEN, language, translated
from citycoin.foundation.kernel.errors import CityCoinError, Conflict, Malformed, NotFound, Rejected, Unavailable

log = logging.getLogger(__name__)
PROBLEM: Final = "application/problem+json"
STATUS: Final[dict[type[CityCoinError], int]] = {
    Malformed: 400,
    NotFound: 404,
    Conflict: 409,
    Rejected: 422,
    Unavailable: 503,
}


class FieldsWrong(Malformed):
    """Fields are missing, unknown or not of their form; ``details.fields`` names each."""

    code = "fields_wrong"
    ko = "입력한 내용을 확인해 주세요."
    en = "Please check the fields: some are not as they should be."


class RouteUnknown(NotFound):
    """No such path."""

    code = "route_unknown"
    ko = "그런 주소는 없어요. 주소를 확인하거나 첫 화면에서 다시 들어와 주세요."
    en = "There is nothing at this address. Please check it, or begin at the first page."


class MethodUnknown(Malformed):
    """The path doesn't take this method."""

    code = "method_unknown"
    ko = "이 주소에서는 할 수 없는 요청이에요. API 안내를 확인해 주세요."
    en = "This address does not take that method. Please see the API's page."


class MediaTypeUnknown(Malformed):
    """Only application/json is read."""

    code = "media_type_unknown"
    ko = "JSON 형식으로 보내 주세요."
    en = "Please send application/json."


def status_of(error: type[CityCoinError]) -> int:
    """The HTTP status of a kind of error."""
    return next(status for kind, status in STATUS.items() if issubclass(error, kind))


def body_of(error: CityCoinError) -> dict[str, object]:
    """What the answer says: RFC 9457's members and ours; in a further language of the reader's, too, by its code."""
    further = {} if (code := language()) in WRITTEN else {code: translated(error.en, code)}
    return {
        "type": f"/docs/errors#{error.code}",
        "status": status_of(type(error)),
        "code": error.code,
        "number": error.number,
        "title": error.en,
        "ko": error.ko,
        "en": error.en,
        **further,
        "money_moved": error.money_moved,
        "details": error.details,
    }


def takes_problems(request: HttpRequest) -> bool:
    """Whether whoever asks reads a problem and shows no page: a caller of the API, or a script of one of our pages."""
    return request.path.startswith("/api/") or PROBLEM in request.headers.get("Accept", "")


def problem(failure: Exception, context: Mapping[str, Any]) -> Response | None:
    """The framework's hook: an expected failure as its answer; anything else is a fault of ours and stays one."""
    error = failure if isinstance(failure, CityCoinError) else _ours(failure)
    if error is None:
        return None
    return Response(body_of(error), status=status_of(type(error)), content_type=PROBLEM)


def _ours(failure: Exception) -> CityCoinError | None:
    if isinstance(failure, exceptions.ValidationError):
        return FieldsWrong(fields=failure.detail)
    if isinstance(failure, exceptions.MethodNotAllowed):
        return MethodUnknown()
    if isinstance(failure, exceptions.UnsupportedMediaType | exceptions.NotAcceptable):
        return MediaTypeUnknown()
    if isinstance(failure, exceptions.APIException):
        log.warning("the framework says %s", failure)
        return FieldsWrong(fields={})
    return None


def answer(error: CityCoinError) -> JsonResponse:
    """The problem as a plain answer, where the framework isn't asked: what no view answers, and what scripts of pages are told."""
    status = status_of(type(error))
    return JsonResponse(body_of(error), status=status, content_type=PROBLEM)
