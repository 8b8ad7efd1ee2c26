"""What is sealed for one owner opens for nobody else, and start is refused where others could read the key."""

import os
from dataclasses import replace
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from hypothesis import given
from hypothesis import strategies as st

from citycoin.foundation import vault
from citycoin.foundation.vault import SealBroken
from contracts.domain.signing import VaultSigner

SECRET = b"\x07" * 32


def new_key_file(folder: Path, name: str) -> Path:
    """A key-encryption key, as `./city up` makes it."""
    file = folder / name
    file.write_bytes(os.urandom(32))
    file.chmod(0o600)
    return file


@pytest.fixture
def key_file(settings, tmp_path):
    """The installation's key, of this test alone."""
    settings.KEY_ENCRYPTION_KEY_FILE = new_key_file(tmp_path, "kek")
    return settings.KEY_ENCRYPTION_KEY_FILE


class TestSeal:
    @given(st.binary(max_size=100), st.text(st.characters(exclude_categories=["Cs"]), max_size=20))
    def test_seal_opens_for_its_owner_and_shows_nothing_before(self, secret, owner):
        sealed = vault.seal(secret, owner=owner)

        assert vault.unseal(sealed, owner=owner) == secret
        assert len(secret) < 4 or secret not in sealed

    def test_seal_of_the_same_secret_is_another_each_time(self):
        assert vault.seal(SECRET, owner="wallet 1") != vault.seal(SECRET, owner="wallet 1")

    def test_seal_does_not_open_for_another_owner(self):
        sealed = vault.seal(SECRET, owner="wallet 1")

        with pytest.raises(SealBroken):
            vault.unseal(sealed, owner="wallet 11")

    def test_seal_does_not_open_where_any_byte_is_changed(self):
        sealed = vault.seal(SECRET, owner="wallet 1")

        for place in range(len(sealed)):
            changed = bytearray(sealed)
            changed[place] ^= 1
            with pytest.raises(SealBroken):
                vault.unseal(bytes(changed), owner="wallet 1")

    def test_seal_does_not_open_where_it_is_cut_off(self):
        sealed = vault.seal(SECRET, owner="wallet 1")

        for length in (12, 28, len(sealed) - 1):
            with pytest.raises(SealBroken):
                vault.unseal(sealed[:length], owner="wallet 1")

    def test_seal_does_not_open_under_another_key(self, settings, tmp_path):
        sealed = vault.seal(SECRET, owner="wallet 1")
        settings.KEY_ENCRYPTION_KEY_FILE = new_key_file(tmp_path, "another")

        with pytest.raises(SealBroken):
            vault.unseal(sealed, owner="wallet 1")

    def test_key_with_the_seal_of_another_key_does_not_sign(self):
        signer = VaultSigner()
        mine, yours = signer.new_key(scope="town"), signer.new_key(scope="town")

        with pytest.raises(SealBroken):
            signer.sign_digest(replace(mine, sealed=yours.sealed), scope="town", digest=b"\x01" * 32)
        assert signer.sign_digest(mine, scope="town", digest=b"\x01" * 32)

    def test_key_of_one_city_does_not_sign_under_the_name_of_another(self):
        signer = VaultSigner()
        mine = signer.new_key(scope="town")

        with pytest.raises(SealBroken):
            signer.sign_digest(mine, scope="village", digest=b"\x01" * 32)


class TestFingerprint:
    def test_fingerprint_recognises_a_pin_of_one_wallet_only(self):
        assert vault.fingerprint("135790", owner="wallet 1") == vault.fingerprint("135790", owner="wallet 1")
        assert vault.fingerprint("135790", owner="wallet 1") != vault.fingerprint("135790", owner="wallet 2")
        assert vault.fingerprint("135790", owner="wallet 1") != vault.fingerprint("135791", owner="wallet 1")

    def test_fingerprint_is_another_under_another_key(self, settings, tmp_path):
        before = vault.fingerprint("135790", owner="wallet 1")
        settings.KEY_ENCRYPTION_KEY_FILE = new_key_file(tmp_path, "another")

        assert vault.fingerprint("135790", owner="wallet 1") != before


class TestOpenVault:
    @pytest.mark.usefixtures("key_file")
    def test_vault_opens_with_a_key_that_only_its_owner_reads(self):
        vault.open_vault()

    @pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o700, 0o400])
    def test_vault_refuses_a_key_with_any_other_mode(self, key_file, mode):
        key_file.chmod(mode)

        with pytest.raises(ImproperlyConfigured, match="must be 0600"):
            vault.open_vault()

    def test_vault_refuses_a_missing_key(self, key_file):
        key_file.unlink()

        with pytest.raises(ImproperlyConfigured, match="missing"):
            vault.open_vault()

    @pytest.mark.parametrize("length", [0, 31, 33])
    def test_vault_refuses_a_key_of_another_length(self, key_file, length):
        key_file.write_bytes(b"\x01" * length)

        with pytest.raises(ImproperlyConfigured, match="must have 32"):
            vault.open_vault()
