"""Why a payout, or an account for payouts, is refused."""

from __future__ import annotations

from citycoin.foundation.kernel.errors import Conflict, Rejected


class PayoutAccountMissing(Rejected):
    """The shop has no account that was checked."""

    code = "payout_account_missing"
    ko = "입금받을 계좌가 아직 확인되지 않았어요. 돈은 움직이지 않았어요. 먼저 계좌를 적고 확인해 주세요."
    en = "No bank account of the shop is checked yet. No money moved. Please name one and check it first."


class PayoutAboveAvailable(Rejected):
    """More than the shop has and has promised to nobody; ``details.available`` is what it may have paid out."""

    code = "payout_above_available"
    ko = "지금 입금받을 수 있는 돈보다 많아요. 돈은 움직이지 않았어요. 금액을 줄여 주세요."
    en = "This is more than can be paid out now. No money moved. Please type less."


class PayoutIdReused(Conflict):
    """The id was used for another payout."""

    code = "payout_id_reused"
    ko = "같은 번호로 다른 입금 신청이 이미 있어요. 이번에는 신청하지 않았어요. 목록에서 확인해 주세요."
    en = "This id was used for another payout. Nothing was ordered this time. Please look at the list."


class PayoutCodeWrong(Rejected):
    """Not the code in the deposit's text; ``details.left`` tries are left."""

    code = "payout_code_wrong"
    ko = "입금자 이름에 적힌 숫자와 달라요. 바뀐 것은 없어요. 은행 앱에서 숫자 4자리를 다시 확인해 주세요."
    en = "This isn't the number in the deposit's text. Nothing was changed. Please look for the four digits again at your bank."


class PayoutCheckOver(Conflict):
    """No account waits to be checked: it is checked already, or five wrong codes ended the check."""

    code = "payout_check_over"
    ko = "확인을 기다리는 계좌가 없어요. 바뀐 것은 없어요. 1원을 다시 받으려면 계좌를 다시 적어 주세요."
    en = "No account waits to be checked. Nothing was changed. Please name the account again for another won."


class PayoutChecksUsedUp(Rejected):
    """Five accounts were named within a day."""

    code = "payout_checks_used_up"
    ko = "하루에 다섯 번까지만 계좌를 적을 수 있어요. 바뀐 것은 없어요. 내일 다시 적거나 시청에 문의해 주세요."
    en = "An account can be named five times a day. Nothing was changed. Please try again tomorrow, or ask the city."
