"""An official's own files, within the console's frame."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from citycoin.foundation.kernel import clock
from citycoin.platform.accounts.models import Official
from citycoin.platform.exports.domain.formats import format_named
from citycoin.platform.exports.operations import ask_for_file, cancel_file
from citycoin.platform.exports.queries import CONSOLE, job_of, jobs_of, recipe_named
from citycoin.web.console.doors.frame import in_console, page
from citycoin.web.files import contexts
from citycoin.web.files.doors.asking import asked_for, client_id_of, whole_file


@require_safe
@in_console
def files(request: HttpRequest, official: Official) -> HttpResponse:
    """All of theirs."""
    jobs = jobs_of(official.person, official.city_id, CONSOLE)
    return page(request, official, "files", contexts.files_page(official.city, jobs))


@require_http_methods(["GET", "HEAD", "POST"])
@in_console
def new_file(request: HttpRequest, official: Official, what: str) -> HttpResponse:
    """A file that takes long: what it will be; sent, it is begun, once."""
    recipe = recipe_named(what, CONSOLE)
    wanted, as_ = asked_for(request, recipe, official.person, official.city, clock.now())
    if request.method != "POST":
        return page(request, official, "file_new", contexts.new_file_page(recipe, wanted, as_))
    job = ask_for_file(client_id=client_id_of(request), recipe=recipe, wanted=wanted, format_=format_named(as_))
    return redirect("console-file", official.city.slug, job.client_id)


@require_safe
@in_console
def file(request: HttpRequest, official: Official, file_id: UUID) -> HttpResponse:
    """How far it is, and the way to it."""
    job = job_of(official.person, official.city_id, file_id, CONSOLE)
    return page(request, official, "file", contexts.file_page(official.city, job))


@require_POST
@in_console
def cancel(request: HttpRequest, official: Official, file_id: UUID) -> HttpResponse:
    """They don't want it any more."""
    job = job_of(official.person, official.city_id, file_id, CONSOLE)
    cancel_file(job=job, now=clock.now())
    return redirect("console-file", official.city.slug, job.client_id)


@require_safe
@in_console
def content(request: HttpRequest, official: Official, file_id: UUID) -> HttpResponseBase:
    """The file, to who asked for it and still works there. Raises NotHere."""
    return whole_file(job_of(official.person, official.city_id, file_id, CONSOLE), clock.now())
