"""What is vendored is what its page says, down to the byte, and of the version that the lock holds."""

import hashlib
import json
import re

import pytest

from citycoin.runtime.domain.addresses import ROOT

WEB = ROOT / "citycoin" / "web"
FOLDERS = sorted(WEB.glob("*/static/*/vendor/*"))
LOCK = json.loads((WEB / "package-lock.json").read_text())["packages"]
PACKAGES = {"noble-hashes": "@noble/hashes", "zxing-wasm": "zxing-wasm"}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
class TestVendored:
    def test_vendored_folder_has_every_file_of_its_page_and_no_other(self, folder):
        said = dict(
            re.findall(r"^\| `([^`]+)` \| `([0-9a-f]{64})` \|$", (folder / "README.md").read_text(), re.MULTILINE)
        )

        files = {each.relative_to(folder).as_posix(): each for each in folder.rglob("*") if each.is_file()}
        found = {
            name: hashlib.sha256(file.read_bytes()).hexdigest()
            for name, file in files.items()
            if name not in {"README.md", "LICENSE"}
        }

        assert found == said
        assert "LICENSE" in files

    def test_vendored_folder_comes_from_the_package_that_the_lock_holds(self, folder):
        name, _, version = folder.name.rpartition("-")
        locked = LOCK[f"node_modules/{PACKAGES[name]}"]

        assert locked["version"] == version
        assert locked["integrity"] in (folder / "README.md").read_text()


def test_every_vendored_folder_is_compared_with_its_package():
    from citycoin.development.doors.pages import VENDORED  # noqa: PLC0415 - a developer's tool

    assert {folder.relative_to(WEB).as_posix() for folder in FOLDERS} == set(VENDORED)
