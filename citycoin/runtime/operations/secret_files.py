"""The secrets of one installation, made once: files of mode 0600 in a folder of mode 0700, never in the database."""

import secrets
from pathlib import Path
from typing import Final

from citycoin.runtime.domain.addresses import write_private

KEY_BYTES: Final = 32
OWNER_ONLY: Final = 0o600


class SecretsExposed(Exception):
    """A secret lies where others can read it."""


def make_secrets(var: Path) -> None:
    """Make what is missing of Django's secret and the key-encryption key. Raises SecretsExposed."""
    folder = var / "secrets"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not (folder / "django").exists():
        write_private(folder / "django", secrets.token_urlsafe(50).encode())
    kek = folder / "kek"
    if not kek.exists():
        write_private(kek, secrets.token_bytes(KEY_BYTES))
    mode = kek.stat().st_mode & 0o777
    if mode != OWNER_ONLY:
        raise SecretsExposed(f"{kek} has mode {mode:04o}, so others may have read it; it must be 0600 to start")
