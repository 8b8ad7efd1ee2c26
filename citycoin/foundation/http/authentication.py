"""Who calls: the bearer token of a wallet, or the session of a page of ours, if there is one."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request


def bearer_token(request: Request) -> str:
    """The token after ``Authorization: Bearer``, or nothing."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


class OfSession(BaseAuthentication):
    """The person whose browser asks, or nobody, as Django's session says: without this the framework forgets them.

    It allows nothing by itself; a view asks for the token or the person that it needs.
    """

    def authenticate(self, request: Request) -> tuple[AbstractBaseUser, None] | None:
        """They, where they have signed in."""
        user = request._request.user
        return (user, None) if user.is_authenticated else None
