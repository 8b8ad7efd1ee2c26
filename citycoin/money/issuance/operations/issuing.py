"""Issuing what is paid: a batch of top-ups as one issue under one id, until its lots are final or it reverted."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from django.db import transaction
from django.db.models import F

from citycoin.foundation.kernel.money import Won
from citycoin.foundation.locks import locked
from citycoin.money.issuance.models import Issue, Programme, TopUp
from citycoin.money.issuance.operations.top_ups import move
from contracts.domain.encoding import call
from contracts.domain.gateway import Fees
from contracts.domain.signing import Signer
from contracts.models import Contract, Sender, Submission
from contracts.operations import submissions
from contracts.queries import refuse_while_behind
from wallets.models import Key, Lot
from wallets.operations import stopping
from wallets.operations.lots import LotOnItsWay, expect_lots

# A recipient costs some 10,900 (`./city bench gas`), whether or not it has won already: registering wrote its slot.
GAS_OF_ISSUE = 200_000
GAS_OF_RECIPIENT = 15_000
# All that surely fits a transaction under EIP-7825's 16,777,216 gas.
ISSUED_AT_ONCE = 1_000
Status = TopUp.Status


@transaction.atomic
def issue_paid(*, contract: Contract, signer: Signer, fees: Fees, now: datetime) -> int:
    """Issue paid top-ups of registered wallets, a programme at a time; return how many. None while the city is stopped.

    Raises ChainBehindTheBooks.
    """
    issuer = locked(Sender.objects.filter(city_id=contract.city_id, role=Sender.Role.ISSUER)).get()
    refuse_while_behind(contract.chain_id)
    if stopping.stop_of(contract.city_id):
        return 0
    paid = TopUp.objects.filter(city_id=contract.city_id, status=Status.PAID, wallet__registered_at__isnull=False)
    first = paid.order_by("pk").first()
    if first is None:
        return 0
    rows = list(locked(paid.filter(programme_id=first.programme_id)).select_related("rules")[:ISSUED_AT_ONCE])
    _sign_issue(contract, issuer, Programme.objects.get(pk=first.programme_id), rows, signer=signer, fees=fees, now=now)
    return len(rows)


def _sign_issue(
    contract: Contract,
    issuer: Sender,
    programme: Programme,
    top_ups: Sequence[TopUp],
    *,
    signer: Signer,
    fees: Fees,
    now: datetime,
) -> None:
    """The issue, its lots on their way and its submission, in the caller's transaction."""
    named = f"{contract.address} {programme.number} {secrets.token_hex(16)}"
    issue_id = "0x" + hashlib.sha256(named.encode()).hexdigest()
    issue = Issue.objects.create(
        programme=programme, issue_id=issue_id, intent=uuid5(NAMESPACE_URL, f"issue {issue_id}"), formed_at=now
    )
    expect_lots(
        issue_id=issue_id,
        programme=programme.number,
        lots=[
            LotOnItsWay(
                each.wallet_id,
                Won(each.amount),
                {who: Won(won) for who, won in each.funders.items()},
                now + timedelta(days=each.rules.validity_days),
            )
            for each in top_ups
        ],
    )
    for each in top_ups:
        each.issue = issue
        move(each, Status.ISSUING)
    keys = Key.objects.filter(wallet__in=[each.wallet_id for each in top_ups], until=None)
    addresses = dict(keys.values_list("wallet_id", "address"))
    recipients = [(addresses[each.wallet_id], each.amount) for each in top_ups]
    data = call("issue(bytes32,uint256,(address,uint256)[])", bytes.fromhex(issue_id[2:]), programme.number, recipients)
    gas = GAS_OF_ISSUE + GAS_OF_RECIPIENT * len(top_ups)
    issuing = submissions.Call("issue", contract.address, data, gas=gas)
    submissions.sign_once(intent=issue.intent, sender_id=issuer.pk, call=issuing, signer=signer, fees=fees, now=now)


def finish_issues(*, contract: Contract, now: datetime) -> int:
    """Close issues whose lots are final, and take apart those that reverted; return how many ended."""
    ended = 0
    for issue in Issue.objects.filter(programme__city_id=contract.city_id, ended_at=None).order_by("pk"):
        ended += _finish(issue, now)
    return ended


@transaction.atomic
def _finish(issue: Issue, now: datetime) -> int:
    submission = Submission.objects.filter(intent=issue.intent).first()
    lots = Lot.objects.filter(issue_id=issue.issue_id)
    reverted = submission is not None and submission.status in (Submission.Status.REVERTED, Submission.Status.LOST)
    if not reverted and lots.filter(final_at=None).exists():
        return 0
    locked(Programme.objects.filter(pk=issue.programme_id)).get()
    issued = 0
    for top_up in locked(issue.top_ups.filter(status=Status.ISSUING)):
        move(top_up, Status.PAID if reverted else Status.ISSUED)
        issued += 0 if reverted else top_up.amount
    if reverted:
        lots.filter(final_at=None).delete()  # promised by an issue that never was; the next one promises anew
    Programme.objects.filter(pk=issue.programme_id).update(reserved=F("reserved") - issued, issued=F("issued") + issued)
    issue.ended_at = now
    issue.save(update_fields=["ended_at"])
    return 1
