"""The files of the proofs: what each rests on today, what its report says, and whether the two still fit."""

import json
import re
from pathlib import Path
from typing import Any

from citycoin.development.domain.proofs import Proof, digest_of
from citycoin.runtime.domain.addresses import ROOT


class RestsOnNothing(Exception):
    """A pattern of a proof finds no file, so a change there would go unnoticed."""


def report_file(proof: Proof, *, root: Path = ROOT) -> Path:
    """Where the report lies, or will lie."""
    return root / "docs" / "proofs" / f"{proof.name}.json"


def rests_on(proof: Proof, *, root: Path = ROOT) -> dict[str, Any]:
    """{"files", "sha256"}: how many files the proof rests on, and the hash over all of them. Raises RestsOnNothing."""
    found: set[Path] = set()
    for pattern in proof.rests_on:
        matched = {file for file in root.glob(pattern) if file.is_file()}
        if not matched:
            raise RestsOnNothing(f"{proof.name}: no file is called {pattern}")
        found |= matched
    digest = digest_of([(file.relative_to(root).as_posix(), file.read_bytes()) for file in found])
    return {"files": len(found), "sha256": digest}


def missing(proof: Proof, *, root: Path = ROOT) -> str:
    """Why the report holds no longer, in one sentence with the command that mends it; '' where it holds."""
    mend = f"prove it anew: ./city prove {proof.name}"
    file = report_file(proof, root=root)
    if not file.exists():
        return f"{file.relative_to(root)} is missing; {mend}"
    if json.loads(file.read_text())["rests_on"] != rests_on(proof, root=root):
        return f"the files that {file.relative_to(root)} rests on have changed since; {mend}"
    return ""


def locked_versions(proof: Proof, *, root: Path = ROOT) -> dict[str, str]:
    """The version of each of its tools, as its locks say: npm's in JSON, pip's in lines."""
    pinned: dict[str, str] = {}
    for lock in proof.locks:
        said = (root / lock).read_text()
        if lock.endswith(".json"):
            packages = json.loads(said)["packages"]
            pinned |= {name.removeprefix("node_modules/"): each["version"] for name, each in packages.items() if name}
        else:
            pinned |= dict(re.findall(r"^([\w.-]+)==([^\s;\\]+)", said, re.MULTILINE))
    return {name: pinned[name] for name in proof.tools}
