"""What the bank does wrong when it is told to: each counts for the next transfer, order or file, and then it behaves again."""

from __future__ import annotations

from typing import Final

# What a switch does, in Korean and English, as the demo's page says it.
MISBEHAVIOURS: Final[dict[str, tuple[str, str]]] = {
    "short": ("다음 입금이 1원 모자라요.", "The next deposit is a won short."),
    "double": ("다음 입금이 두 번 들어와요.", "The next deposit comes twice."),
    "nobody": ("다음 입금이 주인 없는 계좌로 가요.", "The next deposit goes to a number that nobody has."),
    "bounce-next": ("은행이 다음 송금을 거절해요.", "The bank refuses the next transfer that it is ordered to make."),
    "delay": ("다음 파일이 10초 늦게 와요.", "The next file comes ten seconds later."),
    "late": ("다음 파일이 한 시간 늦게 와요.", "The next file comes an hour later."),
    "same-file": ("다음 파일이 두 번 와요.", "The next file comes twice."),
    "out-of-order": ("다음 파일이 그다음 파일 뒤에 와요.", "The next file comes after the one that follows it."),
    "cut-off": ("다음 파일이 반만 왔다가 다시 와요.", "Of the next file half comes first, and then all of it."),
}
DELAYED_SECONDS: Final = 10
LATE_SECONDS: Final = 3_600
# A file that was cut off comes whole so much later.
AGAIN_SECONDS: Final = 2
# A file that waits for the one after it waits no longer than this.
OUT_OF_ORDER_SECONDS: Final = 60
