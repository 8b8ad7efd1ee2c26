"""Makes mistakes in the contract, one at a time, in a copy, and sees whether its tests notice.

    python contracts/tools/mutants.py                 every mutant of mutants.toml; the table; exit 1 where one is not as said
    python contracts/tools/mutants.py --only NAME     this one (may be given several times)
    python contracts/tools/mutants.py --jobs N        so many at once (2)
    python contracts/tools/mutants.py --part SEED     one that must be killed, drawn by these letters
    python contracts/tools/mutants.py --report FILE   what they came to, as JSON
    python contracts/tools/mutants.py --anew          none is taken from an earlier run

A mutant is killed by the first test that fails on it. One that no test can see is listed with the reason and must
survive: otherwise the reason is wrong. The tests of gas are not asked, which would see nearly every change and no mistake.
What a mutant comes to rests on the sources, the tests and the mistake alone, for random tests begin with a seed of foundry.toml.
So it is kept, under the hash of these, and a whole run that was broken off, or had one mutant wrong, tries the others no second
time; the report says how many were kept. Needs what build.py needs. Nothing else is written outside a temporary folder.
"""

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

CONTRACTS: Final = Path(__file__).resolve().parents[1]
TABLE: Final = CONTRACTS / "mutants.toml"
FORGE: Final = Path("node_modules", "@foundry-rs", "forge-linux-amd64", "bin", "forge")

COPIED: Final = ("tools/build.py", "foundry.toml", "artifacts", "solidity/solc", "solidity/src", "solidity/test")
COMPILED: Final = ("solidity/out", "solidity/cache")
# {key of a mutant: the test that killed it, empty where none did}; it is no part of the repository.
KEPT: Final = CONTRACTS / "solidity" / "cache" / "verdicts.json"
BOTH: Final = ("CityToken", "CityTokenSuccessor")
SUCCESSION: Final = "Succession"  # these tests deploy the second one too
NOT_ASKED: Final = "Gas"

# Few runs: what random tests find in hundreds of runs only is too seldom found to be relied on.
FEW_RUNS: Final = {"FOUNDRY_FUZZ_RUNS": "50", "FOUNDRY_INVARIANT_RUNS": "25"}

FAILED: Final = re.compile(r"^\[FAIL.*?\] (?P<test>\w+)\(|^ (?P<invariant>invariant_\w+)\(.*runs: ", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Mutant:
    """One mistake: ``old`` in ``file`` becomes ``new``. ``survives``: why no test can see it; empty where one must."""

    name: str
    file: str
    old: str
    new: str
    asks: tuple[str, ...] = ()
    survives: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a mutant. ``killed_by``: a test's name, empty where none failed; ``problem``: why none was run."""

    mutant: Mutant
    killed_by: str = ""
    problem: str = ""
    kept: bool = False  # from an earlier run over the same files

    @property
    def as_expected(self) -> bool:
        """Whether a test killed it, or none did where it must survive."""
        return not self.problem and bool(self.killed_by) != bool(self.mutant.survives)

    def __str__(self) -> str:
        if self.problem:
            return f"WRONG: {self.problem}"
        if self.killed_by:
            return f"killed by {self.killed_by}" + (", and should survive" if self.mutant.survives else "")
        return f"survives: {self.mutant.survives}" if self.mutant.survives else "SURVIVED"


class MutantWrong(Exception):
    """A mutant does not fit the sources, or what it makes is no contract; the message says how."""


UNCHANGED: Final = Mutant("(unchanged)", "CityToken.sol", "", "", survives="the tests are green without a mistake")


def main(arguments: Sequence[str]) -> int:
    """Try the mutants that are asked for; return 0 where each is as said, 1 otherwise. Raises MutantWrong."""
    parser = argparse.ArgumentParser(description="Make mistakes in the contract and see its tests fail.")
    parser.add_argument("--jobs", type=int, default=2, help="how many mutants at once")
    parser.add_argument("--only", action="append", default=[], metavar="NAME", help="this mutant only")
    parser.add_argument("--part", metavar="SEED", default="", help="one mutant, drawn by these letters")
    parser.add_argument("--report", type=Path, metavar="FILE", help="write what they came to")
    parser.add_argument("--anew", action="store_true", help="try those, too, whose verdict is kept")
    asked = parser.parse_args(arguments)
    mutants = all_mutants()
    if unknown := set(asked.only) - {mutant.name for mutant in mutants}:
        parser.error(f"no such mutant: {', '.join(sorted(unknown))}")
    for mutant in mutants:
        mutated(mutant)  # all of them fit, before the first is tried
    chosen = [UNCHANGED, *mutants]
    if asked.only:
        chosen = [mutant for mutant in mutants if mutant.name in asked.only]
    elif asked.part:
        chosen = [drawn(mutants, seed=asked.part)]
    whole = not asked.only and not asked.part
    verdicts = tried(chosen, jobs=asked.jobs, kept=kept_verdicts() if whole and not asked.anew else {})
    if asked.report:
        asked.report.write_text(json.dumps(report_of(verdicts)), encoding="utf-8")
    return 0 if all(verdict.as_expected for verdict in verdicts) else 1


def drawn(mutants: Sequence[Mutant], *, seed: str) -> Mutant:
    """Draw one that must be killed, the same for the same seed on every machine."""
    to_kill = [mutant for mutant in mutants if not mutant.survives]
    return min(to_kill, key=lambda mutant: hashlib.sha256(f"{seed} {mutant.name}".encode()).digest())


def all_mutants() -> list[Mutant]:
    """The mutants of mutants.toml, in its order. Raises MutantWrong where two have one name."""
    listed = tomllib.loads(TABLE.read_text(encoding="utf-8"))["mutant"]
    mutants = [Mutant(**{**each, "asks": tuple(each["asks"])}) for each in listed]
    names = [mutant.name for mutant in mutants]
    if len(set(names)) != len(names):
        raise MutantWrong("two mutants have one name")
    return mutants


def mutated(mutant: Mutant) -> str:
    """The text of the mutant's file with the mistake in it. Raises MutantWrong unless its place is there exactly once."""
    text = (CONTRACTS / "solidity" / "src" / mutant.file).read_text(encoding="utf-8")
    if mutant is UNCHANGED:
        return text
    if (times := text.count(mutant.old)) != 1:
        raise MutantWrong(f"{mutant.name}: its old text stands {times} times in {mutant.file}, not once")
    return text.replace(mutant.old, mutant.new)


def kept_verdicts() -> dict[str, str]:
    """{key: killed_by} of earlier runs."""
    kept: dict[str, str] = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else {}
    return kept


def keep(verdict: Verdict, sources: str) -> None:
    """Write it down for a later run over the same files. Called by one thread."""
    KEPT.parent.mkdir(parents=True, exist_ok=True)
    half = KEPT.with_suffix(".half")
    half.write_text(
        json.dumps({**kept_verdicts(), key_of(verdict.mutant, sources): verdict.killed_by}), encoding="utf-8"
    )
    half.replace(KEPT)


def hash_of_sources() -> str:
    """Of everything but the mistake that a verdict rests on: what is copied, and the versions of compiler and forge."""
    digest = hashlib.sha256()
    for name in (*COPIED, "package-lock.json"):
        origin = CONTRACTS / name
        for file in sorted(each for each in (origin.rglob("*") if origin.is_dir() else [origin]) if each.is_file()):
            content = file.read_bytes()
            digest.update(f"{file.relative_to(CONTRACTS)}\0{len(content)}\0".encode())
            digest.update(content)
    return digest.hexdigest()


def key_of(mutant: Mutant, sources: str) -> str:
    """Of the mistake in these sources; why it may survive doesn't change what it comes to."""
    said = json.dumps([sources, FEW_RUNS, mutant.name, mutant.file, mutant.old, mutant.new, mutant.asks])
    return hashlib.sha256(said.encode()).hexdigest()


def tried(mutants: Iterable[Mutant], *, jobs: int, kept: Mapping[str, str] = MappingProxyType({})) -> list[Verdict]:
    """Try them, but those whose verdict is ``kept``; print a line each as they end, then the sum; return what became of them.

    Raises MutantWrong where the tests don't compile.
    """
    sources, mutants = hash_of_sources(), list(mutants)
    verdicts = [Verdict(each, kept[key], kept=True) for each in mutants if (key := key_of(each, sources)) in kept]
    mutants = [each for each in mutants if key_of(each, sources) not in kept]
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder, ThreadPoolExecutor(max_workers=jobs) as threads:
        compiled = Path(folder, "contracts")
        copy_sources(compiled)
        if (done := run(compiled, str(compiled / FORGE), "build")).returncode:
            raise MutantWrong(f"the tests don't compile:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
        for ended in as_completed([threads.submit(verdict_on, mutant, compiled) for mutant in mutants]):
            verdict = ended.result()
            verdicts.append(verdict)
            if not verdict.problem:
                keep(verdict, sources)
            sys.stdout.write(f"{'ok ' if verdict.as_expected else 'NOT'}  {verdict.mutant.name:<42} {verdict}\n")
            sys.stdout.flush()
    killed = sum(bool(verdict.killed_by) for verdict in verdicts)
    wrong = sum(not verdict.as_expected for verdict in verdicts)
    sys.stdout.write(f"{len(verdicts)} tried, {killed} killed\n{len(verdicts) - wrong} passed, {wrong} failed\n")
    return verdicts


def report_of(verdicts: Sequence[Verdict]) -> dict[str, Any]:
    """{"figures", "seeds"}: how many were tried, killed and survived, without the sources as they are; and the random tests' seed."""
    mistakes = [verdict for verdict in verdicts if verdict.mutant is not UNCHANGED]
    survivors = sorted(verdict.mutant.name for verdict in mistakes if not verdict.killed_by and not verdict.problem)
    fuzz = tomllib.loads((CONTRACTS / "foundry.toml").read_text(encoding="utf-8"))["profile"]["default"]["fuzz"]
    return {
        "figures": {
            "tried": len(mistakes),
            "kept_from_a_run_before": sum(verdict.kept for verdict in mistakes),
            "killed": sum(bool(verdict.killed_by) for verdict in mistakes),
            "survived": len(survivors),
            "survived_as_said": survivors,
        },
        "seeds": {"fuzz": fuzz["seed"], **FEW_RUNS},
    }


def verdict_on(mutant: Mutant, compiled: Path) -> Verdict:
    """Ask the tests that should see it, on the one artifact that they deploy; where they see nothing, all tests.

    The tests deploy artifacts, so they are not compiled anew for a mistake in these; only where none of them sees it are those
    asked that compile a source themselves.
    """
    with tempfile.TemporaryDirectory(prefix="mutant-") as folder:
        root = Path(folder, "contracts")
        copy_sources(root)
        for name in COMPILED:
            shutil.copytree(compiled / name, root / name, dirs_exist_ok=True)
        source = root / "solidity" / "src" / mutant.file
        original = source.read_text(encoding="utf-8")
        try:
            killed_by = ""
            for names, chosen, compiles in steps_of(mutant):
                source.write_text(mutated(mutant), encoding="utf-8")
                build(root, *names)
                if not compiles:
                    source.write_text(original, encoding="utf-8")
                if killed_by := first_failure(root, *chosen):
                    break
        except MutantWrong as wrong:
            return Verdict(mutant, problem=str(wrong))
        return Verdict(mutant, killed_by=killed_by)


def steps_of(mutant: Mutant) -> Iterator[tuple[Sequence[str], Sequence[str], bool]]:
    """Which artifacts are built, which tests are asked, and whether these compile the mistake themselves."""
    if mutant.asks:
        yield BOTH if SUCCESSION in mutant.asks else BOTH[:1], ("--match-path", paths_of(mutant.asks)), False
    yield BOTH, ("--no-match-contract", NOT_ASKED), False
    if mutant is not UNCHANGED:
        yield BOTH, ("--no-match-contract", NOT_ASKED), True


def build(root: Path, *names: str) -> None:
    """Make the artifacts of these contracts in the copy, as build.py makes them. Raises MutantWrong where it can't."""
    done = run(
        root,
        sys.executable,
        "-c",
        f"import sys; sys.path.insert(0, 'tools'); import build; build.write_artifacts({names!r})",
    )
    if done.returncode:
        raise MutantWrong(f"does not compile: {done.stderr.rpartition('BuildFailed: ')[2].strip()}")


def copy_sources(root: Path) -> None:
    """Copy what is compiled and tested into ``root``, with a link to the packages."""
    for name in COPIED:
        origin, copy = CONTRACTS / name, root / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        if origin.is_dir():
            shutil.copytree(origin, copy)
        else:
            shutil.copy2(origin, copy)
    (root / "node_modules").symlink_to(CONTRACTS / "node_modules")
    (root / "solidity" / "cache").mkdir()


def paths_of(asks: tuple[str, ...]) -> str:
    """One pattern for these test files, as forge takes it."""
    return f"solidity/test/{asks[0] if len(asks) == 1 else '{' + ','.join(asks) + '}'}.t.sol"


def first_failure(root: Path, *chosen: str) -> str:
    """The name of the first test that fails, empty where none does. Raises MutantWrong where forge can't run them."""
    done = run(root, str(root / FORGE), "test", "--fail-fast", *chosen)
    found = FAILED.search(done.stdout)
    if done.returncode and found is None:
        raise MutantWrong(f"forge fails, and no test does:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return (found["test"] or found["invariant"]) if done.returncode and found else ""


def run(root: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run it in ``root`` with few runs of the random tests; the answer holds the exit code and what was said."""
    environment = {**os.environ, **FEW_RUNS, "HOME": str(root / "solidity" / "cache")}
    return subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except MutantWrong as wrong:
        sys.exit(f"contracts/tools/mutants.py: {wrong}")
