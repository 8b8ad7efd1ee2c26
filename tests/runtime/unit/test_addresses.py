import json
import socket
import subprocess

import pytest

from citycoin.runtime.domain import addresses
from citycoin.runtime.domain.addresses import ReservedPorts


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


def free_ports(**first):
    """The ports that each would be given now."""
    with ReservedPorts(first, first=first) as reserved:
        return reserved.ports


class TestFreePorts:
    def test_free_ports_leave_out_one_with_a_listener_and_are_never_the_same(self):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            taken = listener.getsockname()[1]

            chosen = free_ports(web=taken, live=taken)

        assert taken not in chosen.values()
        assert chosen["web"] != chosen["live"]

    def test_free_ports_leave_its_own_to_a_part_when_another_has_to_move_on(self):
        ports = free_ports(web=19_100, live=19_110)
        with socket.create_server(("127.0.0.1", ports["web"])):
            chosen = free_ports(web=ports["web"], live=ports["web"] + 1)

        assert chosen["live"] == ports["web"] + 1
        assert chosen["web"] > chosen["live"]


class TestHomePorts:
    def test_home_ports_are_those_that_up_wrote_down(self, tmp_path):
        (tmp_path / "run.json").write_text(json.dumps({"ports": {"web": 8003}, "environment": {}}))

        assert addresses.home_ports(tmp_path) == {"web": 8003}

    @pytest.mark.parametrize("said", ["", "[]", '{"ports": []}', '{"ports": {"web"'])
    def test_home_ports_are_none_where_the_file_was_cut_off_or_says_something_else(self, tmp_path, said):
        (tmp_path / "run.json").write_text(said)

        assert addresses.home_ports(tmp_path) == addresses.home_ports(tmp_path / "nowhere") == {}


class TestWritePrivate:
    def test_private_file_is_readable_by_its_owner_alone(self, tmp_path):
        addresses.write_private(tmp_path / "kek", b"secret")

        assert (tmp_path / "kek").stat().st_mode & 0o777 == 0o600
        assert (tmp_path / "kek").read_bytes() == b"secret"


class TestReservedPorts:
    @pytest.fixture
    def port(self):
        return free_ports(web=19_000)["web"]

    def test_reserved_port_is_held_until_it_is_released(self, port):
        with ReservedPorts(["web"], first={"web": port}) as reserved:
            meanwhile = addresses.is_free(port)
            reserved.release("web")
            afterwards = addresses.is_free(port)

        assert (meanwhile, afterwards) == (False, True)

    def test_reserved_port_that_was_released_for_its_server_is_given_to_nobody_else(self, port):
        with ReservedPorts(["web"], first={"web": port}) as reserved:
            reserved.release("web")
            meanwhile = free_ports(web=port)["web"]

        assert meanwhile != port
        assert free_ports(web=port)["web"] == port

    def test_reserved_port_is_given_to_nobody_as_long_as_a_process_lives_that_keeps_its_claim(self, port):
        with ReservedPorts(["web"], first={"web": port}) as reserved:
            keeper = subprocess.Popen(["cat"], stdin=subprocess.PIPE, pass_fds=reserved.claims)  # noqa: S607 - of the core utilities

        with keeper:
            while_it_lives = free_ports(web=port)["web"]

        assert while_it_lives != port
        assert free_ports(web=port)["web"] == port
