"""Who calls: the bearer token of a wallet, if there is one."""

from rest_framework.request import Request


def bearer_token(request: Request) -> str:
    """The token after ``Authorization: Bearer``, or nothing."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""
