"""Plays the contract in any order, many times over: the campaign of the invariants (Invariants.t.sol), and what it came to.

    python contracts/tools/campaign.py                 the whole: the runs and the seed of foundry.toml
    python contracts/tools/campaign.py --part LETTERS  60 runs, by a seed that these letters draw
    python contracts/tools/campaign.py --report FILE   what they came to, as JSON

Each run makes 100 calls, good ones and bad ones, and compares the contract with a model after each. A campaign in which too
little happened is no proof, so every refusal and every denied role must occur often enough. Works on a copy, so that it
disturbs nobody's build. Needs what build.py needs.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

CONTRACTS: Final = Path(__file__).resolve().parents[1]
FORGE: Final = CONTRACTS / "node_modules" / "@foundry-rs" / "forge-linux-amd64" / "bin" / "forge"
TEST: Final = "solidity/test/Invariants.t.sol"
# What the runs write, a line each.
COUNTS: Final = Path("solidity", "cache", "invariant-counts.txt")

REFUSALS: Final = range(1, 10)
ROLES: Final = ("issuer", "settler", "registrar", "guardian", "officials", "nominee")
# What all runs together must come to.
LEAST: Final[Mapping[str, int]] = {
    "runs": 500,
    "went-through-percent": 40,
    **{f"refused-{reason}": 100 for reason in REFUSALS},
    **{f"denied-{role}": 100 for role in ROLES},
}
# A part has an eighth of the runs, and each count must come to a tenth. A payer is frozen (refusal 5) in a fifth of the runs,
# there many times: one drawing of 60 runs in 400 stays below 10, and none of 20,000 below 3.
PART_RUNS: Final = 60
PART_LEAST: Final[Mapping[str, int]] = {
    "runs": PART_RUNS,
    "went-through-percent": 40,
    **{f"refused-{reason}": 10 for reason in REFUSALS},
    **{f"denied-{role}": 10 for role in ROLES},
    "refused-5": 3,
}


class CampaignFailed(Exception):
    """An invariant broke, or too little happened; what is said before tells which."""


def main(arguments: Sequence[str]) -> int:
    """Play the campaign and print what it came to; return 0 where all held and enough happened, 1 otherwise."""
    parser = argparse.ArgumentParser(description="Play the contract in any order and compare it with a model.")
    parser.add_argument("--part", metavar="LETTERS", default="", help="60 runs, by a seed that these letters draw")
    parser.add_argument("--report", type=Path, metavar="FILE", help="write what they came to")
    asked = parser.parse_args(arguments)
    seed = drawn_seed(asked.part) if asked.part else foundry()["fuzz"]["seed"]
    runs = PART_RUNS if asked.part else foundry()["invariant"]["runs"]
    try:
        sums = played(seed=seed, runs=runs)
        if short := list(shortfalls(sums, PART_LEAST if asked.part else LEAST)):
            raise CampaignFailed("too little happened: " + "; ".join(short))
    except CampaignFailed as failure:
        sys.stdout.write(f"FAILED, by the seed {seed}: {failure}\n0 passed, 1 failed\n")
        return 1
    if asked.report:
        said = {"figures": dict(sums), "seeds": {"fuzz": seed}}
        asked.report.write_text(json.dumps(said), encoding="utf-8")
    sys.stdout.write("1 passed, 0 failed\n")
    return 0


def drawn_seed(letters: str) -> str:
    """The seed that these letters draw, as forge takes it: other letters, other runs."""
    return "0x" + hashlib.sha256(f"campaign {letters}".encode()).hexdigest()[:16]


def foundry() -> dict[str, Any]:
    """The default profile of foundry.toml, which has the runs and the seed of the whole."""
    profile: dict[str, Any] = tomllib.loads((CONTRACTS / "foundry.toml").read_text(encoding="utf-8"))["profile"]
    return dict(profile["default"])


def played(*, seed: str, runs: int) -> Counter[str]:
    """Play so many runs and return the sums of what they counted. Raises CampaignFailed where an invariant breaks."""
    if not FORGE.exists():
        raise CampaignFailed("forge is not there; `npm ci --ignore-scripts` in contracts/ brings it")
    with tempfile.TemporaryDirectory(prefix="campaign-") as folder:
        root = Path(folder)
        copy_sources(root)
        ours = {name: value for name, value in os.environ.items() if not name.startswith(("FOUNDRY_", "DAPP_"))}
        environ = {**ours, "HOME": folder, "FOUNDRY_FUZZ_SEED": seed, "FOUNDRY_INVARIANT_RUNS": str(runs)}
        sys.stdout.write(f"{runs} runs, by the seed {seed}\n")
        sys.stdout.flush()
        if subprocess.run([FORGE, "test", "--match-path", TEST], cwd=root, env=environ, check=False).returncode:
            raise CampaignFailed("an invariant broke, or forge could not play it")
        counts = root / COUNTS
        return summed(counts.read_text(encoding="utf-8").splitlines() if counts.exists() else [])


def copy_sources(root: Path) -> None:
    """Copy into ``root`` what forge needs to play: sources, tests, artifacts and its own settings."""
    for name in ("src", "test"):
        shutil.copytree(CONTRACTS / "solidity" / name, root / "solidity" / name)
    shutil.copytree(CONTRACTS / "artifacts", root / "artifacts")
    shutil.copy2(CONTRACTS / "solidity" / "solc", root / "solidity")
    shutil.copy2(CONTRACTS / "foundry.toml", root)
    (root / COUNTS).parent.mkdir()
    (root / "node_modules").symlink_to(CONTRACTS / "node_modules")


def summed(lines: Sequence[str]) -> Counter[str]:
    """The sums of the counts, a line of `name=number` a run; how many runs; and the percentage of calls that went through."""
    if lines[-2:-1] == lines[-1:]:
        lines = lines[:-1]  # forge plays the last run a second time, for its own report
    sums = Counter({"runs": len(lines)})
    for count in " ".join(lines).split():
        name, _, number = count.partition("=")
        sums[name] += int(number)
    sums["went-through-percent"] = 100 * (sums["calls"] - sums["reverted"]) // max(sums["calls"], 1)
    return sums


def shortfalls(sums: Counter[str], least: Mapping[str, int]) -> Iterator[str]:
    """Print the figures, each beside the least it must come to; yield those that stay below."""
    for name, wanted in least.items():
        sys.stdout.write(f"{name:<24} {sums[name]:>8}   at least {wanted}\n")
        if sums[name] < wanted:
            yield f"{name} is {sums[name]}, and must be {wanted} or more"
    for name in sorted(sums.keys() - least.keys()):
        sys.stdout.write(f"{name:<24} {sums[name]:>8}\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
