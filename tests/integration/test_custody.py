"""Who has the database has no key (G4, G5): what seals them lies outside it, and a sealed key fits its owner alone."""

import base64
from pathlib import Path
from uuid import uuid4

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection

from citycoin.foundation import vault
from citycoin.foundation.waiting import wait_until
from contracts.domain.signing import SealedKey, name_of
from contracts.doors import wiring
from contracts.models import Sender
from contracts.queries import scope_of
from tests.outside import PATIENCE_SECONDS, CityApi
from wallets.models import Key, Payment

pytestmark = pytest.mark.both_databases

KEK = settings.KEY_ENCRYPTION_KEY_FILE


@pytest.fixture(scope="module")
def gimpo(system):
    api = CityApi(system.web_url, "gimpo")
    yield api
    api.http.close()
    system.manage("reconcile", check=True)


@pytest.fixture(scope="module")
def residents(gimpo):
    """Two whose keys the city keeps; one of them has won."""
    rich, other = (gimpo.join_city_kept(pin) for pin in ("135790", "246801"))
    rich.top_up(10_000)
    return rich, other


def unsealed_keys():
    """Every key that this installation keeps, opened as only its own processes can."""
    for sender in Sender.objects.all():
        yield vault.unseal(bytes(sender.sealed), owner=name_of(scope_of(sender), sender.address))
    for key in Key.objects.exclude(sealed=None).select_related("city"):
        yield vault.unseal(bytes(key.sealed), owner=name_of(key.city.slug, key.address))


def dump():
    """All that the database holds: every column of every row, and for SQLite its files as they lie there."""
    found = bytearray()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608 - a table's own name
            for row in cursor.fetchall():
                for value in row:
                    raw = bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
                    found += raw + b"\n" + raw.hex().encode() + b"\n"
    if connection.vendor == "sqlite":
        database = Path(settings.DATABASES["default"]["NAME"])
        for file in database.parent.glob(database.name + "*"):
            found += file.read_bytes()
    return bytes(found)


def spellings(secret):
    """How a key's 32 bytes may be written."""
    encoded = base64.b64encode(secret).rstrip(b"=")
    return {
        "bytes": secret,
        "hex": secret.hex().encode(),
        "HEX": secret.hex().upper().encode(),
        "base64": encoded,
        "base64 for URLs": encoded.replace(b"+", b"-").replace(b"/", b"_"),
        "decimal": str(int.from_bytes(secret)).encode(),
        "backwards": secret[::-1],
    }


@pytest.mark.usefixtures("residents")
class TestADump:
    def test_database_dump_holds_no_key_in_any_spelling(self, system):
        secrets = [*unsealed_keys(), KEK.read_bytes()]
        secrets += [file.read_bytes() for file in (system.var / "founding").glob("*.key")]
        assert len(secrets) > 2 * 6 + 4

        dumped = dump()

        for secret in secrets:
            assert [name for name, spelling in spellings(secret).items() if spelling in dumped] == []

    def test_database_dump_holds_the_sealed_keys(self):
        sealed = bytes(Key.objects.exclude(sealed=None).first().sealed)

        assert sealed in (dumped := dump())
        assert sealed.hex().encode() in dumped

    def test_database_dump_covers_every_table_of_every_app(self):
        with connection.cursor() as cursor:
            there = set(connection.introspection.table_names(cursor))

        assert {model._meta.db_table for model in apps.get_models()} <= there

    def test_database_dump_holds_no_token_that_reads_a_wallet(self, residents):
        dumped = dump()

        assert all(resident.token.encode() not in dumped for resident in residents)


class TestASealedKey:
    def test_sealed_key_opens_for_no_other_wallet(self, residents):
        rich, other = (Key.objects.get(address=resident.address) for resident in residents)

        for mine, yours in ((rich, other), (other, rich)):
            with pytest.raises(vault.SealBroken):
                wiring.signer().sign_digest(
                    SealedKey(mine.address, bytes(yours.sealed)), scope="gimpo", digest=bytes(32)
                )

    def test_sealed_key_swapped_in_the_database_pays_nothing(self, gimpo, residents):
        rich, other = (Key.objects.get(address=resident.address) for resident in residents)
        payer, before = residents[0], residents[0].available()
        order = payer.order(gimpo.shops()[0], 100)
        try:
            Key.objects.filter(pk=rich.pk).update(sealed=bytes(other.sealed))
            Key.objects.filter(pk=other.pk).update(sealed=bytes(rich.sealed))

            assert not payer.send(order).is_success
            assert not Payment.objects.filter(client_id=order["id"]).exists()
            assert payer.available() == before
        finally:
            Key.objects.filter(pk=rich.pk).update(sealed=bytes(rich.sealed))
            Key.objects.filter(pk=other.pk).update(sealed=bytes(other.sealed))

        assert payer.send(order | {"id": str(uuid4())}).status_code == 201

    @pytest.mark.parametrize("place", [0, 11, 12, 30, -1])
    def test_sealed_key_with_a_changed_byte_does_not_open(self, residents, place):
        key = Key.objects.get(address=residents[0].address)
        sealed = bytearray(key.sealed)
        sealed[place] ^= 0x01

        with pytest.raises(vault.SealBroken):
            vault.unseal(bytes(sealed), owner=name_of(key.city.slug, key.address))


class TestTheKeyEncryptionKey:
    def test_key_encryption_key_is_a_file_for_its_owner_alone(self):
        assert KEK.stat().st_mode & 0o777 == 0o600
        assert KEK.parent.stat().st_mode & 0o077 == 0
        assert len(KEK.read_bytes()) == 32

    @pytest.mark.parametrize("name", ["web", "worker"])
    def test_process_whose_key_encryption_key_others_may_read_does_not_start(self, system, name):
        system.stop(name)
        said_before, supervised_before = len(system.log(name)), len(system.log("supervisord"))

        def supervised():
            return system.log("supervisord")[supervised_before:]

        KEK.chmod(0o644)
        try:
            system.start(name, wait=False)

            sentence = "the key-encryption key kek has mode 0644; it must be 0600"
            wait_until(
                lambda: sentence in system.log(name)[said_before:], timeout_seconds=PATIENCE_SECONDS, what="the refusal"
            )
            if name == "worker":
                wait_until(
                    lambda: "exited: worker" in supervised(), timeout_seconds=PATIENCE_SECONDS, what="the worker's end"
                )
            else:
                assert not system.answers(name)
        finally:
            system.stop(name)
            KEK.chmod(0o600)
            system.start(name)
            wait_until(
                lambda: system.status_lines()[name]["good"], timeout_seconds=PATIENCE_SECONDS, what=f"a good {name}"
            )
