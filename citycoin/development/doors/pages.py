"""`./city check pages`: the pages' scripts by a linter and by their types, and what is vendored by the packages it came from."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from citycoin.runtime.domain.addresses import ROOT
from citycoin.runtime.operations import node_parts

WEB: Final = ROOT / "citycoin" / "web"
MODULES: Final = WEB / "node_modules"
# Each is run in the folder that holds what it reads. What signs is held to stricter types than what draws.
COMMANDS: Final = {
    "eslint": (
        ROOT / "citycoin",
        ("eslint/bin/eslint.js", "--config", "web/eslint.config.js", "--max-warnings", "0", "."),
    ),
    "tsc": (WEB, ("typescript/bin/tsc", "--project", "tsconfig.json")),
    "tsc of what signs": (WEB, ("typescript/bin/tsc", "--project", "tsconfig.signing.json")),
}
# A vendored folder, and where its files lie in the package.
VENDORED: Final = {
    "console/static/console/vendor/noble-hashes-2.4.0": ("@noble/hashes", {}),
    "resident/static/resident/vendor/zxing-wasm-3.1.3": (
        "zxing-wasm",
        {
            "reader/index.js": "dist/es/reader/index.js",
            "share.js": "dist/es/share.js",
            "zxing_reader.wasm": "dist/reader/zxing_reader.wasm",
        },
    ),
}


def main() -> int:
    """Print each fault found; return the exit code."""
    try:
        node_parts.install(say=print, folder=WEB)
    except node_parts.InstallFailed as failed:
        print(failed)
        return 1
    faults = [*_complaints(), *_changed()]
    for fault in faults:
        print(fault)
    return 1 if faults else 0


def _complaints() -> Iterator[str]:
    folder = node_parts.node_folder()
    assert folder, "npm has just been run by it"
    for name, (at, (script, *words)) in COMMANDS.items():
        command = [str(folder / "node"), str(MODULES / script), *words]
        done = subprocess.run(command, cwd=at, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)  # noqa: S603 - the tools of our own lock
        if done.returncode:
            yield f"{name}:\n{done.stdout}"


def _changed() -> Iterator[str]:
    """The vendored files that are not those of the package, which npm has compared with the lock's integrity."""
    for place, (package, names) in VENDORED.items():
        for file in sorted((WEB / place).rglob("*")):
            name = file.relative_to(WEB / place).as_posix()
            if file.is_dir() or name in {"README.md", "LICENSE"}:
                continue
            original = MODULES / package / names.get(name, name)
            if not original.exists() or original.read_bytes() != file.read_bytes():
                yield f"{file.relative_to(ROOT)} is not {package}'s {Path(names.get(name, name))}"


if __name__ == "__main__":
    sys.exit(main())
