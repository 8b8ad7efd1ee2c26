"""What the tests in a browser need from this machine: Chromium, ffmpeg for the camera's film, a font that has Korean."""

import shutil
import subprocess
from typing import Final

CHROMIUM: Final = ("chromium", "chromium-browser")
# Draws the same pages without the windows of a browser around them, for a third of the CPU; it has no camera.
SHELL: Final = "chromium-headless-shell"
PACKAGES: Final = {"chromium": "chromium", "ffmpeg": "ffmpeg", "korean font": "fonts-nanum"}


def chromium() -> str:
    """The path of the browser, or ''."""
    return next((path for path in map(shutil.which, CHROMIUM) if path), "")


def shell() -> str:
    """The path of the same browser's headless shell, of the browser where there is none, or ''."""
    return shutil.which(SHELL) or chromium()


def korean_font() -> str:
    """A family that has Korean, or ''."""
    lister = shutil.which("fc-list")
    if lister is None:
        return ""
    listed = subprocess.run([lister, ":lang=ko", "family"], capture_output=True, text=True, check=False)  # noqa: S603 - found on this machine
    return listed.stdout.partition("\n")[0].partition(",")[0]


def found() -> dict[str, str]:
    """Each part: where it is, or ''."""
    return {"chromium": chromium(), "ffmpeg": shutil.which("ffmpeg") or "", "korean font": korean_font()}


def lacking() -> str:
    """What is missing, in one sentence with the command that mends it, or ''."""
    missing = [part for part, where in found().items() if not where]
    if not missing:
        return ""
    return f"no {', no '.join(missing)}; on Debian: apt-get install {' '.join(PACKAGES[part] for part in missing)}"
