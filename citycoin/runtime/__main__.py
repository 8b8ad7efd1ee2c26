"""What the `city` script hands over to: `python -m citycoin.runtime CALL …`."""

import argparse
import fcntl
import os
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import NoReturn

from citycoin.foundation.waiting import wait_while_moving
from citycoin.runtime.domain import programs
from citycoin.runtime.domain.addresses import ROOT
from citycoin.runtime.doors.bank import tell_bank
from citycoin.runtime.doors.logs import LogMissing, show_log
from citycoin.runtime.doors.status import print_status
from citycoin.runtime.operations import node_parts
from citycoin.runtime.operations.starting import (
    PATIENCE_SECONDS,
    StartFailed,
    bring_up,
    collect_static_files,
    refuse_lost_port,
    signs_of_life,
)
from citycoin.runtime.operations.supervision import NotRunning
from citycoin.runtime.operations.system import System, installation
from citycoin.runtime.queries import sign_ins


def main(words: Sequence[str]) -> int:
    """Carry out one call; return the exit code."""
    call, rest = words[0], words[1:]
    if call in {"manage", "shell", "clock"}:
        _manage(rest if call == "manage" else [call, *rest])
    options = _parser().parse_args(words)
    try:
        code: int = options.carry_out(options)
    except (NotRunning, StartFailed, TimeoutError) as wrong:
        print(wrong, file=sys.stderr)
        return 1
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="./city")
    calls = parser.add_subparsers(dest="call", required=True)
    up = calls.add_parser("up", help="start everything and wait until a payment could be made")
    up.add_argument("--detach", action="store_true", help="come back when all is ready, and leave it running")
    up.set_defaults(carry_out=_up)
    calls.add_parser("down", help="stop everything").set_defaults(carry_out=_down)
    for call, carry_out in (("stop", _stop), ("start", _start)):
        one = calls.add_parser(call, help=f"{call} one process")
        one.add_argument("name", choices=programs.NAMES)
        one.set_defaults(carry_out=carry_out)
    status = calls.add_parser("status", help="each process, and each line of the page of health")
    status.add_argument("--json", action="store_true")
    status.set_defaults(carry_out=_status)
    logs = calls.add_parser("logs", help="what a part says, and goes on saying")
    logs.add_argument("name", help=f"of {', '.join(programs.NAMES)}; or database, seed, supervisord")
    logs.add_argument("--lines", type=int, default=50, metavar="N", help="how many of the last lines first")
    logs.set_defaults(carry_out=_logs)
    code = calls.add_parser("code", help="the second factor of the moment, of a demo official")
    code.add_argument("name")
    code.set_defaults(carry_out=_code)
    bank = calls.add_parser("bank", help="what the demo's bank can do wrong, and have it do so once")
    bank.add_argument("mistake", nargs="?")
    bank.set_defaults(carry_out=_bank)
    reset = calls.add_parser("reset", help="stop everything and delete all that it has written")
    reset.add_argument("--yes", action="store_true", help="don't ask")
    reset.set_defaults(carry_out=_reset)
    return parser


def _up(options: argparse.Namespace) -> int:
    system = replace(installation(), ends_with_starter=not options.detach)
    began = time.monotonic()
    # A signal ends the foreground call like Ctrl-C, so that whatever was started is stopped.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with _alone(system) as alone:
            if system.runs:
                print(f"it runs already: {system.shown_addresses().get('web', system.var)}")
                return 0
            if not alone:
                print("another ./city up is about to start it", file=sys.stderr)
                return 1
            return _up_and_stay(system, detach=options.detach, began=began)
    except KeyboardInterrupt:
        print("stopping")
        system.bring_down()
        return 0


def _up_and_stay(system: System, *, detach: bool, began: float) -> int:
    try:
        if "chain" in system.names:
            node_parts.install(say=_say)
        bring_up(system, say=_say)
    except (StartFailed, node_parts.InstallFailed) as failed:
        print(failed, file=sys.stderr)
        system.bring_down()
        return 1
    _print_addresses(system)
    print(f"ready in {time.monotonic() - began:.1f} s", flush=True)
    if detach:
        return 0
    print("Ctrl-C ends it", flush=True)
    while system.runs:  # ends with `./city down` from elsewhere, or with Ctrl-C
        time.sleep(1)  # between two looks; a person waits here, no test
    return 0


@contextmanager
def _alone(system: System) -> Iterator[bool]:
    """Whether this is the only `up` at work on ``system``."""
    system.var.mkdir(parents=True, exist_ok=True)
    with (system.var / "up.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def _print_addresses(system: System) -> None:
    print()
    where = system.shown_addresses()
    for name, address in where.items():
        print(f"  {name:<10} {address}")
    if "web" in where:
        print(f"  {'health':<10} {where['web']}/health")
    for name, how in sign_ins.lines(system.var, where.get("web", "")):
        print(f"  {name:<10} {how}")
    print()


def _down(_options: argparse.Namespace) -> int:
    system = installation()
    print("stopping" if system.runs else "nothing runs", flush=True)
    system.bring_down()
    return 0


def _stop(options: argparse.Namespace) -> int:
    system = installation()
    if not _is_ours(system, options.name):
        return 1
    system.supervisor.stop([options.name])
    print(f"{options.name} is stopped and stays so until ./city start {options.name}")
    return 0


def _start(options: argparse.Namespace) -> int:
    system = installation()
    if not _is_ours(system, options.name):
        return 1
    if options.name == "web" and not system.states()["web"].runs:
        collect_static_files(system)
    system.supervisor.start([options.name])

    def runs() -> bool:
        refuse_lost_port(system, options.name)
        return system.states()[options.name].runs

    wait_while_moving(
        runs,
        signs=lambda: signs_of_life(system, [options.name]),
        what=options.name,
        patience_seconds=PATIENCE_SECONDS,
    )
    print(f"{options.name} runs")
    return 0


def _is_ours(system: System, name: str) -> bool:
    if name in system.supervisor.states():
        return True
    print(f"{name} is not ours to stop or start: somebody else runs it", file=sys.stderr)
    return False


def _status(options: argparse.Namespace) -> int:
    return 0 if print_status(installation(), as_json=options.json) else 1


def _logs(options: argparse.Namespace) -> NoReturn:
    try:
        show_log(installation().var, options.name, lines=options.lines, follow=sys.stdout.isatty())
    except LogMissing as missing:
        sys.exit(str(missing))


def _code(options: argparse.Namespace) -> int:
    try:
        print(sign_ins.code_of(installation().var, options.name))
    except sign_ins.NobodyOfThatName as nobody:
        print(nobody, file=sys.stderr)
        return 1
    return 0


def _bank(options: argparse.Namespace) -> int:
    return 0 if tell_bank(installation().environment.get("BANK_URL", ""), options.mistake) else 1


def _reset(options: argparse.Namespace) -> int:
    system = installation()
    if not options.yes and input(f"Delete {system.var} with its database, chain and keys? [y/N] ").lower() != "y":
        print("nothing was deleted")
        return 0
    system.remove()
    print(f"{system.var} is gone")
    return 0


def _manage(words: Sequence[str]) -> NoReturn:
    environment = installation().environment
    os.execve(sys.executable, [sys.executable, str(ROOT / "manage.py"), *words], environment)  # noqa: S606 - our own file


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
