"""Static files as they are collected: what one names of another is there, under the hash of what is in it."""

import os
import re
import shutil
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.templatetags.static import static

from citycoin.platform.pages.doors.static_files import require_static_files
from citycoin.runtime.operations.static_files import collected, serve_from_now

# What stands in a script or a stylesheet and leads to a file: between quotes from ./, ../ or our own root, or in url().
NAMED = re.compile(r"""(?:["'`]|url\(["']?)((?:\.{1,2}/|/static/)[^"'`)\s]+)["'`)]""")


def scripts_and_styles() -> list[Path]:
    return [each for each in settings.STATIC_ROOT.rglob("*") if each.suffix in {".js", ".css"}]


def place(name: str) -> Path:
    """Where the file of this name was collected."""
    return settings.STATIC_ROOT / static(name).removeprefix(settings.STATIC_URL)


class TestNames:
    def test_every_file_that_a_script_or_a_stylesheet_names_was_collected_under_that_name(self):
        suffixes = {each.suffix for each in settings.STATIC_ROOT.rglob("*")}
        named = [
            (file, settings.STATIC_ROOT / name.removeprefix("/static/") if name[0] == "/" else file.parent / name)
            for file in scripts_and_styles()
            for name in NAMED.findall(file.read_text())
            if Path(name).suffix in suffixes
        ]

        assert len(named) > 20
        assert [f"{file.name}: {there}" for file, there in named if not there.is_file()] == []

    def test_imports_of_another_app_and_files_beside_a_script_are_named_by_their_hashes(self):
        pay, decoder = place("resident/pay.js").read_text(), place("resident/decoder.js").read_text()

        assert f'from "../pages/{place("pages/asking.js").name}"' in pay
        assert place("resident/vendor/zxing-wasm-3.1.3/zxing_reader.wasm").name in decoder

    def test_file_is_kept_by_its_hash_alone(self):
        assert not (settings.STATIC_ROOT / "pages" / "pages.css").exists()
        assert re.fullmatch(r"pages\.[0-9a-f]{12}\.css", place("pages/pages.css").name)

    def test_address_has_its_hash_with_debug_on_too(self, settings):
        usual = static("pages/pages.css")
        settings.DEBUG = True

        assert static("pages/pages.css") == usual


class TestCompressedAhead:
    @pytest.mark.parametrize("name", ["pages/pages.css", "resident/pay.js"])
    def test_text_lies_beside_its_brotli_and_its_gzip(self, name):
        file = place(name)
        sizes = [file.with_name(file.name + suffix).stat().st_size for suffix in (".br", ".gz", "")]

        assert sizes == sorted(sizes)

    def test_decoder_is_a_third_of_its_size(self):
        wasm = place("resident/vendor/zxing-wasm-3.1.3/zxing_reader.wasm")

        assert wasm.with_name(wasm.name + ".br").stat().st_size < wasm.stat().st_size * 0.35


class TestCollected:
    def test_what_a_system_serves_and_what_it_served_before_stay_and_older_files_go(self, tmp_path):
        base = tmp_path / "static"
        for name in ("older", "former"):
            (base / name).mkdir(parents=True)
        (base / "current").symlink_to("former")
        shutil.copytree(settings.STATIC_ROOT, base / settings.STATIC_ROOT.name)  # collected already

        serve_from_now(tmp_path, environ=os.environ)

        assert (base / "current").resolve() == base / settings.STATIC_ROOT.name
        assert {each.name for each in base.iterdir()} == {"current", "former", "lock", settings.STATIC_ROOT.name}

    def test_files_are_collected_once_however_often_they_are_asked_for(self):
        before = settings.STATIC_ROOT.stat().st_mtime_ns

        assert collected(settings.STATIC_ROOT.parent, environ=os.environ) == settings.STATIC_ROOT
        assert settings.STATIC_ROOT.stat().st_mtime_ns == before

    def test_what_serves_refuses_to_start_without_them(self, settings, tmp_path):
        require_static_files()
        settings.STATIC_ROOT = tmp_path

        with pytest.raises(ImproperlyConfigured, match="collectstatic"):
            require_static_files()
