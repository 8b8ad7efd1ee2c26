"""A resident's and a shopkeeper's own files: asked for, watched, cancelled, fetched."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from citycoin.foundation.kernel import clock
from citycoin.platform.accounts.doors.permissions import for_people
from citycoin.platform.accounts.models import Person
from citycoin.platform.cities.queries import city_named
from citycoin.platform.exports.domain.formats import format_named
from citycoin.platform.exports.operations import ask_for_file, cancel_file
from citycoin.platform.exports.queries import PEOPLE, job_of, jobs_of, recipe_named
from citycoin.platform.pages.doors.contexts import fields_of
from citycoin.web.files import contexts
from citycoin.web.files.doors.asking import asked_for, client_id_of, whole_file


@require_safe
@for_people
def files(request: HttpRequest, person: Person, city: str) -> HttpResponse:
    """All of theirs in this city."""
    tenant = city_named(city)
    context = contexts.files_page(tenant, jobs_of(person, tenant.pk, PEOPLE))
    return render(request, "files/files.html", fields_of(context))


@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def new_file(request: HttpRequest, person: Person, city: str, what: str) -> HttpResponse:
    """A file that takes long: what it will be; sent, it is begun, once."""
    recipe = recipe_named(what, PEOPLE)
    wanted, as_ = asked_for(request, recipe, person, city_named(city), clock.now())
    if request.method != "POST":
        return render(request, "files/new.html", fields_of(contexts.new_file_page(recipe, wanted, as_)))
    job = ask_for_file(client_id=client_id_of(request), recipe=recipe, wanted=wanted, format_=format_named(as_))
    return redirect("file", city, job.client_id)


@require_safe
@for_people
def file(request: HttpRequest, person: Person, city: str, file_id: UUID) -> HttpResponse:
    """How far it is, and the way to it."""
    tenant = city_named(city)
    job = job_of(person, tenant.pk, file_id, PEOPLE)
    return render(request, "files/file.html", fields_of(contexts.file_page(tenant, job)))


@require_POST
@for_people
def cancel(request: HttpRequest, person: Person, city: str, file_id: UUID) -> HttpResponse:
    """They don't want it any more."""
    job = job_of(person, city_named(city).pk, file_id, PEOPLE)
    cancel_file(job=job, now=clock.now())
    return redirect("file", city, job.client_id)


@require_safe
@for_people
def content(request: HttpRequest, person: Person, city: str, file_id: UUID) -> HttpResponseBase:
    """The file, to who asked for it and may still see what is in it. Raises NotHere."""
    return whole_file(job_of(person, city_named(city).pk, file_id, PEOPLE), clock.now())
