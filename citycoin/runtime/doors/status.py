"""What `./city status` prints: each process with pid and address, and each line of the page of health."""

import json
import os
from collections.abc import Mapping
from typing import Final

import django

from citycoin.runtime.operations.supervision import ProcessState
from citycoin.runtime.operations.system import System

DOWN: Final = "the system is down; ./city up starts it"


def print_status(system: System, *, as_json: bool) -> bool:
    """Print how ``system`` is; return whether all of it is good. Works with the web process down.

    Of a system that is down nothing is asked: at its addresses another may listen by now.
    """
    if not system.runs:
        print(json.dumps({"good": False, "processes": {}, "health": []}, indent=2) if as_json else DOWN)
        return False
    states = system.states()
    lines = _health_lines(system)
    where = system.shown_addresses()
    good = bool(states) and all(state.runs for state in states.values()) and all(line["good"] for line in lines)
    if as_json:
        processes = {
            name: {
                "state": states[name].state if name in states else "FOREIGN",
                "pid": system.pid(name),
                "address": where.get(name),
            }
            for name in [*states, *(name for name in where if name not in states)]
        }
        print(json.dumps({"good": good, "processes": processes, "health": lines}, ensure_ascii=False, indent=2))
        return good
    _print_processes(system, states, where)
    print()
    for line in lines:
        mark = "BAD    " if not line["good"] else "warning" if line["warning"] else "good   "
        print(f"{mark}  {line['name']:<10} {line['en']}")
    bad = [str(line["name"]) for line in lines if not line["good"]]
    bad += [name for name, state in states.items() if not state.runs and name not in bad]
    print()
    print("all good" if good else f"not good: {', '.join(bad)}")
    return good


def _print_processes(system: System, states: Mapping[str, ProcessState], where: Mapping[str, str]) -> None:
    print(f"{'process':<10} {'pid':>7}  {'state':<9} address")
    for name, state in states.items():
        print(f"{name:<10} {system.pid(name) or '-':>7}  {state.state.lower():<9} {where.get(name, '')}")
    for name in where:
        if name not in states:
            print(f"{name:<10} {'-':>7}  {'foreign':<9} {where[name]}")


def _health_lines(system: System) -> list[dict[str, object]]:
    os.environ.update(system.environment)
    django.setup()
    from citycoin.platform.health.queries import report  # noqa: PLC0415 - models load only after django.setup()

    return [
        {"name": line.name, "good": line.good, "warning": line.warning, "ko": line.words.ko, "en": line.words.en}
        for line in report.lines()
    ]
