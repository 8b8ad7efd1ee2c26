"""What a passkey is called in a list: by who keeps it, as the passkey's model (AAGUID) says it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final
from uuid import UUID

from citycoin.foundation.bilingual import Words

# From the public list of passkey providers (passkeydeveloper/passkey-authenticator-aaguids). It only names; nothing is trusted by it.
KEEPERS: Final = {
    "ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4": Words("구글 비밀번호 관리자", "Google Password Manager"),
    "fbfc3007-154e-4ecc-8c0b-6e020557d7bd": Words("아이클라우드 키체인", "iCloud Keychain"),
    "dd4ec289-e01d-41c9-bb89-70fa845d4bf2": Words("아이클라우드 키체인", "iCloud Keychain"),
    "53414d53-554e-4700-0000-000000000000": Words("삼성 패스", "Samsung Pass"),
    "08987058-cadc-4b81-b6e1-30de50dcbe96": Words("윈도우 헬로", "Windows Hello"),
    "9ddd1817-af5a-4672-a2b9-3e3dd95000a9": Words("윈도우 헬로", "Windows Hello"),
    "6028b017-b1d4-4c02-b4b3-afcdafc96bb2": Words("윈도우 헬로", "Windows Hello"),
    "adce0002-35bc-c60a-648b-0b25f1f05503": Words("맥의 크롬", "Chrome on a Mac"),
    "bada5566-a7aa-401f-bd96-45619a55120d": Words("1Password", "1Password"),
    "d548826e-79b4-db40-a3d8-11116f7e8349": Words("Bitwarden", "Bitwarden"),
}
ON_A_DEVICE: Final = Words("기기의 패스키", "A passkey on a device")
SECURITY_KEY: Final = Words("보안 키", "A security key")


def called(aaguid: UUID, transports: Collection[str]) -> Words:
    """Who keeps the passkey, or of which kind it is where its model isn't known or isn't said."""
    if known := KEEPERS.get(str(aaguid)):
        return known
    return ON_A_DEVICE if not transports or {"internal", "hybrid"} & set(transports) else SECURITY_KEY
