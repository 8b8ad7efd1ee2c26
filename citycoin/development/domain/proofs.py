"""The proofs about the contract and the pages: what each runs, which files it rests on, and which tools say so."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

SOURCES: Final = ("contracts/solidity/src/**/*.sol", "contracts/solidity/solc", "contracts/foundry.toml")
TESTS: Final = ("contracts/solidity/test/**/*.sol", "contracts/artifacts/CityToken*.json")
NODE_LOCK: Final = "contracts/package-lock.json"
ANALYSIS: Final = ("contracts/tools/analysis.py", "contracts/requirements-analysis.lock", NODE_LOCK)
LIGHTHOUSE_LOCK: Final = "tests/lighthouse/package-lock.json"
FORGE: Final = ("@foundry-rs/forge-linux-amd64", "solc")


@dataclass(frozen=True, slots=True)
class Proof:
    """What costs more than its minutes. Paths are below the checkout.

    ``script`` and its words run it whole. ``rests_on``: patterns of the files that end it when they change. ``tools``: the
    packages, of ``locks``, whose versions are written down. ``in_parts``: whether a lane runs a part of it at each commit.
    """

    name: str
    says: str
    script: tuple[str, ...]
    rests_on: tuple[str, ...]
    tools: tuple[str, ...]
    locks: tuple[str, ...] = (NODE_LOCK, "contracts/requirements-analysis.lock")
    in_parts: bool = True


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
        # These two rest on what measures and not on the pages, or each edit of a style would cost half an hour: a report says
        # what the pages were like at its commit. Between two of them the lane `browser` looks at each page.
        Proof(
            "axe",
            "axe finds nothing grave on any page, in both languages, three themes and easy mode, at 360, 768 and 1,280 px",
            ("tests/browser/proof.py", "axe"),
            ("tests/browser/proof.py", "tests/browser/square.py"),
            ("axe-playwright-python",),
            ("requirements-dev.lock",),
            in_parts=False,
        ),
        Proof(
            "lighthouse",
            "home, payment, counter, console and public page have 95 or more of Lighthouse's 100 and keep the bars of paint and"
            " movement, and a press at the first three is answered within 200 ms by a slow processor, as the median of five runs",
            ("tests/browser/proof.py", "lighthouse"),
            ("tests/browser/proof.py", "tests/browser/lighthouse.py", LIGHTHOUSE_LOCK),
            ("lighthouse",),
            (LIGHTHOUSE_LOCK,),
            in_parts=False,
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
