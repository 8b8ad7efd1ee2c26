"""The bank's line on the page of health: whether the demo's bank answers, and when a file came last."""

from collections.abc import Iterator

from django.conf import settings

from citycoin.foundation.bilingual import Words
from citycoin.foundation.kernel import clock
from citycoin.money.bank.doors.folders import FROM_BANK, files_in
from citycoin.money.bank.queries.deposits import last_file
from citycoin.platform.health.domain import checks
from citycoin.platform.health.domain.checks import Line
from citycoin.platform.health.queries import probes


@checks.register
def bank_line() -> Iterator[Line]:
    """Red where the demo's bank is gone: deposits wait there, and none is lost. A real bank is heard by its files alone."""
    if settings.BANK_URL:
        try:
            probes.ask_web(f"{settings.BANK_URL}/healthz")
        except probes.NoAnswer as wrong:
            why = str(wrong).strip().splitlines()[0]
            words = Words("응답 없음, 입금이 기다림: {why}", "no answer, deposits wait: {why}").filled(why=why)
            yield Line("bank", False, words)
            return
    yield Line("bank", True, _last_words())


def _last_words() -> Words:
    waiting, last = len(files_in(settings.BANK_FOLDER / FROM_BANK)), last_file()
    if last is None:
        return Words("아직 온 파일이 없음", "no file has come yet")
    seconds = max(int((clock.now() - last.received_at).total_seconds()), 0)
    words = Words(
        "마지막 파일 {seconds}초 전, 기다리는 파일 {waiting}개", "last file {seconds} s ago, {waiting} waiting"
    )
    return words.filled(seconds=seconds, waiting=waiting)
