"""A question that a dying connection swallowed is asked once more; what may change something is not."""

import json
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import httpx
import pytest

from citycoin.foundation.asked_again import asked_again
from contracts.domain.gateway import ChainUnavailable
from contracts.doors.web3_gateway import Web3Gateway
from tests import patient
from tests.node import Node
from tests.outside import CityApi
from wallets.queries import reconciliation


class Dying(BaseHTTPRequestHandler):
    """Keeps its connections, and closes one without an answer whenever the server says so."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self._hear("GET", {})

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        batch = asked if isinstance(asked, list) else [asked]
        said = [{"jsonrpc": "2.0", "id": each["id"], "result": "0x7a69"} for each in batch if "id" in each]
        self._hear(batch[0].get("method", "POST"), said if isinstance(asked, list) else (said or [{}])[0])

    def _hear(self, method, answer):
        self.server.heard.append(method)
        if self.server.deaths > 0 and len(self.server.heard) > 1:
            self.server.deaths -= 1
            self.close_connection = True
            return
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_words):
        """Nothing: the tests ask ``heard``."""


@pytest.fixture
def server():
    """It answers the first question; after that ``deaths`` of them are heard and not answered."""
    serving = ThreadingHTTPServer(("127.0.0.1", 0), Dying)
    serving.heard, serving.deaths = [], 1
    serving.url = f"http://127.0.0.1:{serving.server_port}"
    thread = Thread(target=serving.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield serving
    serving.shutdown()
    thread.join()
    serving.server_close()


@pytest.fixture
def gateway(server):
    return Web3Gateway(server.url, timeout_seconds=10)


class TestGateway:
    def test_gateway_reads_once_more_where_the_connection_died(self, server, gateway):
        gateway.chain_id()

        assert gateway.chain_id() == 31337
        assert server.heard == ["eth_chainId"] * 3

    def test_gateway_whose_connection_died_twice_does_not_read_a_third_time(self, server, gateway):
        gateway.chain_id()
        server.deaths = 2

        with pytest.raises(ChainUnavailable):
            gateway.chain_id()

        assert server.heard == ["eth_chainId"] * 3

    def test_gateway_sends_signed_bytes_once_and_leaves_the_rest_to_its_caller(self, server, gateway):
        gateway.chain_id()

        with pytest.raises(ChainUnavailable):
            gateway.broadcast(b"\x02signed")

        assert server.heard == ["eth_chainId", "eth_sendRawTransaction"]

    def test_gateway_gives_a_node_a_command_once(self, server, gateway):
        gateway.chain_id()

        with pytest.raises(ChainUnavailable):
            gateway.rpc("anvil_mine", "0x1")

        assert server.heard == ["eth_chainId", "anvil_mine"]


class TestReconciliation:
    def test_reconciliation_asks_its_node_once_more_where_the_connection_died(self, server):
        questions = [("eth_blockNumber", []), ("eth_call", [])]

        with patient.client() as client:
            reconciliation._asked(client, server.url, questions)
            answers = reconciliation._asked(client, server.url, questions)

        assert answers == ["0x7a69"] * 2
        assert len(server.heard) == 3


class TestTestsOwnClients:
    def test_node_client_of_the_tests_asks_once_more_what_changes_nothing(self, server):
        with closing(Node(server.url)) as node:
            node.ask("eth_chainId")

            assert node.ask("eth_getBalance") == "0x7a69"

    @pytest.mark.parametrize("method", ["eth_sendRawTransaction", "anvil_mine"])
    def test_node_client_of_the_tests_gives_a_command_once(self, server, method):
        with closing(Node(server.url)) as node:
            node.ask("eth_chainId")

            with pytest.raises(httpx.RemoteProtocolError):
                node.ask(method)

        assert server.heard == ["eth_chainId", method]

    def test_city_client_of_the_tests_reads_once_more_and_writes_once(self, server):
        with patient.client() as http:
            api = CityApi(server.url, "gimpo", http)
            api.ok("GET", "")
            api.ok("GET", "shops")
            server.deaths = 1

            with pytest.raises(httpx.RemoteProtocolError):
                api.call("POST", "payments", {})

        assert server.heard == ["GET"] * 3 + ["POST"]


class TestAskedAgain:
    @pytest.mark.parametrize("failure", [ConnectionRefusedError(), TimeoutError(), ValueError(), httpx.ReadTimeout("")])
    def test_question_that_failed_without_a_dying_connection_is_asked_once(self, failure):
        asked = []

        def question():
            asked.append(1)
            raise failure

        with pytest.raises(type(failure)):
            asked_again(question)

        assert len(asked) == 1
