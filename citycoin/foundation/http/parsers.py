"""Reads JSON bodies strictly: an object, no key twice, no constants that JSON doesn't have, not too deep."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import IO, Any

from rest_framework.parsers import BaseParser

from citycoin.foundation.kernel.errors import Malformed

LONGEST_BODY_BYTES = 64 * 1024
# Far more than any body of this API has. Python's parser recurses, and libraries raise the limit of its recursion so
# far that a deep body overflows the stack, which ends the process.
MOST_BRACKETS = 1_000


class BodyUnreadable(Malformed):
    """The body is no JSON object that this API takes."""

    code = "body_unreadable"
    ko = "요청을 읽을 수 없어요. JSON 객체 하나로 다시 보내 주세요."
    en = "The request's body can't be read. Please send one JSON object."


class StrictJSONParser(BaseParser):
    """application/json, where silence about nonsense would cost money."""

    media_type = "application/json"

    def parse(
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """The object. Raises BodyUnreadable."""
        body = stream.read(LONGEST_BODY_BYTES + 1)
        if len(body) > LONGEST_BODY_BYTES:
            raise BodyUnreadable(reason="too long")
        if body.count(b"[") + body.count(b"{") > MOST_BRACKETS:
            raise BodyUnreadable(reason="too deep")
        try:
            read = json.loads(body.decode(), object_pairs_hook=_once, parse_constant=_refuse)
        except (ValueError, RecursionError) as failure:
            raise BodyUnreadable(reason=type(failure).__name__) from failure
        if not isinstance(read, dict):
            raise BodyUnreadable(reason="not an object")
        return read


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    read = dict(pairs)
    "".join(read).encode()  # a lone surrogate couldn't be said again in an answer; it is a ValueError, too
    if len(read) != len(pairs):
        raise ValueError("a key stands twice")
    return read


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")
