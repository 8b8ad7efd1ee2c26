"""A camera that looks at a screen: what it photographs of one browser's page, another browser sees in its video.

Chromium reads the film when it starts, so the browser that looks is launched after the picture was taken.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import qrcode
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, BrowserType, Locator

from citycoin.development.queries import browser_parts

ARGUMENTS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
WIDTH, HEIGHT, FRAMES_PER_SECOND, SECONDS = 640, 480, 5, 2  # Chromium plays it again and again


def photographed(element: Locator, folder: Path, name: str = "photographed") -> Path:
    """A picture of a part of a page, as it is on the screen now."""
    picture = folder / f"{name}.png"
    element.screenshot(path=picture)
    return picture


def drawn(text: str, folder: Path, name: str = "drawn") -> Path:
    """A QR of somebody else's making."""
    picture = folder / f"{name}.png"
    qrcode.make(text).save(picture)
    return picture


def torn(picture: Path) -> Path:
    """The same picture with its lower right half painted over: too much for any error correction."""
    with Image.open(picture) as whole:
        rest = whole.convert("RGB")
    width, height = rest.size
    ImageDraw.Draw(rest).rectangle((width * 0.3, height * 0.4, width, height), fill="white")
    rest.save(result := picture.with_name("torn.png"))
    return result


def blank(folder: Path) -> Path:
    """Nothing but white."""
    Image.new("RGB", (400, 400), "white").save(result := folder / "blank.png")
    return result


def film_of(picture: Path) -> Path:
    """The picture as a film of motion JPEGs, held before the camera with white around it."""
    ffmpeg = shutil.which("ffmpeg")
    assert ffmpeg, browser_parts.lacking()
    held = f"scale=400:400:force_original_aspect_ratio=decrease,pad={WIDTH}:{HEIGHT}:(ow-iw)/2:(oh-ih)/2:white"
    film = picture.with_suffix(".mjpeg")
    given = ("-v", "error", "-y", "-loop", "1", "-i", str(picture), "-vf", f"{held},format=yuvj420p")
    made = ("-r", str(FRAMES_PER_SECOND), "-t", str(SECONDS), "-c:v", "mjpeg", "-q:v", "2", "-f", "mjpeg", str(film))
    subprocess.run([ffmpeg, *given, *made], check=True)  # noqa: S603 - found on this machine
    return film


@contextmanager
def browser_that_may_not_look(browser_type: BrowserType) -> Iterator[Browser]:
    """A browser with a camera that no page is allowed to use."""
    browser = browser_type.launch(
        executable_path=browser_parts.chromium(), args=[*ARGUMENTS, "--use-fake-device-for-media-stream"]
    )
    try:
        yield browser
    finally:
        browser.close()


@contextmanager
def browser_that_sees(browser_type: BrowserType, picture: Path) -> Iterator[Browser]:
    """A browser whose camera looks at the picture, and whose user lets pages use it."""
    browser = browser_type.launch(
        executable_path=browser_parts.chromium(),
        args=[
            *ARGUMENTS,
            "--use-fake-device-for-media-stream",
            "--use-fake-ui-for-media-stream",
            f"--use-file-for-fake-video-capture={film_of(picture)}",
        ],
    )
    try:
        yield browser
    finally:
        browser.close()
