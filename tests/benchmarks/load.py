"""A load generator in a process of its own: HTTP/1.1 over kept connections, written by hand so that it costs little.

Reads a JSON job from standard input ({host, port, connections, requests: [[method, path, body, further headers], …]}) and writes
{seconds, milliseconds: […], statuses: {…}} to standard output. Connections are opened before the clock starts.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections import Counter
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any


async def _ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> int:
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(
        int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length")
    )
    await reader.readexactly(length)
    return int(head.split(b" ", 2)[1])


async def _run(job: dict[str, Any]) -> dict[str, Any]:
    requests = iter([_bytes(*request) for request in job["requests"]])
    pairs = [await asyncio.open_connection(job["host"], job["port"]) for _ in range(job["connections"])]
    milliseconds: list[float] = []
    statuses: Counter[int] = Counter()

    async def work(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for request in requests:
            began = time.perf_counter()
            statuses[await _ask(reader, writer, request)] += 1
            milliseconds.append((time.perf_counter() - began) * 1_000)

    began = time.perf_counter()
    await asyncio.gather(*(work(reader, writer) for reader, writer in pairs))
    seconds = time.perf_counter() - began
    for _, writer in pairs:
        writer.close()
    return {"seconds": seconds, "milliseconds": milliseconds, "statuses": statuses}


def _bytes(method: str, path: str, body: Any, headers: Mapping[str, str] = MappingProxyType({})) -> bytes:
    content = json.dumps(body).encode() if body is not None else b""
    lines = [
        f"{method} {path} HTTP/1.1",
        "Host: 127.0.0.1",
        "Content-Type: application/json",
        f"Content-Length: {len(content)}",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    return "\r\n".join([*lines, "", ""]).encode() + content


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asyncio.run(_run(json.load(sys.stdin)))))
