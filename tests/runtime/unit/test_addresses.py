import json
import socket

from citycoin.runtime.domain import addresses


class TestDefaults:
    def test_default_addresses_are_empty_where_nothing_was_started(self, tmp_path):
        assert addresses.defaults(tmp_path / "nowhere") == {}

    def test_default_addresses_are_empty_where_the_file_was_cut_off(self, tmp_path):
        (tmp_path / "run.json").write_text('{"environment": {"REDIS_URL"')

        assert addresses.defaults(tmp_path) == {}

    def test_default_addresses_are_what_up_wrote_down_and_the_foreign_servers(self, tmp_path):
        (tmp_path / "secrets").mkdir()
        (tmp_path / "run.json").write_text(json.dumps({"environment": {"WEB_URL": "http://127.0.0.1:8000"}}))
        (tmp_path / "secrets" / "foreign.json").write_text(json.dumps({"environment": {"REDIS_URL": "redis://r"}}))

        assert addresses.defaults(tmp_path) == {"WEB_URL": "http://127.0.0.1:8000", "REDIS_URL": "redis://r"}


class TestShown:
    def test_shown_address_hides_password_and_query(self):
        assert addresses.shown("postgres://city:geheim@db:5432/coin?sslkey=x") == "postgres://city@db:5432/coin"

    def test_shown_address_without_secrets_is_left_as_it_is(self):
        assert addresses.shown("redis://127.0.0.1:16379/0") == "redis://127.0.0.1:16379/0"

    def test_shown_address_hides_a_password_without_a_user(self):
        assert "geheim" not in addresses.shown("redis://:geheim@127.0.0.1:6379/0")


class TestFreePorts:
    def test_free_ports_leave_out_one_with_a_listener_and_are_never_the_same(self):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            taken = listener.getsockname()[1]

            chosen = addresses.free_ports(["web", "live"], first={"web": taken, "live": taken})

        assert taken not in chosen.values()
        assert chosen["web"] != chosen["live"]


class TestWritePrivate:
    def test_private_file_is_readable_by_its_owner_alone(self, tmp_path):
        addresses.write_private(tmp_path / "kek", b"secret")

        assert (tmp_path / "kek").stat().st_mode & 0o777 == 0o600
        assert (tmp_path / "kek").read_bytes() == b"secret"


class TestReservedPorts:
    def test_reserved_port_is_held_until_it_is_released(self):
        port = addresses.free_ports(["web"], first={"web": 19_000})["web"]

        with addresses.ReservedPorts(["web"], first={"web": port}) as reserved:
            meanwhile = addresses.free_ports(["web"], first={"web": port})["web"]
            reserved.release("web")
            afterwards = addresses.free_ports(["web"], first={"web": port})["web"]

        assert meanwhile != port
        assert afterwards == port
