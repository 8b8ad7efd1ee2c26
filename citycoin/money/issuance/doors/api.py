"""HTTP: budgets and officials, by their signatures; top-ups."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from citycoin.foundation.http.fields import (
    Address,
    HexBytes,
    Identifier,
    StrictSerializer,
    Text,
    WholeNumber,
    WonAmount,
)
from citycoin.foundation.kernel import clock
from citycoin.money.bank.queries.accounts import pay_to
from citycoin.money.issuance.domain.decisions import BudgetFacts, Facts, KindsFacts, RotationFacts
from citycoin.money.issuance.domain.justification import LONGEST_LEGAL_BASIS, LONGEST_PURPOSE, Justification
from citycoin.money.issuance.domain.purchases import MOST_EXTENSIONS, PurchaseTerms
from citycoin.money.issuance.models import Decision, Programme, TopUp
from citycoin.money.issuance.operations import approvals, decisions, top_ups
from citycoin.money.issuance.queries import budgets, official_keys, programmes, proposals
from citycoin.money.issuance.queries.top_ups import top_up_named
from citycoin.platform.cities.queries import city_named
from citycoin.platform.rules.domain import Dated
from contracts.doors import wiring
from contracts.queries import token_of
from wallets.doors.authentication import caller_wallet
from wallets.queries.kinds import kinds_open

LARGEST_TIME = 2**40 - 1


class NewBudget(StrictSerializer):
    """A year's cap with why and two officials' signatures, which are over the hash of why; times in seconds since 1970."""

    year = WholeNumber(least=2000, most=9999)
    starts = WholeNumber(least=0, most=LARGEST_TIME)
    ends = WholeNumber(least=0, most=LARGEST_TIME)
    cap = WholeNumber(least=0, most=2**62)
    purpose = Text(longest=LONGEST_PURPOSE)
    legal_basis = Text(longest=LONGEST_LEGAL_BASIS, required=False, default="")
    version = WholeNumber(least=1, most=2**31 - 1)
    deadline = WholeNumber(least=0, most=LARGEST_TIME)
    signatures = serializers.ListField(child=HexBytes(lengths=(0, 64, 128)), min_length=1, max_length=2)


class NewOfficial(StrictSerializer):
    """One official's key in the place of another's, with two officials' signatures."""

    outgoing = Address()
    incoming = Address()
    version = WholeNumber(least=1, most=2**31 - 1)
    deadline = WholeNumber(least=0, most=LARGEST_TIME)
    signatures = serializers.ListField(child=HexBytes(lengths=(0, 64, 128)), min_length=1, max_length=2)


class Budgets(APIView):
    """POST: open or amend a year's budget. The signatures are the authorisation; the contract decides."""

    def post(self, request: Request, city: str) -> Response:
        """The decision, 202: on its way to the chain."""
        asked = NewBudget(data=request.data)
        asked.is_valid(raise_exception=True)
        signatures = asked.validated_data.pop("signatures")
        said = {name: asked.validated_data.pop(name) for name in ("purpose", "legal_basis")}
        why = Justification.of(**said)
        approvals.check_purpose(why)
        facts = BudgetFacts(basis=why.basis, **asked.validated_data)
        return Response(_carry(city, facts, signatures, why=why), status=202)


class OneBudget(APIView):
    """GET: a year's budget, public."""

    def get(self, request: Request, city: str, year: int) -> Response:
        """{cap, version, issued, reserved, left, …} in won."""
        budget = budgets.budget_of(city_named(city).pk, year)
        return Response(
            {
                "year": budget.year,
                "cap": budget.cap,
                "version": budget.version,
                "issued": budget.issued,
                "reserved": budget.reserved,
                "left": budget.left,
                "starts_at": budget.starts_at.isoformat(),
                "ends_at": budget.ends_at.isoformat(),
            }
        )


class Officials(APIView):
    """GET: the officials' addresses, public. POST: put one's key in the place of another's."""

    def get(self, request: Request, city: str) -> Response:
        """{officials: [{address, founding}]}."""
        rows = official_keys.official_keys_of(city_named(city).pk)
        return Response({"officials": [{"address": each.address, "founding": each.founding} for each in rows]})

    def post(self, request: Request, city: str) -> Response:
        """The decision, 202."""
        asked = NewOfficial(data=request.data)
        asked.is_valid(raise_exception=True)
        signatures = asked.validated_data.pop("signatures")
        return Response(_carry(city, RotationFacts(**asked.validated_data), signatures), status=202)


class NewKinds(StrictSerializer):
    """Which kind of account may pay which, with two officials' signatures."""

    kinds_allowed = WholeNumber(least=0, most=2**16 - 1)
    version = WholeNumber(least=1, most=2**31 - 1)
    deadline = WholeNumber(least=0, most=LARGEST_TIME)
    signatures = serializers.ListField(child=HexBytes(lengths=(0, 64, 128)), min_length=1, max_length=2)


class Kinds(APIView):
    """GET: which kind of account may pay which, public. POST: another matrix, with two officials' signatures."""

    def get(self, request: Request, city: str) -> Response:
        """{allowed: [[payer, payee]], kinds_allowed}: as the books have it, what is being closed left out."""
        contract = token_of(city_named(city).pk)
        pairs = [[payer.name.lower(), payee.name.lower()] for payer, payee in kinds_open(contract)]
        return Response({"allowed": pairs, "kinds_allowed": contract.kinds_allowed & ~contract.kinds_closing})

    def post(self, request: Request, city: str) -> Response:
        """The decision, 202: in the books at once, on chain when no payment of a kind that it closes is in flight."""
        asked = NewKinds(data=request.data)
        asked.is_valid(raise_exception=True)
        signatures = asked.validated_data.pop("signatures")
        return Response(_carry(city, KindsFacts(**asked.validated_data), signatures), status=202)


class Programmes(APIView):
    """GET: what is on sale today, public."""

    def get(self, request: Request, city: str) -> Response:
        """{programmes: [{number, ko, en, first_day, last_day, cap, left, terms}]} in the order of their numbers; none is no error."""
        now = clock.now()
        rows = programmes.programmes_today(city_named(city).pk, now)
        rules = programmes.rules_today(rows, now)
        return Response({"programmes": [_programme_view(each, rules[each.number]) for each in rows]})


class NewTopUp(StrictSerializer):
    """How many won to buy, under the client's own id; of which programme, where several are on sale."""

    id = Identifier()
    amount = WonAmount()
    programme = WholeNumber(least=1, most=2**31 - 1, required=False)


class TopUps(APIView):
    """POST: reserve won to be bought; the answer says what to transfer, and to which account."""

    def post(self, request: Request, city: str) -> Response:
        """The top-up, 201."""
        wallet = caller_wallet(request, city_named(city).pk)
        asked = NewTopUp(data=request.data)
        asked.is_valid(raise_exception=True)
        made = top_ups.reserve_top_up(
            wallet=wallet,
            client_id=asked.validated_data["id"],
            amount=asked.validated_data["amount"],
            programme=asked.validated_data.get("programme"),
            now=clock.now(),
        )
        return Response(_top_up_view(made), status=201)


class OneTopUp(APIView):
    """GET: how far a top-up of the caller is."""

    def get(self, request: Request, city: str, top_up_id: UUID) -> Response:
        """The top-up."""
        wallet = caller_wallet(request, city_named(city).pk)
        return Response(_top_up_view(top_up_named(wallet.pk, top_up_id)))


class NewExtension(StrictSerializer):
    """Which extension of a top-up's time it is."""

    number = WholeNumber(least=1, most=MOST_EXTENSIONS)


class Extensions(APIView):
    """POST: keep the won of a top-up reserved for as long again, the first or the second time."""

    def post(self, request: Request, city: str, top_up_id: UUID) -> Response:
        """The top-up; the same number twice is one extension."""
        top_up = top_up_named(caller_wallet(request, city_named(city).pk).pk, top_up_id)
        asked = NewExtension(data=request.data)
        asked.is_valid(raise_exception=True)
        number = asked.validated_data["number"]
        made = top_ups.extend_reservation(top_up=top_up, number=number, now=clock.now())
        return Response(_top_up_view(made))


def _carry(
    city: str, facts: Facts, signatures: list[bytes], *, why: Justification = decisions.NOTHING_SAID
) -> dict[str, Any]:
    first, second = (*signatures, b"")[:2]
    decision = decisions.carry(
        contract=token_of(city_named(city).pk),
        facts=facts,
        signatures=(first, second),
        why=why,
        gateway=wiring.chain_gateway(),
        means=wiring.means(),
    )
    return _decision_view(decision)


def _decision_view(decision: Decision) -> dict[str, Any]:
    return {
        "decision": decision.digest,
        "kind": decision.kind,
        "facts": decision.facts,
        "state": proposals.decision_state(decision),
    }


def _programme_view(programme: Programme, rule: Dated[PurchaseTerms]) -> dict[str, object]:
    return {
        **programmes.named(programme),
        "first_day": programme.first_day,
        "last_day": programme.last_day,
        "cap": programme.cap,
        "left": programme.cap - programme.issued - programme.reserved,
        "terms": rule.terms.model_dump(mode="json"),
    }


def _top_up_view(top_up: TopUp) -> dict[str, object]:
    to = pay_to(top_up.account)
    return {
        "id": str(top_up.client_id),
        "status": top_up.status,
        "amount": top_up.amount,
        "price": top_up.price,
        "funders": top_up.funders,
        "programme": programmes.named(top_up.programme),
        "account": {"bank": {"ko": to.bank.ko, "en": to.bank.en}, "number": to.number, "holder": to.holder},
        "reserved_until": top_up.reserved_until.isoformat(),
    }
