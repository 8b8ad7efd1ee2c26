"""Issuing what is paid: a batch of top-ups as one issue under one id, until its lots are final or it reverted."""

from __future__ import annotations

import hashlib
import secrets
from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime
from functools import partial
from typing import Final

from django.db.models import F, Max

from citycoin.foundation.fault_points import commits
from citycoin.foundation.kernel.clock import fiscal_year
from citycoin.foundation.kernel.money import Won
from citycoin.foundation.locks import locked
from citycoin.money.funding import operations as funding
from citycoin.money.funding.domain import shares_in
from citycoin.money.issuance.domain.purchases import PURCHASE
from citycoin.money.issuance.models import Issue, Programme, TopUp
from citycoin.money.issuance.operations.brakes import is_braked
from citycoin.money.issuance.operations.top_ups import move
from citycoin.money.issuance.queries.waiting import ISSUING, TAKING_APART, top_ups_to_issue
from citycoin.platform.notices.domain.kinds import Kind
from citycoin.platform.notices.operations import News, tell
from citycoin.platform.queues.operations import TOGETHER, count_failure, forget_failures, take
from citycoin.platform.queues.queries import due, held_rows
from contracts.domain import gas
from contracts.domain.encoding import call
from contracts.models import ChainLog, Contract, Sender, Submission
from contracts.operations.posting import ChainTransaction
from contracts.operations.sending import Call, LockedSender, Means, intent_of, lock_sender
from wallets.models import Key, Lot
from wallets.operations.lots import LotOnItsWay, expect_lots
from wallets.operations.telling import tell_owner
from wallets.queries.stops import stop_of

# All that surely fits a transaction under EIP-7825's 16,777,216 gas.
ISSUED_AT_ONCE: Final = 1_000
# What the contract says before or after which it takes other issues than it took, or none.
SAID_OF_EVERY_ISSUE: Final = ("Paused", "Unpaused", "RoleHandedOver", "ContractClosed")
Status = TopUp.Status


def issue_paid(*, contract: Contract, means: Means) -> int:
    """Issue paid top-ups of registered wallets, a programme at a time; return how many. None while the city is stopped, or a brake is on.

    Raises ChainBehindTheBooks.
    """
    paid = due(ISSUING, means.now).filter(city_id=contract.city_id).order_by("pk")
    first = paid.select_related("programme").first()
    if first is None:
        return 0
    rows = list(paid.filter(programme_id=first.programme_id).values_list("pk", flat=True)[:ISSUED_AT_ONCE])
    issue = partial(_issue, contract, first.programme, means=means)
    return take(ISSUING, rows, issue, now=means.now, at_once=ISSUED_AT_ONCE)


@commits("issue_paid")
def _issue(contract: Contract, programme: Programme, top_ups: Sequence[int], *, means: Means) -> int:
    issuer = lock_sender(contract.city_id, Sender.Role.ISSUER, means=means)
    if stop_of(contract.city_id) or is_braked(contract.city_id):
        return 0
    rows = list(locked(TopUp.objects.filter(pk__in=top_ups, status=Status.PAID)).select_related("rule"))
    if rows:
        _sign_issue(contract, issuer, programme, rows)
    return len(rows)


def _sign_issue(contract: Contract, issuer: LockedSender, programme: Programme, top_ups: Sequence[TopUp]) -> None:
    """The issue, its lots on their way and its submission, in the caller's transaction."""
    now = issuer.means.now
    issue_id = "0x" + hashlib.sha256(secrets.token_bytes(32)).hexdigest()
    expect_lots(
        issue_id=issue_id,
        programme=programme.number,
        lots=[
            LotOnItsWay(
                each.wallet_id,
                Won(each.amount),
                {who: Won(won) for who, won in each.funders.items()},
                PURCHASE.read(each.rule.body).validity.ends_after(now),
            )
            for each in top_ups
        ],
        now=now,
    )
    keys = Key.objects.filter(wallet__in=[each.wallet_id for each in top_ups], until=None)
    addresses = dict(keys.values_list("wallet_id", "address"))
    recipients = [(addresses[each.wallet_id], each.amount) for each in top_ups]
    data = call("issue(bytes32,uint256,(address,uint256)[])", bytes.fromhex(issue_id[2:]), programme.number, recipients)
    submission = issuer.submit(
        Call(Submission.Purpose.ISSUE, contract.address, data, gas.of_issue(len(top_ups))),
        intent=intent_of("issue", issue_id),
    )
    issue = Issue.objects.create(programme=programme, issue_id=issue_id, submission=submission, formed_at=now)
    for each in top_ups:
        each.issue = issue
        move(each, Status.ISSUING)


def post_issues(said: ChainTransaction, *, now: datetime) -> list[ChainLog]:
    """Close each issue whose lots the ledger has just made spendable. Explains no transfer: the ledger did.

    A recipient that the contract skipped is issued to anew, alone, and set aside when it is skipped again and again.
    """
    skipped: dict[str, set[int]] = {each.args["issueId"]: set() for each in said.named("Issued", "IssueSkipped")}
    for each in said.named("IssueSkipped"):
        skipped[each.args["issueId"]].add(each.args["index"])
    for issue in Issue.objects.filter(issue_id__in=skipped, ended_at=None).select_related("programme").order_by("pk"):
        not_final = Lot.objects.filter(issue_id=issue.issue_id, final_at=None)
        missing = set(not_final.values_list("issue_index", flat=True))
        if missing <= skipped[issue.issue_id]:
            _end(issue, Status.ISSUED, now=now, but=missing)
            not_final.delete()
    return []


def take_apart_reverted(*, contract: Contract, now: datetime) -> int:
    """Have the top-ups of issues that reverted, or were lost, issued anew; return how many issues ended so.

    What the contract refuses for good counts as a failure of each of them, so that it ends with an official.
    """
    issues = due(TAKING_APART, now).filter(programme__city_id=contract.city_id).order_by("pk")
    return take(
        TAKING_APART,
        list(issues.values_list("pk", flat=True)),
        lambda part: _take_apart(contract, part[0], now),
        now=now,
    )


@commits("take_apart")
def _take_apart(contract: Contract, issue_id: int, now: datetime) -> int:
    issue = locked(Issue.objects.filter(pk=issue_id, ended_at=None)).select_related("programme", "submission").first()
    if issue is None:
        return 0
    refused = _is_refused(contract, issue, now)
    top_ups = list(issue.top_ups.filter(status=Status.ISSUING).order_by("pk").values_list("pk", flat=True))
    _end(issue, Status.PAID, now=now)
    # Promised by an issue that never was; the next one promises anew.
    Lot.objects.filter(issue_id=issue.issue_id, final_at=None).delete()
    for each in top_ups if refused else ():
        count_failure(ISSUING, each, "reverted", now=now)
    return 1


def _is_refused(contract: Contract, issue: Issue, now: datetime) -> bool:
    """Whether the contract reverted the issue for what it says, and not because it takes none just now.

    Nothing is issued of a year that is over. Else it takes others: it took one since it last said something of every issue, and
    this one reverted since then, too. Where many have failed and none got through since, it may be a fault of ours that they
    share (docs/decisions/0026).
    """
    if issue.submission.status != Submission.Status.REVERTED:
        return False
    if fiscal_year(now) > issue.programme.year:
        return True
    block = issue.submission.block_number or 0
    words = ChainLog.objects.filter(contract=contract, name__in=SAID_OF_EVERY_ISSUE)
    said = words.aggregate(last=Max("block_number"))["last"] or 0
    issued = Submission.objects.filter(purpose=Submission.Purpose.ISSUE, status=Submission.Status.FINAL)
    taken = issued.filter(sender__city=contract.city_id).aggregate(last=Max("block_number"))["last"] or 0
    # Above the cursor it may have said more than is copied.
    if not said < min(block, taken) or block >= contract.next_block:
        return False
    held = top_ups_to_issue().filter(city_id=contract.city_id, pk__in=held_rows(ISSUING, now)).count()
    return taken > block or issue.top_ups.count() + held < TOGETHER


def tell_of_one_set_aside(top_up_id: int, now: datetime) -> None:
    """Its owner hears that their money is there, and that an official has to see to it; in the caller's transaction."""
    top_up = TopUp.objects.filter(pk=top_up_id).select_related("wallet").first()
    if top_up:
        tell_owner(top_up.wallet, Kind.TOP_UP_STUCK, str(top_up.client_id), {"won": top_up.amount}, now=now)


def _end(issue: Issue, status: TopUp.Status, *, now: datetime, but: Collection[int] = ()) -> None:
    """Its top-ups become ``status``, in the caller's transaction; what is issued leaves what is promised, and its funders' accounts.

    A funder pays when the won are in circulation and not when they are signed for: an issue that reverts has cost nobody anything.
    ``but``: the places in the issue of those that go back to PAID, as one more failure of theirs.
    """
    locked(Programme.objects.filter(pk=issue.programme_id)).get()
    issued, through = 0, list[TopUp]()
    for place, top_up in enumerate(locked(issue.top_ups.filter(status=Status.ISSUING)).select_related("wallet")):
        if place in but:
            move(top_up, Status.PAID)
            count_failure(ISSUING, top_up.pk, "skipped on chain", now=now)
            continue
        move(top_up, status)
        issued += top_up.amount if status == Status.ISSUED else 0
        through.append(top_up)
    if status == Status.ISSUED:
        forget_failures(ISSUING, [each.pk for each in through])
        tell(*_news(through), now=now)
        shares = sum((Counter(shares_in(each.funders)) for each in through), Counter[str]())
        city_id = issue.programme.city_id
        funding.take(city_id=city_id, shares=shares, effect=f"issue {issue.issue_id}", now=now)
    Programme.objects.filter(pk=issue.programme_id).update(reserved=F("reserved") - issued, issued=F("issued") + issued)
    issue.ended_at = now
    issue.save(update_fields=["ended_at"])


def _news(top_ups: Sequence[TopUp]) -> list[News]:
    return [
        News(
            person_id=each.wallet.owner_id,
            city_id=each.city_id,
            kind=Kind.TOP_UP_IN,
            subject=str(each.client_id),
            facts={"won": each.amount},
        )
        for each in top_ups
        if each.wallet.owner_id is not None
    ]
