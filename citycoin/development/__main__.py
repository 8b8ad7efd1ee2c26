"""What the `city` script hands a developer's calls over to: `python -m citycoin.development CALL …`."""

import argparse
import subprocess
import sys
from collections.abc import Sequence

from citycoin.development.domain.proofs import PROOFS
from citycoin.development.doors.doctor import print_findings
from citycoin.development.operations import lanes, proving
from citycoin.development.operations.checks import ASKED_FOR, CHECKS, run_checks
from citycoin.development.operations.lane_runs import run_lanes
from citycoin.development.queries import proof_files
from citycoin.runtime.domain.addresses import ROOT
from citycoin.runtime.operations import node_parts


def main(words: Sequence[str]) -> int:
    """Carry out one call; return the exit code."""
    if words[0] == "bench":
        return _bench(words[1:])
    ours, more = (words[: words.index("--")], words[words.index("--") + 1 :]) if "--" in words else (words, [])
    options = _parser().parse_args(ours)
    options.more = more
    code: int = options.carry_out(options)
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="./city")
    calls = parser.add_subparsers(dest="call", required=True)
    test = calls.add_parser("test", help="run the tests; what follows -- goes to pytest")
    names = f"a lane of {', '.join(lanes.LANES)}, or PATH, or PATH::NAME; every lane when none is named"
    test.add_argument("words", nargs="*", metavar="LANE|PATH", help=names)
    test.add_argument("--all", action="store_true", help="a lane that can't run fails")
    test.add_argument("--database", choices=("sqlite", "postgres"), default="", help="for a PATH; sqlite when silent")
    test.set_defaults(carry_out=_test)
    prove = calls.add_parser("prove", help="run a proof whole and write its report; without a name, say which hold")
    prove.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(PROOFS)}")
    prove.add_argument("--part", action="store_true", help="a part of each, drawn by the commit; nothing is written")
    prove.set_defaults(carry_out=_prove)
    check = calls.add_parser("check", help="every rule about the code")
    check.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(CHECKS)}; all when none is named")
    check.set_defaults(carry_out=_check)
    calls.add_parser("doctor", help="what is found and missing").set_defaults(carry_out=_doctor)
    return parser


def _test(options: argparse.Namespace) -> int:
    try:
        chosen, more = lanes.chosen(options.words, database=options.database, more=options.more)
    except lanes.NoLane as unknown:
        print(unknown, file=sys.stderr)
        return 1
    _install_node_parts()
    return 0 if run_lanes(chosen, skipping_fails=options.all, more=more) else 1


def _check(options: argparse.Namespace) -> int:
    if unknown := [name for name in options.names if name not in {*CHECKS, *ASKED_FOR}]:
        there = ", ".join((*CHECKS, *ASKED_FOR))
        print(f"no check is called {', '.join(unknown)}; there are {there}", file=sys.stderr)
        return 1
    _install_node_parts()
    return 0 if run_checks(options.names) else 1


def _prove(options: argparse.Namespace) -> int:
    if unknown := [name for name in options.names if name not in PROOFS]:
        print(f"no proof is called {', '.join(unknown)}; there are {', '.join(PROOFS)}", file=sys.stderr)
        return 1
    if not options.names and not options.part:
        return 0 if _say_which_hold() else 1
    _install_node_parts()
    if options.part:
        return 0 if proving.prove_parts() else 1
    try:
        for name in options.names:
            proving.prove(PROOFS[name])
    except proving.ProofFailed as failed:
        print(failed, file=sys.stderr)
        return 1
    return 0


def _say_which_hold() -> bool:
    wrong = {name: proof_files.missing(proof) for name, proof in PROOFS.items()}
    for name, why in wrong.items():
        print(f"{name:<10} {why or 'holds: ' + PROOFS[name].says}")
    return not any(wrong.values())


def _doctor(_options: argparse.Namespace) -> int:
    return 0 if print_findings() else 1


def _bench(words: Sequence[str]) -> int:
    """Run the benchmark, a program of its own."""
    programs = (ROOT / "tests" / "benchmarks").glob("[a-z]*.py")
    known = sorted(file.stem for file in programs if "form.run(" in file.read_text())
    if not words or words[0] not in known:
        print(f"usage: ./city bench NAME …, with NAME of {', '.join(known) or 'none yet'}", file=sys.stderr)
        return 1
    _install_node_parts()
    command = [sys.executable, "-m", f"tests.benchmarks.{words[0]}", *words[1:]]
    return subprocess.run(command, cwd=ROOT, check=False).returncode  # noqa: S603 - our own file


def _install_node_parts() -> None:
    """What needs them says so by itself, so a failure here is told and no more."""
    try:
        node_parts.install(say=lambda line: print(line, flush=True))
    except node_parts.InstallFailed as failed:
        print(failed, file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
