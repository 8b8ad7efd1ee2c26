"""How every part of the installation is, each asked independently of the others."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.utils import timezone

from citycoin.foundation.bilingual import Words
from citycoin.platform.health.domain import checks
from citycoin.platform.health.domain.checks import Line
from citycoin.platform.health.models import BROKER_UNAVAILABLE, CHAIN_UNAVAILABLE, FailingStep, Heartbeat
from citycoin.platform.health.queries import probes

# Three beats missed.
SILENT_AFTER: Final = timedelta(seconds=6)
BEATING: Final = ("worker", "beat")
# A step that failed so often in a row is red.
FAILS_AFTER: Final = 3
OF_A_PART: Final = {"broker": BROKER_UNAVAILABLE, "chain": CHAIN_UNAVAILABLE}


def lines() -> list[Line]:
    """Every line of the page of health, in a fixed order. Takes about two seconds when nothing answers."""
    asked: tuple[Callable[[], Line], ...] = (_broker, _chain, _web, _live)
    with ThreadPoolExecutor(len(asked)) as pool:
        answers = [pool.submit(ask) for ask in asked]
        # Here, and not in a thread: these read the database, on this thread's connection.
        database = _database()
        beats = [beating(process, database=database) for process in BEATING]
        further = list(_further())
        parts = [database, *(answer.result() for answer in answers)]
        return [*parts, *beats, _steps(parts), *further]


def _database() -> Line:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except (DatabaseError, InterfaceError) as wrong:
        connection.close()  # the next question opens another
        return _bad("database", str(wrong))
    return _good("database", connection.vendor)


def _broker() -> Line:
    try:
        probes.ask_broker(settings.REDIS_URL)
    except probes.NoAnswer as wrong:
        return _bad("broker", str(wrong))
    return _good("broker", "PONG")


def _chain() -> Line:
    try:
        head = probes.chain_head(settings.CHAIN_RPC_URL)
    except probes.NoAnswer as wrong:
        return _bad("chain", str(wrong))
    words = Words("체인 {chain}, 블록 {block}", "chain {chain}, block {block}")
    return Line("chain", True, words.filled(chain=head.chain_id, block=head.number))


def _web() -> Line:
    return _site("web", settings.WEB_URL)


def _live() -> Line:
    return _site("live", settings.LIVE_URL)


def _site(name: str, url: str) -> Line:
    try:
        probes.ask_web(f"{url}/healthz")
    except probes.NoAnswer as wrong:
        return _bad(name, str(wrong))
    return _good(name, "200")


def beating(process: str, *, database: Line) -> Line:
    """Whether ``process`` has written a heartbeat of late; not known where the ``database`` line is bad."""
    if not database.good:  # the database's own line is the red one
        return _not_known(process)
    try:
        heartbeat = Heartbeat.objects.filter(process=process).first()
    except (DatabaseError, InterfaceError) as wrong:
        return _bad(process, str(wrong))
    if heartbeat is None:
        return Line(process, False, Words("아직 신호가 없음", "no sign of life yet"))
    silent = timezone.now() - heartbeat.beaten_at
    seconds = int(silent.total_seconds())
    if silent > SILENT_AFTER:
        words = Words("{seconds}초째 신호가 없음", "silent for {seconds} s").filled(seconds=seconds)
        return Line(process, False, words, since=heartbeat.beaten_at)
    return Line(process, True, Words("{seconds}초 전 신호", "beat {seconds} s ago").filled(seconds=seconds))


def _steps(parts: Sequence[Line]) -> Line:
    """Whether a step of the worker fails each time, for another reason than a part whose own line is red."""
    down = {line.name for line in parts if not line.good}
    if "database" in down:
        return _not_known("steps")
    explained = [reason for part, reason in OF_A_PART.items() if part in down]
    rows = FailingStep.objects.filter(times__gte=FAILS_AFTER).exclude(reason__in=explained)
    try:
        failing = list(rows.order_by("step"))
    except (DatabaseError, InterfaceError) as wrong:
        return _bad("steps", str(wrong))
    if not failing:
        return Line("steps", True, Words("작업마다 제대로 끝남", "each step goes through"))
    named = ", ".join(f"{each.step} ({each.times}, {each.reason})" for each in failing)
    since = min(each.since for each in failing)
    words = Words("거듭 실패하는 작업: {steps}", "failing again and again: {steps}").filled(steps=named)
    return Line("steps", False, words, since=since)


def has_beaten(process: str) -> bool:
    """Whether ``process`` has written a heartbeat of late."""
    return Heartbeat.objects.filter(process=process, beaten_at__gt=timezone.now() - SILENT_AFTER).exists()


def _further() -> Iterator[Line]:
    """The lines that other apps have registered."""
    for check in checks.registered():
        try:
            yield from check()
        except (DatabaseError, InterfaceError) as wrong:
            yield _bad(check.__name__, str(wrong))


def _good(name: str, how: str) -> Line:
    return Line(name, True, Words("정상 ({how})", "good ({how})").filled(how=how))


def _not_known(name: str) -> Line:
    return Line(
        name,
        True,
        Words("데이터베이스가 답하지 않아 알 수 없음", "not known while the database is away"),
        warning=True,
    )


def _bad(name: str, why: str) -> Line:
    why = why.strip().splitlines()[0] if why.strip() else "?"
    return Line(name, False, Words("응답 없음: {why}", "no answer: {why}").filled(why=why))
