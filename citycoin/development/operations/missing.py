"""What this machine lacks for a lane of tests: one sentence with the command that mends it, or ''."""

import shutil

from citycoin.development.operations import postgres
from citycoin.development.queries import browser_parts
from citycoin.runtime.operations import node_parts


def nothing() -> str:
    """Nothing: ''."""
    return ""


def of_chain() -> str:
    """The development node."""
    return "" if node_parts.installed() else "anvil is not installed; ./city up installs it"


def of_postgres() -> str:
    """PostgreSQL's own programs, or the node."""
    try:
        postgres.binaries()
    except postgres.PostgresMissing as missing:
        return str(missing)
    return of_chain()


def of_browser() -> str:
    """Chromium and what it draws with, or the node."""
    return browser_parts.lacking() or of_chain()


def of_browser_and_servers() -> str:
    """Redis, Chromium or PostgreSQL."""
    if shutil.which("redis-server") is None:
        return "no redis-server; on Debian: apt-get install redis-server"
    return browser_parts.lacking() or of_postgres()


def of_forge() -> str:
    """Node, which forge is installed with, or the development node."""
    if node_parts.node_folder() is None:
        return "no node of version 20 or newer; on Debian: apt-get install nodejs npm"
    return of_chain()
