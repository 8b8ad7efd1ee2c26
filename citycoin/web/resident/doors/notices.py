"""A person's inbox, what of it they have read, and which of it they want as text messages."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from citycoin.foundation.bilingual import language
from citycoin.foundation.http.errors import takes_problems
from citycoin.foundation.http.forms import typed_amount
from citycoin.foundation.kernel import clock
from citycoin.foundation.kernel.text import whole_number
from citycoin.platform.accounts.doors.permissions import for_people
from citycoin.platform.accounts.models import Person
from citycoin.platform.cities.queries import city_named
from citycoin.platform.notices.domain.kinds import Topic
from citycoin.platform.notices.operations import choose_texts, read_up_to
from citycoin.platform.pages.doors.contexts import fields_of
from citycoin.web.resident.contexts.notices import inbox_page, texts_page
from citycoin.web.resident.doors.permissions import for_residents
from merchants.operations.ends import await_end, end_was_heard
from merchants.queries.shops import shop_listed
from wallets.models import Wallet


@require_safe
@for_people
def inbox(request: HttpRequest, person: Person, city: str) -> HttpResponse:
    """What the person was told, newest first. Looking marks nothing as read: the page's script does, or its button."""
    below = whole_number(request.GET.get("before", "")) or 0
    return render(request, "resident/notices.html", fields_of(inbox_page(city_named(city), person, below=below)))


@require_http_methods(["GET", "POST"])
@for_people
def read(request: HttpRequest, person: Person, city: str) -> HttpResponse:
    """What they saw on the page is read: everything up to the notice of the form's number. Who comes back here reads it first."""
    if request.method == "GET":
        return redirect("notices", city)
    number = whole_number(request.POST.get("newest", "")) or 0
    count = read_up_to(person=person, city_id=city_named(city).pk, number=number, now=clock.now())
    return JsonResponse({"read": count}) if takes_problems(request) else redirect("notices", city)


@require_http_methods(["GET", "POST"])
@for_people
def texts(request: HttpRequest, person: Person, city: str) -> HttpResponse:
    """Which topics come as text messages. They come in the language in which this page was saved."""
    tenant, saved = city_named(city), request.method == "POST"
    if saved:
        wanted = [each for each in Topic if each in request.POST.getlist("topic")]
        choose_texts(person=person, topics=wanted, language=language())
    page = texts_page(tenant, person, language=language(), saved=saved)
    return render(request, "resident/notice_texts.html", fields_of(page))


@require_POST
@for_residents
def await_payment(request: HttpRequest, wallet: Wallet, payment_id: UUID) -> HttpResponse:
    """A payment's page is left before it knows the end: ``shop`` and ``amount`` say what it was about."""
    shop = shop_listed(wallet.city_id, whole_number(request.POST.get("shop", "")) or 0)
    amount = typed_amount(request.POST.get("amount", ""))
    await_end(wallet=wallet, shop=shop, client_id=payment_id, amount=amount, now=clock.now())
    return JsonResponse({}, status=202)


@require_POST
@for_residents
def heard_of_payment(request: HttpRequest, wallet: Wallet, payment_id: UUID) -> HttpResponse:
    """A page has said the end after all. Raises NotHere where nobody waited for it."""
    end_was_heard(wallet=wallet, client_id=payment_id, now=clock.now())
    return JsonResponse({})
