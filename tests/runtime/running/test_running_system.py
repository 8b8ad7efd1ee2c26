import contextlib
import json
import os
import re
import shutil
import socket
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from citycoin.foundation.waiting import wait_until
from citycoin.platform.health.queries import probes
from citycoin.runtime.domain import addresses, programs
from citycoin.runtime.domain.addresses import LOOPBACK, ReservedPorts
from citycoin.runtime.operations.starting import StartFailed, bring_up
from tests import patient
from tests.faults.healthy import heal
from tests.outside import PATIENCE_SECONDS
from tests.running import RunningSystem

pytestmark = pytest.mark.one_database


@pytest.fixture(autouse=True)
def _healthy(system):
    """Each test finds a healthy system, whatever the one before did to it."""
    heal(system)


class TestKilled:
    @pytest.mark.parametrize("name", programs.NAMES)
    def test_killed_part_is_started_again_by_itself(self, system, name):
        before = system.kill(name)

        wait_until(
            lambda: system.pid(name) not in {0, before}, timeout_seconds=PATIENCE_SECONDS, what=f"another {name}"
        )
        wait_until(lambda: system.answers(name), timeout_seconds=PATIENCE_SECONDS, what=f"{name} answers")

    def test_killed_keeper_of_the_chain_leaves_no_anvil_behind(self, system):
        anvil, keeper = system.pid("chain"), system.system.states()["chain"].pid

        os.kill(keeper, 9)

        wait_until(
            lambda: not Path(f"/proc/{anvil}").exists(), timeout_seconds=PATIENCE_SECONDS, what="the end of anvil"
        )
        wait_until(lambda: system.answers("chain"), timeout_seconds=PATIENCE_SECONDS, what="another chain")


class TestChain:
    def test_chain_starts_from_the_last_complete_dump_when_the_newest_was_cut_off(self, system):
        complete = system.var / "chain" / "state.complete.json"
        wait_until(complete.exists, timeout_seconds=PATIENCE_SECONDS, what="a complete dump")
        system.stop("chain")
        blocks = int(json.loads(complete.read_text())["block"]["number"], 16)
        dump = system.var / "chain" / "state.json"
        os.truncate(dump, dump.stat().st_size // 2)

        system.start("chain")

        assert probes.chain_head(system.rpc_url).number >= blocks


class TestWeb:
    def test_web_answers_200_connections_that_were_opened_at_once(self, system):
        where = httpx.URL(system.web_url)
        sockets = [socket.create_connection((where.host, where.port)) for _ in range(200)]

        def ask(connection: socket.socket) -> bytes:
            connection.settimeout(20)
            connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
            with connection, connection.makefile("rb") as answer:
                return answer.readline()

        with ThreadPoolExecutor(50) as pool:
            answers = list(pool.map(ask, sockets))

        assert set(answers) == {b"HTTP/1.1 200 OK\r\n"}

    @pytest.mark.parametrize(
        ("language", "said"),
        [("ko", "결제할 수 있어요. 알아 두실 것이 있어요."), ("en", "Payments work. There is something to know.")],
    )
    def test_web_serves_the_page_of_health_in_both_languages_with_its_style(self, system, language, said):
        def page() -> str:
            return patient.get(f"{system.web_url}/health", headers={"Accept-Language": language}).text

        # The keys of the founding still sign here, which is to be known. A busy machine may be late for a moment.
        wait_until(lambda: said in page(), timeout_seconds=60, what=said)
        style = patient.get(system.web_url + re.search(r'"(/static/pages/pages\.[^"]+)"', page())[1])

        assert style.status_code == 200

    @pytest.mark.parametrize(("accepted", "sent"), [("gzip, br", "br"), ("gzip", "gzip"), ("identity", None)])
    def test_web_sends_a_static_file_to_be_kept_in_the_best_form_that_is_accepted(self, system, accepted, sent):
        page = patient.get(f"{system.web_url}/health").text
        style = re.search(r'"(/static/pages/pages\.[0-9a-f]{12}\.css)"', page)[1]

        with httpx.stream(
            "GET", system.web_url + style, timeout=patient.ANSWER_SECONDS, headers={"Accept-Encoding": accepted}
        ) as answer:
            length = sum(map(len, answer.iter_raw()))

        assert answer.headers.get("Content-Encoding") == sent
        assert int(answer.headers["Content-Length"]) == length
        assert answer.headers["Content-Type"].startswith("text/css")
        assert answer.headers["Cache-Control"] == "max-age=315360000, public, immutable"
        assert (answer.headers["Vary"], answer.headers["X-Content-Type-Options"]) == ("Accept-Encoding", "nosniff")

    @pytest.mark.parametrize("path", ["/static/pages/pages.css", "/static/../citycoin/settings.py", "/static/"])
    def test_web_has_no_static_file_of_another_name(self, system, path):
        assert patient.get(system.web_url + path).status_code == 404

    @pytest.mark.parametrize("path", ["/health", "/health.json"])
    def test_web_compresses_a_page_for_whom_accepts_it(self, system, path):
        compressed = patient.get(system.web_url + path, headers={"Accept-Encoding": "gzip"})
        plain = patient.get(system.web_url + path, headers={"Accept-Encoding": "identity"})

        assert compressed.headers["Content-Encoding"] == "gzip"
        assert "Content-Encoding" not in plain.headers
        assert "Accept-Encoding" in compressed.headers["Vary"]
        assert "Accept-Encoding" in plain.headers["Vary"]
        assert int(compressed.headers["Content-Length"]) < int(plain.headers["Content-Length"])

    def test_health_in_json_is_answered_with_503_while_a_part_is_bad(self, system):
        system.stop("broker")

        answer = patient.get(f"{system.web_url}/health.json")

        assert answer.status_code == 503
        assert "broker" in [line["name"] for line in answer.json()["lines"] if not line["good"]]


class TestUp:
    def test_up_called_again_says_that_the_system_runs_already(self, system):
        again = system.city("up", "--detach")

        assert again.returncode == 0
        assert "it runs already" in again.stdout

    def test_up_is_refused_when_the_key_was_exposed(self):
        exposed = RunningSystem(chosen=())
        secrets = exposed.var / "secrets"
        secrets.mkdir(parents=True)
        (secrets / "kek").write_bytes(bytes(32))
        (secrets / "kek").chmod(0o644)

        with pytest.raises(StartFailed, match="must be 0600"):
            exposed.__enter__()

    def test_up_uses_and_shows_a_broker_that_somebody_else_runs_and_starts_none(self):
        with (
            RunningSystem(chosen=("broker",)) as other,
            RunningSystem(chosen=("broker", "live"), environ={"REDIS_URL": other.redis_url}) as mine,
        ):
            shown = json.loads(mine.city("status", "--json").stdout)["processes"]["broker"]

            assert shown == {"state": "FOREIGN", "pid": 0, "address": other.redis_url}

    @pytest.mark.parametrize("name", ["long" * 30, "100%s %(x)s%41 #1 ;'\" 김?"], ids=["long", "odd"])
    def test_up_works_in_a_folder_with_a_name_too_long_for_a_socket_or_full_of_signs(self, name):
        with RunningSystem(chosen=("broker", "chain", "beat"), name=name) as named:
            assert all(named.answers(each) for each in ("broker", "chain", "beat"))
            assert {"db.sqlite3", "broker", "chain", "beat"} <= {each.name for each in named.var.iterdir()}
            assert list((named.var / "chain").iterdir())
            assert list((named.var / "broker").iterdir())


class TestPorts:
    @pytest.fixture
    def system_of_a_broker(self):
        """Not started yet; a test may start and end it again and again."""
        mine = RunningSystem(chosen=("broker",))
        yield mine.system
        mine.system.remove()

    def test_up_listens_where_it_did_before_and_says_so_when_it_cannot(self, system_of_a_broker):
        with socket.create_server((LOOPBACK, usual_port(system_of_a_broker))):
            first = up(system_of_a_broker)
        with socket.create_server((LOOPBACK, first.port)):
            elsewhere = up(system_of_a_broker)
        again = up(system_of_a_broker)

        assert elsewhere.port != first.port
        assert f"listens at {elsewhere.port} this time: another program has {first.port}" in elsewhere.said
        assert again.port == first.port
        assert "this time" not in first.said + again.said

    def test_up_starts_with_another_port_when_a_program_takes_its_own_at_the_last_moment(self, system_of_a_broker):
        wanted = usual_port(system_of_a_broker)
        with ThreadPoolExecutor() as pool:
            taking = pool.submit(take_when_released, wanted)
            started = up(system_of_a_broker)
            with taking.result():
                pass

        assert started.port != wanted
        assert "another program took its port: once more" in started.said
        assert addresses.home_ports(system_of_a_broker.var) == {"broker": started.port}

    def test_part_started_while_another_program_has_its_port_says_so(self, system):
        system.stop("broker")
        with socket.create_server((LOOPBACK, httpx.URL(system.redis_url).port)):
            started = system.city("start", "broker")

        assert started.returncode == 1
        assert f"another program listens at {system.redis_url}" in started.stderr

    def test_up_gives_nobody_the_port_of_a_part_that_is_stopped(self, system):
        port = httpx.URL(system.redis_url).port
        system.stop("broker")

        with ReservedPorts(["broker"], first={"broker": port}) as reserved:
            assert reserved.ports["broker"] != port


@dataclass
class Started:
    """What `up` said, and where its broker answered."""

    port: int
    said: str


def usual_port(system):
    """Where its broker would listen at a first start."""
    with ReservedPorts(["broker"], first=system.first_ports) as reserved:
        return reserved.ports["broker"]


def up(system):
    """`up` and `down`."""
    said = []
    bring_up(system, say=said.append)
    port = int(system.shown_addresses()["broker"].rpartition(":")[2].partition("/")[0])
    system.bring_down()
    return Started(port, "\n".join(said))


def take_when_released(port):
    """A listener at the port, from the moment on in which whoever holds it lets go of it."""
    wait_until(lambda: not addresses.is_free(port), timeout_seconds=PATIENCE_SECONDS, what="somebody who holds it")
    while True:
        with contextlib.suppress(OSError):
            return socket.create_server((LOOPBACK, port))


class TestStatus:
    @pytest.mark.parametrize("words", [("status",), ("status", "--json")])
    def test_status_of_a_system_that_is_down_is_bad_though_another_listens_there(self, system, words):
        down = RunningSystem(chosen=("broker",))
        shutil.copytree(system.var / "secrets", down.var / "secrets")
        run = json.loads((system.var / "run.json").read_text())
        run["environment"]["CITYCOIN_VAR"] = str(down.var)
        (down.var / "run.json").write_text(json.dumps(run))

        said = down.city(*words)

        shutil.rmtree(down.var)
        assert said.returncode == 1
        assert "good  " not in said.stdout
        assert "is down" in said.stdout or json.loads(said.stdout) == {"good": False, "processes": {}, "health": []}
