"""``./city clock [+30d]``: what time it is for this demo, and days that pass at once."""

from __future__ import annotations

import argparse
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from citycoin.foundation.kernel import clock
from citycoin.foundation.kernel.clock import KST
from citycoin.foundation.moved_clock import MovedClock
from citycoin.foundation.waiting import Stalled
from citycoin.money.bank.doors import demo_bank
from citycoin.money.bank.doors.demo_bank import BankUnavailable
from contracts.domain.gateway import ChainUnavailable
from contracts.doors import wiring
from seeds.domain.spans import SpanWrong, span_of
from seeds.operations.moving_clock import move_clock, wait_for_what_is_in_flight
from seeds.queries.what_ends import in_flight, what_ends


class Command(BaseCommand):
    """Only in a demo, and only forward: a chain's blocks never go back."""

    help = "Say what time it is for this demo; with +30d, +12h or +90m let so much time pass at once."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """The span; without it nothing moves."""
        parser.add_argument("span", nargs="?", help="+30d, +12h, +90m")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("this installation is no demo: its clock is the machine's")
        file = MovedClock(settings.VAR)
        try:
            if options["span"]:
                self._move(span_of(options["span"]), file)
            head = wiring.chain_gateway().head()
        except SpanWrong as wrong:
            raise CommandError(str(wrong)) from wrong
        except Stalled as stalled:
            left = ", ".join(f"{count} {what}" for what, count in in_flight().items())
            raise CommandError(f"{stalled} ({left}). Nothing was moved.") from stalled
        except ChainUnavailable as no:
            raise CommandError(f"the node doesn't answer, and nothing was moved: {no}") from no
        self.stdout.write(f"here   {_said(clock.now())}   {file.ahead()} ahead of the machine")
        self.stdout.write(f"chain  {_said(head.at)}   block {head.number}")
        self.stdout.write(f"bank   {_bank()}")

    def _move(self, by: timedelta, file: MovedClock) -> None:
        """Say what ends on the way, wait for what is in flight, and go."""
        node = wiring.devnet()
        if node is None:
            raise CommandError("the chain is no development node: its clock is nobody's to move")
        now = clock.now()
        for each in what_ends(now, now + by):
            won = f" ({each.won:,} won)" if each.won is not None else ""
            self.stdout.write(f"ends   {each.count:,} {each.what}{won}")
        self.stdout.flush()
        wait_for_what_is_in_flight(lambda seconds: self.stdout.write(f"waits  {seconds:.0f} s for {in_flight()}"))
        move_clock(by, file=file, node=node)


def _bank() -> str:
    try:
        return _said(demo_bank.now())
    except BankUnavailable:
        return "no answer"


def _said(moment: datetime) -> str:
    return f"{moment.astimezone(KST):%Y-%m-%d %H:%M:%S} in Seoul"
