"""``manage.py open_operator NAME``: somebody who may look at every table, with a password and a second factor."""

from __future__ import annotations

import getpass
import sys
from typing import Any, Final

import pyotp
from django.core.management.base import BaseCommand, CommandError, CommandParser

from citycoin.foundation.kernel import clock
from citycoin.foundation.kernel.text import NameWrong
from citycoin.platform.accounts.operations.people import NameTaken, open_operator

ISSUER: Final = "City coin"
# They see every city's rows; there is no second pair of eyes as with officials.
SHORTEST_PASSWORD: Final = 12


class Command(BaseCommand):
    """Asks for the password at the terminal, or reads it as a line of standard input."""

    help = "Open an operator; prints the second factor for their authenticator, once."

    def add_arguments(self, parser: CommandParser) -> None:
        """The name to sign in with."""
        parser.add_argument("name")

    def handle(self, *args: Any, **options: Any) -> None:
        """What is printed is kept sealed, and never printed again."""
        password, secret = _password(), pyotp.random_base32()
        if len(password) < SHORTEST_PASSWORD:
            raise CommandError(f"a password has {SHORTEST_PASSWORD} characters at least")
        try:
            operator = open_operator(username=options["name"], password=password, totp_secret=secret, now=clock.now())
        except NameWrong as wrong:
            raise CommandError(f"{options['name']!r} is no name: {wrong.details['reason']}") from wrong
        except NameTaken as taken:
            raise CommandError(f"somebody is called {taken} already: an operator has a name of their own") from taken
        self.stdout.write(f"operator {operator.pk}; scan or type this into an authenticator, it is shown only now:")
        self.stdout.write(pyotp.TOTP(secret).provisioning_uri(name=options["name"], issuer_name=ISSUER))


def _password() -> str:
    """As typed twice at a terminal, or the first line of what is piped in. Raises CommandError where the two differ."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    password = getpass.getpass("password: ")
    if getpass.getpass("once more: ") != password:
        raise CommandError("the two passwords differ")
    return password
