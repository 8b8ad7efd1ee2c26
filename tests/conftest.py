"""Chooses the system under test before Django's settings are read, so that tests and processes see one database.

Without TEST_DATABASE nothing is started: unit tests, on Django's own test database. With `sqlite` or `postgres` a whole
system runs, one for each worker of pytest-xdist, and tests look at its real database: nothing is wrapped or rolled back.
With `foreign` it runs on a PostgreSQL, a Redis and a chain that it did not start. TEST_CITIES names another folder of cities
than the tests' own.
"""

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import ExitStack

import django
import pytest
from pytest_django import DjangoDbBlocker

from citycoin.runtime.domain.addresses import ROOT
from citycoin.runtime.operations.secret_files import make_secrets
from citycoin.runtime.operations.starting import StartFailed
from citycoin.runtime.operations.static_files import collected
from tests.running import FOLDER, STATIC, ForeignServers, RunningSystem

running: RunningSystem | None = None
started = ExitStack()


def pytest_configure(config: pytest.Config) -> None:
    """Start the system, or make the secrets that a unit test needs; only then may the settings be read."""
    global running
    if config.getoption("numprocesses", None) and not hasattr(config, "workerinput"):
        return  # its workers would inherit what is set here, and pytest-django would read their settings from that
    os.environ["DJANGO_SETTINGS_MODULE"] = "citycoin.settings"
    database = os.environ.get("TEST_DATABASE")
    if not database or config.option.collectonly:
        var = FOLDER / f"unit-{secrets.token_hex(4)}"
        make_secrets(var)
        os.environ["CITYCOIN_VAR"] = str(var)
        os.environ["CITYCOIN_STATIC"] = str(collected(STATIC, environ=os.environ))
        config.add_cleanup(lambda: shutil.rmtree(var, ignore_errors=True))
        django.setup()
        return
    environ = started.enter_context(ForeignServers()).environ if database == "foreign" else {}
    if cities := os.environ.get("TEST_CITIES"):
        environ = {**environ, "CITYCOIN_CITIES": str(ROOT / cities)}
    try:
        running = started.enter_context(RunningSystem(database=database, environ=environ))
    except StartFailed as failed:
        started.close()
        pytest.exit(str(failed), returncode=1)
    os.environ.update(running.env)
    django.setup()


def pytest_sessionfinish(exitstatus: int) -> None:
    """After a failure the logs stay."""
    if running is not None:
        running.keep_logs = exitstatus != pytest.ExitCode.OK


def pytest_unconfigure() -> None:
    """End the system, also after Ctrl-C."""
    started.close()


@pytest.fixture(scope="session")
def system(django_db_blocker: DjangoDbBlocker) -> Iterator[RunningSystem]:
    """The running system. Its database is open to the tests that use it, as it is: what they commit stays."""
    if running is None:
        pytest.fail("this test needs a running system: ./city test sqlite, or postgres")
    with django_db_blocker.unblock():
        yield running
