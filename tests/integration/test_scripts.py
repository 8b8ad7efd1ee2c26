"""The scripts of docs/api.md do what the page says: its very text, against the running system, each with a new key."""

import os
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from citycoin.runtime.domain.addresses import ROOT
from citycoin.runtime.operations.node_parts import CONTRACTS, node_folder
from tests.running import RunningSystem

pytestmark = pytest.mark.one_database

SCRIPT = re.compile(r"^```js (?P<name>\S+)\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE)
ENDS_WITHIN_SECONDS = 150


@dataclass(frozen=True, slots=True)
class Ran:
    """A script that has ended: its text, and what it left."""

    text: str
    code: int
    said: str
    complained: str

    def told(self, name: str) -> str:
        """A value of the object that it printed."""
        found = re.search(rf"^  {name}: '?(.*?)'?,?$", self.said, re.MULTILINE)
        assert found, self.said + self.complained
        return found[1]


@pytest.fixture(scope="module")
def scripts(system: RunningSystem) -> dict[str, Ran]:
    """Every script of the page, run at the same time."""
    folder = system.var / "scripts"
    folder.mkdir()
    # An import looks for packages in the folders above the script, and nowhere else.
    (folder / "node_modules").symlink_to(CONTRACTS / "node_modules", target_is_directory=True)
    texts = {found["name"]: found["text"] for found in SCRIPT.finditer((ROOT / "docs" / "api.md").read_text())}
    with ThreadPoolExecutor(len(texts)) as pool:
        running = {name: pool.submit(_run, folder / name, text, url=system.web_url) for name, text in texts.items()}
    return {name: ran.result() for name, ran in running.items()}


def _run(file: Path, text: str, *, url: str) -> Ran:
    node = node_folder()
    assert node is not None, "no node of version 20 or newer: ./city up brings one"
    file.write_text(text)
    done = subprocess.run(  # noqa: S603 - the project's own page
        [str(node / "node"), file.name],
        cwd=file.parent,
        env={"PATH": os.environ["PATH"], "CITY_URL": url, "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=ENDS_WITHIN_SECONDS,
    )
    return Ran(text, done.returncode, done.stdout, done.stderr)


class TestScriptsOfThePage:
    @pytest.mark.parametrize("name", ["secp256k1.mjs", "p256.mjs"])
    def test_script_of_the_api_page_pays_with_a_new_key_until_it_is_settled(self, scripts, name):
        ran = scripts[name]

        assert (ran.code, ran.complained) == (0, "")
        assert ran.told("status") == "settled"
        assert ran.told("amount") == "3500"
        assert ran.told("batch").startswith("0x")

    def test_scripts_of_the_api_page_are_short_and_need_viem_at_most(self, scripts):
        statements = {name: [line for line in ran.text.splitlines() if line] for name, ran in scripts.items()}

        assert sorted(statements) == ["p256.mjs", "secp256k1.mjs"]
        assert max(map(len, statements.values())) <= 45
        assert "import" not in scripts["p256.mjs"].text
        assert scripts["secp256k1.mjs"].text.count("import") == 1
