"""Places where a test may stop a process for good: before and after each commit and each call to the chain.

In production nothing happens here. A test of the demo arms a point by a file of its name in the folder CITYCOIN_FAULTS; the
first process that comes by takes the file away and kills itself, as a power cut would. A line of the file that says so makes
it lose its connection to the database instead; each who comes by takes a line, and the last one the file.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Final, ParamSpec, TypeVar

from django.conf import settings
from django.db import connection, transaction

Given = ParamSpec("Given")
Answer = TypeVar("Answer")
# Each operation that commits, by its name, and what is in the balance there.
COMMITS: Final = {
    "authorise": "a payment and its hold, or its refusal",
    "close": "an id that will never be paid",
    "promise_refund": "won kept out of a shop's reach, or a wrong PIN counted",
    "set_refund_pin": "the PIN of a manager",
    "send_refund": "a refund's payment",
    "form_batch": "a batch and its signed bytes",
    "halve_reverted": "a reverted batch as two",
    "register": "the registration of new keys",
    "take_back": "a key to be registered anew",
    "tell_freeze": "a wallet's flag",
    "tell_stop": "the pause of a city",
    "open_funder_number": "the number to which a funder pays",
    "credit_funder": "money of a funder",
    "reserve_top_up": "headroom of a programme, and what funders pay",
    "extend_reservation": "headroom kept for longer",
    "open_city_account": "a city's account at a bank",
    "open_virtual_account": "a number that one thing is paid to",
    "take_bank_file": "what a bank's file says, or why it is refused",
    "sort_deposit": "what becomes of a deposit",
    "send_deposit_back": "a deposit that an official sends back",
    "assign_deposit": "a deposit that an official assigns",
    "name_payout_account": "a shop's account, and the won that checks it",
    "confirm_payout_account": "a shop's account in force, or a wrong code counted",
    "switch_automatic_payouts": "whether a shop is paid out by itself",
    "order_due_payout": "a payout that goes by itself, and its payment; the account's day is over",
    "ask_payout": "a payout and the payment that brings its won to the treasury, or why not",
    "give_payout_back": "the payment that gives a bounced payout back",
    "redeem_payouts": "a burn of what the bank has paid, and its signed bytes",
    "undo_redemption": "payouts of a burn that reverted",
    "order_transfers": "transfers in an order to their bank",
    "note_order_delivered": "that the bank has an order",
    "lapse": "headroom given back",
    "issue_paid": "an issue, its lots and its signed bytes",
    "take_apart": "top-ups of an issue that reverted",
    "carry_decision": "what two officials signed",
    "copy_logs": "logs of final blocks, and their cursor",
    "post": "what a transaction of the chain did",
    "open_programme": "a programme's row and its signed opening",
    "propose_programme": "a proposed programme",
    "propose_change": "a proposed change of a programme",
    "approve_change": "a programme's new cap, days and rules",
    "approve_programme": "a programme that two officials want",
    "bind_key": "an official's key, and the proposal of its taking over",
    "give_up_decision": "a decision that the contract would refuse",
    "propose_budget": "a proposed cap with its first signature",
    "sign_proposal": "another official's signature",
    "add_founding_signature": "a founding key's signature",
    "approve_proposal": "a proposal whose decision is on its way",
    "reject_proposal": "a proposal that is over",
    "text_notice": "a notice's text message, or that there is none",
    "tell_end": "how a payment ended whose page was closed",
    "claim_refund": "what a resident asks a shop to give back",
    "withdraw_claim": "that they ask no more",
    "decline_claim": "why a shop gives nothing back",
    "end_claim": "that a shop let its day pass",
    "await_end": "that somebody waits for a payment's end",
    "end_was_heard": "that they have heard it",
    "warn_of_lapsing": "that people were told which won lapse soon",
    "ask_to_be_told": "who wants to know when won are on sale again",
    "tell_of_sale": "that somebody was told of a sale",
    "send_code": "a code for a phone",
    "use_code": "a code used once, or a wrong try counted",
    "check_second_factor": "a second factor used once, or a wrong try counted",
    "add_passkey": "a passkey of a person",
    "use_passkey": "a passkey's yes used once, or refused",
    "choose_small_payments": "a ceiling below which nothing is asked, or a wrong PIN counted",
    "allow_passkey": "a passkey that may pay, or a wrong PIN counted",
    "open_official": "an official's account",
    "open_with_code": "a wallet opened by a code, once",
    "open_wallet": "a wallet with its key",
    "stop_city": "a city's stop",
    "let_city_go_on": "the review that ends a stop",
    "freeze": "a wallet that may not pay",
    "unfreeze": "a wallet that may pay again",
    "look_up": "that somebody looked at a wallet",
    "report": "what somebody says is wrong",
    "take_report": "who looks after a report",
    "answer_report": "a report's answer",
    "check_float": "what the bank has beside what it is owed for",
    "compare": "what a comparison of books and chain found",
    "close_incident": "what was found of an incident",
    "count_failure": "a row's failure, or that it is set aside",
    "requeue": "a row that is tried again",
    "ask_for_file": "a file that the worker is to make",
    "cancel_file": "a file that is not wanted any more",
    "begin_file": "a file that a worker makes",
    "note_rows": "how far a file is",
    "finish_file": "a file that is whole",
    "refuse_file": "why there is no file",
    "approve_application": "a shop with its wallet",
    "reject_application": "why a shop may not be one",
    "open_shop": "a shop with its wallet, opened by hand",
    "renew_fixed_code": "a shop's code that leads nowhere any more",
    "add_staff": "a membership of a shop",
    "change_role": "a role in a shop",
    "end_part": "the end of a membership",
    "add_counter": "a counter that waits for its device",
    "pair_counter": "a device at its counter",
    "set_back": "the cursor on a chain that lost blocks",
    "open_funder": "the key that pays for gas",
    "open_senders": "a city's sending keys",
    "deploy": "a contract's row and its signed creation",
    "catch_up": "that the chain has all of the books again",
}
# Each call that changes something outside.
CALLS: Final = {
    "broadcast": "signed bytes at the node",
    "publish": "the news to screens",
    "deliver_order": "an order in the bank's folder",
}
# What an armed file says, a line for each who comes by. Who loses their database lives.
DEATH: Final = "death"
DATABASE_GONE: Final = "database gone"
POINTS: Final = frozenset(
    {f"{name}.{moment}" for name in COMMITS for moment in ("begun", "uncommitted", "committed")}
    | {f"{name}.{moment}" for name in CALLS for moment in ("before", "after")}
)


def fault_point(name: str) -> None:
    """Nothing, unless a test has armed this point. Raises LookupError for a name that is not in the table."""
    if name not in POINTS:
        raise LookupError(f"{name} is not in the table of fault points")
    if settings.FAULTS_FOLDER:
        _strike(Path(settings.FAULTS_FOLDER) / name)


def commits(name: str, *, durable: bool = False) -> Callable[[Callable[Given, Answer]], Callable[Given, Answer]]:
    """Run the operation in one transaction, with a fault point before it, before its commit and after it.

    Inside another transaction there is no commit of its own, and so no point after it; a ``durable`` one refuses to be there.
    """
    if name not in COMMITS:
        raise LookupError(f"{name} is not in the table of fault points")

    def decorate(operation: Callable[Given, Answer]) -> Callable[Given, Answer]:
        @wraps(operation)
        def committed(*args: Given.args, **kwargs: Given.kwargs) -> Answer:
            outermost = not connection.in_atomic_block
            fault_point(f"{name}.begun")
            with transaction.atomic(durable=durable):
                answer = operation(*args, **kwargs)
                fault_point(f"{name}.uncommitted")
            if outermost:
                fault_point(f"{name}.committed")
            return answer

        return committed

    return decorate


def arm(folder: Path, point: str, *what: str) -> None:
    """Let each of these happen to whoever comes by ``point``, in their order. Raises LookupError for an unknown point."""
    if point not in POINTS:
        raise LookupError(f"{point} is not in the table of fault points")
    # Nobody may read a file that is half written.
    unfinished = folder / f".{point}"
    unfinished.write_text("\n".join(what))
    unfinished.replace(folder / point)


def _strike(armed: Path) -> None:
    try:
        what, *then = armed.read_text().split("\n")
        if then:
            arm(armed.parent, armed.name, *then)
        else:
            armed.unlink()
    except FileNotFoundError:
        return
    if what == DATABASE_GONE:
        connection.connection.close()
    else:
        os.kill(os.getpid(), signal.SIGKILL)
