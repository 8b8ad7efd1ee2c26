"""Sends text messages. The demo's inbox is the one gateway there is yet: elsewhere none is sent."""

from __future__ import annotations

from datetime import datetime

from citycoin.foundation import vault
from citycoin.foundation.kernel.errors import Unavailable
from citycoin.platform.accounts.domain.phones import digits_of
from citycoin.platform.accounts.models import TextMessage
from citycoin.platform.accounts.queries import texts_are_sent


class TextMessagesOff(Unavailable):
    """No gateway for text messages is set up."""

    code = "text_messages_off"
    ko = "지금은 문자를 보낼 수 없어요. 잠시 뒤에 다시 하거나 도움 번호로 전화해 주세요."
    en = "Text messages can't be sent now. Please try again later, or call the help line."


def send_text(*, phone: str, text: str, now: datetime) -> None:
    """Hand a message for this phone, in any of a number's spellings, to the gateway. Raises TextMessagesOff, PhoneWrong."""
    if not texts_are_sent():
        raise TextMessagesOff
    TextMessage.objects.create(
        phone_sealed=vault.seal(digits_of(phone).encode(), owner="message"),
        text_sealed=vault.seal(text.encode(), owner="message"),
        written_at=now,
    )
