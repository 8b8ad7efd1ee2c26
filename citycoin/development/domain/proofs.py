"""The proofs about the contract: what each runs, which files it rests on, and which tools say so."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

SOURCES: Final = ("contracts/solidity/src/**/*.sol", "contracts/solidity/solc", "contracts/foundry.toml")
TESTS: Final = ("contracts/solidity/test/**/*.sol", "contracts/artifacts/CityToken*.json")
NODE_LOCK: Final = "contracts/package-lock.json"
ANALYSIS: Final = ("contracts/tools/analysis.py", "contracts/requirements-analysis.lock", NODE_LOCK)
FORGE: Final = ("@foundry-rs/forge-linux-amd64", "solc")


@dataclass(frozen=True, slots=True)
class Proof:
    """What costs more than its minutes. Paths are below the checkout.

    ``script`` and its words run it whole. ``rests_on``: patterns of the files that end it when they change. ``tools``: the
    packages, of the locks in contracts/, whose versions are written down.
    """

    name: str
    says: str
    script: tuple[str, ...]
    rests_on: tuple[str, ...]
    tools: tuple[str, ...]


PROOFS: Final[dict[str, Proof]] = {
    proof.name: proof
    for proof in (
        Proof(
            "mutants",
            "the contract's tests notice each mistake of contracts/mutants.toml",
            ("contracts/tools/mutants.py",),
            (
                *SOURCES,
                *TESTS,
                *("contracts/mutants.toml", "contracts/tools/mutants.py", "contracts/tools/build.py", NODE_LOCK),
            ),
            FORGE,
        ),
        Proof(
            "campaign",
            "the contract keeps the books of its model through 500 runs of 100 calls in any order",
            ("contracts/tools/campaign.py",),
            (*SOURCES, *TESTS, "contracts/tools/campaign.py", NODE_LOCK),
            FORGE,
        ),
        Proof(
            "symbolic",
            "halmos shows each check_ of Symbolic.t.sol for all numbers",
            ("contracts/tools/analysis.py", "symbolic"),
            (*SOURCES, "contracts/solidity/test/Symbolic.t.sol", *ANALYSIS),
            (*FORGE, "halmos", "z3-solver"),
        ),
        Proof(
            "static",
            "slither finds nothing that no comment excuses",
            ("contracts/tools/analysis.py", "static"),
            (*SOURCES, *ANALYSIS),
            (*FORGE, "slither-analyzer"),
        ),
        Proof(
            "coverage",
            "the contract's tests reach every line of it",
            ("contracts/tools/analysis.py", "coverage"),
            (*SOURCES, *TESTS, *ANALYSIS),
            FORGE,
        ),
    )
}


def digest_of(files: Sequence[tuple[str, bytes]]) -> str:
    """SHA-256 over the files in the order of their paths: each one's path, its length and its content."""
    digest = hashlib.sha256()
    for path, content in sorted(files):
        digest.update(f"{path}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()
