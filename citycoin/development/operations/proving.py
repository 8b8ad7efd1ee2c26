"""Runs a proof: whole, and then writes its report into docs/proofs; or a part of it, drawn by the commit at hand."""

import json
import os
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from citycoin.development.domain.proofs import PROOFS, Proof
from citycoin.development.queries import machine, proof_files
from citycoin.runtime.domain.addresses import ROOT
from citycoin.runtime.operations import node_parts


class ProofFailed(Exception):
    """The script is not content; it has said why."""


def prove(proof: Proof) -> None:
    """Run ``proof`` whole and write its report. Raises ProofFailed, after which no report is written."""
    before = proof_files.rests_on(proof)
    began = time.monotonic()
    said = _run(proof)
    if proof_files.rests_on(proof) != before:
        raise ProofFailed(f"{proof.name}: a file that it rests on changed meanwhile")
    report = {
        "name": proof.name,
        "says": proof.says,
        **said,
        "tools": {**proof_files.locked_versions(proof), **said.get("tools", {})},
        "rests_on": before,
        "proved_on": datetime.now(UTC).date().isoformat(),
        "seconds": round(time.monotonic() - began),
        "commit": machine.commit() + (" and changes" if machine.uncommitted(*_pathspecs(proof)) else ""),
        "machine": machine.machine(),
    }
    file = proof_files.report_file(proof)
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps(report, indent=2) + "\n")
    print(f"{file.relative_to(ROOT)} is written", flush=True)


def prove_parts() -> bool:
    """Run a part of every proof that has parts, whatever its report says; print how many held, return whether all did."""
    failed = 0
    parted = [proof for proof in PROOFS.values() if proof.in_parts]
    for proof in parted:
        # Other commits draw other parts, and one commit the same on every machine.
        seed = machine.commit() or proof_files.rests_on(proof)["sha256"]
        print(f"-- a part of {proof.name}, drawn by {seed[:12]}", flush=True)
        began = time.monotonic()
        try:
            _run(proof, "--part", seed)
        except ProofFailed as wrong:
            print(wrong)
            failed += 1
        print(f"   {time.monotonic() - began:.1f} s", flush=True)
    print(f"{len(parted) - failed} passed, {failed} failed", flush=True)
    return failed == 0


def _run(proof: Proof, *further: str) -> dict[str, Any]:
    """What the script reports: {"figures", "seeds"}, and {"tools"} that no lock names. Raises ProofFailed."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        command = (sys.executable, *proof.script, "--report", str(report), *further)
        # Indented, so that a lane counts the sum over all proofs and not each script's own.
        with subprocess.Popen(command, cwd=ROOT, env=_environment(), text=True, stdout=subprocess.PIPE) as process:  # noqa: S603
            assert process.stdout is not None
            for line in process.stdout:
                print(f"   {line}", end="", flush=True)
        if process.returncode:
            raise ProofFailed(f"{proof.name}: {proof.script[0]} ended with {process.returncode}")
        said: dict[str, Any] = json.loads(report.read_text())
        return said


def _pathspecs(proof: Proof) -> tuple[str, ...]:
    return tuple(f":(glob){pattern}" for pattern in proof.rests_on)


def _environment() -> dict[str, str]:
    """With `node` on PATH, for what compiles the contract."""
    node = node_parts.node_folder()
    path = os.pathsep.join([*([str(node)] if node else []), os.environ.get("PATH", os.defpath)])
    return {**os.environ, "PATH": path}
