"""Makes the contracts' artifacts from their sources, and runs their tests: everything that needs a compiler.

    python contracts/tools/build.py                  compile, write contracts/artifacts/*.json
    python contracts/tools/build.py --check          compile, compare with what is written; exit 1 where it differs
    python contracts/tools/build.py --test [...]     check, then forge's tests on the artifact but the campaign of the
                                                     invariants (campaign.py); what follows goes to forge
    python contracts/tools/build.py --format-check   ask forge whether the sources are formatted

The artifacts are committed, so that nothing that runs needs a compiler, and a change of ABI or storage layout is seen in
review. forge compiles them by its profile `artifact` (foundry.toml): the same sources and packages give the same bytes on every
machine. What forge has compiled it keeps below solidity/, and compiles again only what has changed. Needs
`npm ci --ignore-scripts` in this folder, and node in PATH.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import Any, Final

CONTRACTS: Final = Path(__file__).resolve().parents[1]
FORGE: Final = CONTRACTS / "node_modules" / "@foundry-rs" / "forge-linux-amd64" / "bin" / "forge"

NAMES: Final = ("CityToken", "CityTokenSuccessor")
SOURCES: Final = PurePosixPath("solidity/src")
COMPILED: Final = CONTRACTS / "solidity" / "artifact-out"
ARTIFACTS: Final = CONTRACTS / "artifacts"
# Two that the compiler adds, and that say nothing of how it compiles.
NOT_SETTINGS: Final = ("compilationTarget", "libraries")

# campaign.py plays it, for minutes.
CAMPAIGN: Final = "solidity/test/Invariants.t.sol"


class BuildFailed(Exception):
    """The artifact could not be made, or is not what it should be; the message is for the person at the keyboard."""


def main(arguments: Sequence[str]) -> int:
    """Do what is asked; return 0 for success, and otherwise 1 or forge's exit code. What went wrong is printed."""
    parser = argparse.ArgumentParser(description="Build and test the contract.")
    parser.add_argument("--check", action="store_true", help="compare the artifact with what the sources give")
    parser.add_argument("--test", action="store_true", help="run forge's tests; further arguments go to forge")
    parser.add_argument("--format-check", action="store_true", help="are the sources formatted?")
    asked, for_forge = parser.parse_known_args(arguments)
    if for_forge and not asked.test:
        parser.error(f"not known: {' '.join(for_forge)}")
    try:
        if asked.check:
            check_artifacts()
        elif asked.test:
            return run_tests(for_forge)
        elif asked.format_check:
            return forge("fmt", "--check").returncode
        else:
            write_artifacts()
    except BuildFailed as failure:
        sys.stderr.write(f"contracts/tools/build.py: {failure}\n")
        return 1
    return 0


def write_artifacts(names: Sequence[str] = NAMES) -> None:
    """Compile these contracts and write their artifacts. Raises BuildFailed."""
    ARTIFACTS.mkdir(exist_ok=True)
    for path, text in artifacts(names).items():
        path.write_text(text, encoding="utf-8")
        sys.stdout.write(f"{path.relative_to(CONTRACTS.parent)}: {len(text)} characters\n")


def check_artifacts() -> None:
    """Compare what is written with what the sources give. Raises BuildFailed, which names the parts that differ."""
    for path, built in artifacts().items():
        name = path.relative_to(CONTRACTS.parent)
        if not path.exists():
            raise BuildFailed(f"{name} is missing; make it: python contracts/tools/build.py")
        written = path.read_text(encoding="utf-8")
        if written != built:
            raise BuildFailed(
                f"{name} is not what the sources give. It differs in: {', '.join(differences(written, built))}. "
                "Make it anew with `python contracts/tools/build.py` and commit it."
            )
        sys.stdout.write(f"{name} is what the sources give\n")


def differences(written: str, built: str) -> Iterator[str]:
    """The names of the parts that differ, with the first differing place of a bytecode."""
    try:
        before = json.loads(written)
    except json.JSONDecodeError:
        yield "everything (what is written is not JSON)"
        return
    after = json.loads(built)
    if before == after:
        yield "its layout only"
    for part in sorted(before.keys() | after.keys()):
        one, other = before.get(part), after.get(part)
        if one == other:
            continue
        if isinstance(one, str) and isinstance(other, str) and part.lower().endswith("bytecode"):
            lengths = f"{len(one) // 2 - 1} bytes written, {len(other) // 2 - 1} built"
            yield f"{part} (from byte {first_different_byte(one, other)}; {lengths})"
        else:
            yield part


def first_different_byte(one: str, other: str) -> int:
    """The index of the first byte that differs between two texts of the form 0x…, or the shorter one's length."""
    shorter = min(len(one), len(other))
    different = (index for index in range(2, shorter) if one[index] != other[index])
    return (next(different, shorter) - 2) // 2


def artifacts(names: Sequence[str] = NAMES) -> dict[Path, str]:
    """Each artifact's path and the text that belongs there, compiled now. Raises BuildFailed."""
    compile_sources(names)
    return {ARTIFACTS / f"{name}.json": artifact_text(name) for name in names}


def artifact_text(name: str) -> str:
    """The artifact of a contract that is compiled: JSON with sorted keys, two spaces, one line feed at the end."""
    contract = json.loads((COMPILED / f"{name}.sol" / f"{name}.json").read_text(encoding="utf-8"))
    artifact = {
        "contractName": name,
        "sourceName": str(SOURCES / f"{name}.sol"),
        # As the compiler orders it; forge has an order of its own.
        "abi": sorted(contract["abi"], key=lambda entry: (entry["type"], entry.get("name", ""))),
        "bytecode": contract["bytecode"]["object"],
        "deployedBytecode": contract["deployedBytecode"]["object"],
        "storageLayout": storage_layout(contract["storageLayout"]),
        "compiler": {"name": "solc", "version": contract["metadata"]["compiler"]["version"]},
        "settings": settings(contract["metadata"]["settings"]),
    }
    return json.dumps(artifact, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def settings(said: dict[str, Any]) -> dict[str, Any]:
    """How the contract was compiled, by the compiler's own word in its metadata, which leaves `useLiteralContent` out when false."""
    kept = {name: value for name, value in said.items() if name not in NOT_SETTINGS}
    return {**kept, "metadata": {"useLiteralContent": False, **said["metadata"]}}


def storage_layout(layout: dict[str, Any]) -> list[dict[str, Any]]:
    """Which variable lies where, without the compiler's own numbers, which change with every line above.

    Each is {"contract", "label", "slot", "offset", "type"}, in the order of the slots.
    """
    return [
        {
            "contract": each["contract"].partition(":")[2],
            "label": each["label"],
            "slot": int(each["slot"]),
            "offset": each["offset"],
            "type": layout["types"][each["type"]]["label"],
        }
        for each in layout["storage"]
    ]


def compile_sources(names: Sequence[str]) -> None:
    """Have forge compile these contracts, where something has changed since the last time. Raises BuildFailed, also for a warning."""
    if shutil.which("node") is None:
        raise BuildFailed("node is not in PATH")
    done = forge("build", *(str(SOURCES / f"{name}.sol") for name in names), profile="artifact")
    if "solc exited" in done.stderr:
        raise BuildFailed(f"the compiler does not run; is `npm ci --ignore-scripts` done in contracts/?\n{done.stderr}")
    if done.returncode:
        raise BuildFailed(f"the compiler complains.\n{done.stdout}{done.stderr}")


def run_tests(for_forge: Sequence[str]) -> int:
    """Forge's tests and their table, without the campaign; return forge's exit code.

    They deploy the artifacts, so these must be what the sources give; raises BuildFailed where they are not.
    """
    check_artifacts()
    return forge("test", "--summary", "--no-match-path", CAMPAIGN, *for_forge).returncode


def forge(*arguments: str, profile: str = "default") -> subprocess.CompletedProcess[str]:
    """Run forge here, with whatever it keeps for itself below solidity/cache/.

    By the default profile it speaks to the person at the keyboard, and hears of their FOUNDRY_…; by another it does neither,
    and the answer holds what it said. Raises BuildFailed where forge is not installed.
    """
    if not FORGE.exists():
        raise BuildFailed("forge is not there; `npm ci --ignore-scripts` in contracts/ brings it")
    kept = CONTRACTS / "solidity" / "cache"
    kept.mkdir(parents=True, exist_ok=True)
    quiet = profile != "default"
    heard = {
        name: value for name, value in os.environ.items() if not (quiet and name.startswith(("FOUNDRY_", "DAPP_")))
    }
    environment = {**heard, "HOME": str(kept), "FOUNDRY_PROFILE": profile}
    sys.stdout.flush()
    return subprocess.run(
        [FORGE, *arguments], cwd=CONTRACTS, env=environment, check=False, capture_output=quiet, text=True
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
