import pytest

from citycoin.runtime.operations.secret_files import SecretsExposed, make_secrets


class TestMakeSecrets:
    def test_secrets_are_made_for_their_owner_alone(self, tmp_path):
        make_secrets(tmp_path)

        assert (tmp_path / "secrets").stat().st_mode & 0o777 == 0o700
        assert (tmp_path / "secrets" / "kek").stat().st_mode & 0o777 == 0o600
        assert (tmp_path / "secrets" / "django").stat().st_mode & 0o777 == 0o600
        assert len((tmp_path / "secrets" / "kek").read_bytes()) == 32

    def test_secrets_that_are_there_are_kept(self, tmp_path):
        make_secrets(tmp_path)
        before = (tmp_path / "secrets" / "kek").read_bytes()

        make_secrets(tmp_path)

        assert (tmp_path / "secrets" / "kek").read_bytes() == before

    def test_secret_key_that_others_may_have_read_is_refused(self, tmp_path):
        make_secrets(tmp_path)
        (tmp_path / "secrets" / "kek").chmod(0o640)

        with pytest.raises(SecretsExposed, match=r"mode 0640.*must be 0600"):
            make_secrets(tmp_path)
